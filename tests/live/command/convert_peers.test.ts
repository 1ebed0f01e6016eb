// austin-python's converters and ours, on the same profiles of Austin 4.0 and of ours, in all modes: equal numbers, of each thread and
// stack. What theirs leaves out is left out here: frames that are invalid or the kernel's, samples without frames (speedscope), the
// collector's mark, which its reader takes for a frame. Its text has the time alone in full mode, and what reads it finds memory
// in lines of three metrics only, with which mode memory fails: so its other converters get our text, with three metrics.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Profile } from "pprof-format";
import { describe, expect, test } from "vitest";
import { austinPath, freshPath, readProfile } from "../../austin.js";
import { readPprof, readSpeedscope } from "../../formats/read_back.js";
import { type Tallies, Tally, talliesOf } from "../../formats/tallies.js";
import { titled } from "../../needs.js";
import { collapsedByAustinPython, peersMissing, austin as theirAustin } from "../../peers.js";
import { type Python, projectRoot, pythons } from "../../pythons.js";
import { targetPath } from "../../target.js";

if (peersMissing !== undefined) console.warn(`Conversions are not judged by austin-python: ${peersMissing}`);

const python = (pythons().find(({ version, origin }) => version[1] === 12 && origin === "pyenv") ??
  pythons().at(-1)) as Python;

const MODES: readonly (readonly [mode: string, options: readonly string[]])[] = [
  ["wall", []],
  ["cpu", ["-c"]],
  ["memory", ["-m"]],
  ["full", ["-f"]],
  ["wall", ["-g"]],
];

