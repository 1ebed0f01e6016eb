// In: the project's `.peers` folder. Out: Austin 4.0 and austin-python's readers, to judge with; or why they are missing.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unlessThere } from "./needs.js";
import { projectRoot } from "./pythons.js";

const folder = join(projectRoot, ".peers");

/** Why nothing can be judged by peers; undefined when they are there. */
export const peersMissing = unlessThere(existsSync(folder), "Austin 4.0 and austin-python: nothing at .peers");

/** Austin 4.0's binary. */
export const austin = join(folder, "bin/austin");
export const mojo2austin = join(folder, "bin/mojo2austin");
/** The Python that has austin-python installed. */
export const readersPython = join(folder, "readers/bin/python3");

const environment = { ...process.env, PYTHONUTF8: "1" };

// The command of austin-python 2.4.0's mojodbg doesn't start (its own option is refused by argparse), its function does.
const MOJODBG = `
import sys
from austin.format.mojo import MojoStreamReader
from austin.tools.mojodbg import mojodbg
with open(sys.argv[1], "rb") as stream:
    mojodbg(MojoStreamReader(stream))
`;

const EVENTS = `
import dataclasses, json, sys
from austin.format.mojo import MojoStreamReader

def flat(value):
    if dataclasses.is_dataclass(value):
        return {field.name: flat(getattr(value, field.name)) for field in dataclasses.fields(value)}
    # JavaScript's JSON would round it.
    return str(value) if isinstance(value, int) and abs(value) >= 2**53 else value

with open(sys.argv[1], "rb") as stream:
    for event in MojoStreamReader(stream).parse():
        print(json.dumps([type(event).__name__, flat(event)]))
`;

const SAMPLES = `
import json, sys
from austin.events import AustinSample
from austin.format.mojo import MojoStreamReader

with open(sys.argv[1], "rb") as stream:
    for event in MojoStreamReader(stream):
        if isinstance(event, AustinSample):
            frames = [[f.function, f.filename, f.line, f.line_end, f.column, f.column_end] for f in event.frames or ()]
            metrics = event.metrics
            print(json.dumps([event.pid, event.iid, event.thread, frames, metrics.time, metrics.memory,
                              bool(event.idle), bool(event.gc)]))
`;

function python(script: string, path: string): string {
  return execFileSync(readersPython, ["-c", script, path], {
    encoding: "utf8",
    env: environment,
    maxBuffer: 1 << 30,
  });
}

function jsonLines(text: string): unknown[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** The verdict of austin-python's mojodbg on the file `path`. */
export function mojodbg(path: string): string {
  return python(MOJODBG, path);
}

/** The events of the file `path` as austin-python reads them: class name and fields, integers from 2^53 on as text. */
export function austinPythonEvents(path: string): unknown[] {
  return jsonLines(python(EVENTS, path));
}

/** The samples as austin-python resolves them: [pid, iid, thread, frames, time, memory, idle, gc]. */
export function austinPythonSamples(path: string): unknown[] {
  return jsonLines(python(SAMPLES, path));
}

/** The lines that mojo2austin makes of the file `path`. */
export function collapsedByAustinPython(path: string): string[] {
  const scratch = mkdtempSync(join(tmpdir(), "mojo2austin-"));
  try {
    const output = join(scratch, "collapsed.txt");
    execFileSync(mojo2austin, [path, output], { env: environment });
    return readFileSync(output, "utf8").trimEnd().split("\n");
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