/** A second of two processes, one the other's child. They are there when it begins. */
async function record(sampler: readonly string[], options: readonly string[]): Promise<string> {
  const path = freshPath();
  const program = spawn(python.path, [targetPath("mojo_variety.py"), "children"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(program, "exit");
  try {
    await once(createInterface(program.stdout), "line");
    const [command, ...args] = [
      ...sampler,
      ...options,
      "-C",
      "-i",
      "1ms",
      "-x",
      "1",
      "-o",
      path,
      "-p",
      `${program.pid}`,
    ];
    const [code] = await once(spawn(command as string, args, { stdio: "ignore" }), "exit");
    // The end of the exposure counts as an interrupt.
    expect(code).toBe(254);
  } finally {
    program.stdin.end();
    await ended;
  }
  return path;
}

function convert(command: string, input: string): string {
  const output = freshPath(command);
  execFileSync(process.execPath, [join(projectRoot, `dist/bin/${command}.js`), input, output], { stdio: "pipe" });
  return output;
}

function theirs(command: string, input: string): Buffer {
  const output = freshPath(command);
  execFileSync(join(projectRoot, ".peers/bin", command), [input, output], {
    env: { ...process.env, PYTHONUTF8: "1" },
    stdio: "pipe",
  });
  return readFileSync(output);
}

const THEIR_METRICS: Readonly<Record<string, string>> = {
  "CPU time": "cpu",
  "Wall time": "time",
  "Memory allocation": "taken",
  "Memory deallocation": "given back",
  "Allocated memory": "taken",
  "Deallocated memory": "given back",
};

function theirSpeedscope(bytes: Buffer): Tallies {
  const tally = new Tally();
  const { profiles, shared } = JSON.parse(bytes.toString("utf8"));
  for (const { name, samples, weights } of profiles) {
    const [, metric = "", pid, thread] = /^(.+) profile for (\d+):(.+)$/.exec(name) as unknown as string[];
    for (const [i, stack] of samples.entries()) {
      const names = stack.map((frame: number) => shared.frames[frame].name);
      tally.add(THEIR_METRICS[metric] as string, `${pid} ${thread}`, names, weights[i]);
    }
  }
  return tally.tallies;
}

function theirPprof(bytes: Buffer): Tallies {
  const tally = new Tally();
  const { sample, sampleType, location, function: functions, stringTable } = Profile.decode(bytes);
  const text = (index: number | bigint) => stringTable.strings[Number(index)] as string;
  for (const { locationId, value, label } of sample) {
    const labels = Object.fromEntries(label.map(({ key, str }) => [text(key), text(str)]));
    const thread = `${labels["Process ID"]} ${labels["Interpreter ID"]}:${labels["Thread ID"]}`;
    const names = locationId
      .map((id) => functions[Number(location[Number(id) - 1]?.line[0]?.functionId) - 1])
      .map((one) => text(one?.name ?? 0))
      .reverse();
    value.forEach((one, i) => {
      tally.add(THEIR_METRICS[text(sampleType[i]?.type ?? 0)] as string, thread, names, Number(one));
    });
  }
  return tally.tallies;
}

/** What both have: frames and stacks that theirs leaves out, and metrics that only ours has, are left out. */
function shared(tallies: Tallies, metrics: readonly string[]): Tallies {
  const tally = new Tally();
  for (const metric of metrics) {
    for (const [key, value] of Object.entries(tallies[metric] ?? {})) {
      const [lane = "", stack = ""] = key.split(": ", 2);
      const names = stack.split(" > ").filter((name) => name !== "(invalid)" && name !== "");
      if (names.length > 0) tally.add(metric, lane, names, value);
    }
  }
  return tally.tallies;
}

const METRICS: Readonly<Record<string, readonly string[]>> = {
  wall: ["time"],
  cpu: ["cpu"],
  memory: ["taken", "given back"],
  full: ["time", "cpu", "taken", "given back"],
};

describe.skipIf(peersMissing !== undefined)(titled("the converters give austin-python's numbers", peersMissing), () => {
  const samplers = [
    ["Austin 4.0", [theirAustin]],
    ["ours", [process.execPath, austinPath]],
  ] as const;
  const cases = samplers.flatMap(([name, sampler]) =>
    MODES.map(([mode, options]) => ({ name, sampler, mode, options, shown: [mode, ...options].join(" ") })),
  );
  test.each(cases)("of a profile of $name, $shown", async ({ sampler, mode, options }) => {
    const path = await record(sampler, options);
    const text = convert("mojo2austin", path);

    // Line by line; the last sample comes behind the metadata in theirs.
    const lines = readFileSync(text, "utf8").trimEnd().split("\n");
    const samplesOf = (all: readonly string[]) => all.filter((line) => !line.startsWith("# "));
    const unmarked = lines.map((line) => line.replaceAll(/;(?::INVALID:|:GC:|kernel:[^;]*:0)(?=[; ])/g, ""));
    const alike = samplesOf(unmarked).map((line) => line.replace(/ (\d+),[01],-?\d+$/, " $1"));
    const their = collapsedByAustinPython(path);
    expect(alike).toEqual(samplesOf(their));
    // Names of threads are metadata to theirs, which the text has no place for.
    const metadata = (all: readonly string[]) =>
      Object.fromEntries(
        all.filter((line) => /^# (?!thread name )/.test(line)).map((line) => line.slice(2).split(": ", 2)),
      );
    expect(metadata(lines)).toEqual(metadata(their));

    // All samples of the file, none of ours left out.
    const profile = await readProfile(path);
    const all = talliesOf(profile.samples);
    const metrics = METRICS[mode] as readonly string[];
    const expected = shared(all, metrics);
    expect(Object.keys(expected).length).toBeGreaterThan(0);

    const forTheirs = freshPath("for_theirs.austin");
    const three = mode === "memory" ? unmarked.map((line) => line.replace(/^(P.*) (-?\d+)$/, "$1 0,0,$2")) : unmarked;
    writeFileSync(forTheirs, `${three.join("\n")}\n`);
    expect(shared(theirSpeedscope(theirs("austin2speedscope", forTheirs)), metrics)).toEqual(expected);
    expect(shared(theirPprof(theirs("austin2pprof", forTheirs)), metrics)).toEqual(expected);
    for (const input of [path, text]) {
      expect(shared(readSpeedscope(readFileSync(convert("austin2speedscope", input))), metrics)).toEqual(expected);
      expect(shared(readPprof(readFileSync(convert("austin2pprof", input))), metrics)).toEqual(expected);
    }
  });
});
