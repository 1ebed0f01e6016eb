// austin-python reads what we write, and we read what Austin 4.0 wrote, to the last event.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sample } from "../../../src/model/sample.js";
import { type MojoEvent, readMojo, readMojoEvents } from "../../../src/mojo/index.js";
import { titled } from "../../needs.js";
import {
  austin,
  austinPythonEvents,
  austinPythonSamples,
  collapsedByAustinPython,
  mojodbg,
  peersMissing,
} from "../../peers.js";
import { pythons } from "../../pythons.js";
import { collect, eventsOf, everything, samplesOf, stream } from "./streams.js";

if (peersMissing !== undefined) console.warn(`MOJO is not judged by austin-python and Austin: ${peersMissing}`);

const target = fileURLToPath(new URL("../../targets/mojo_variety.py", import.meta.url));
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mojo-judges-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** mojo2austin's line for a sample: frames that are not code are left out, and full mode shows the time alone. */
function collapsed({ pid, interpreterId, thread, frames, metrics }: Sample, mode: string | undefined): string {
  const name = /^[0-9a-f]+$/.test(thread) ? Number.parseInt(thread, 16) : thread;
  const stack = frames
    .filter((frame) => frame.kind === "code")
    .map(({ filename, scope, location }) => `;${filename}:${scope}:${location.line}`);
  const metric = mode === "memory" ? metrics.memoryBytes : metrics.timeMicroseconds;
  return `P${pid};T${interpreterId}:${name}${stack.join("")} ${metric}`;
}

/** A sample in the shape of `austinPythonSamples`. */
function asAustinPython({ pid, interpreterId, thread, frames, metrics, idle, gc }: Sample): unknown[] {
  const code = frames
    .filter((frame) => frame.kind === "code")
    .map(({ scope, filename, location: { line, lineEnd, column, columnEnd } }) => {
      return [scope, filename, line, lineEnd, column, columnEnd];
    });
  return [pid, interpreterId, thread, code, metrics.timeMicroseconds ?? null, metrics.memoryBytes ?? null, idle, gc];
}

/** An event in the shape of `austinPythonEvents`, whose references are resolved by `strings` and `frames`. */
function namesOf(events: readonly MojoEvent[]): unknown[] {
  let pid = 0;
  const strings = new Map<string, unknown>();
  const frames = new Map<string, unknown>();
  const unknown = { key: 1, value: "<unknown>" };
  const string = (key: unknown) => (key === 1 ? unknown : strings.get(`${pid} ${key}`));
  return events.map((event) => {
    switch (event.kind) {
      case "metadata":
        return ["MojoMetadata", { key: event.key, value: event.value }];
      case "stack":
        pid = event.pid;
        return ["MojoStack", { pid, iid: event.interpreterId, tid: event.thread }];
      case "string": {
        const value = { key: event.key, value: event.value };
        strings.set(`${pid} ${event.key}`, value);
        return ["MojoString", value];
      }
      case "stringRef":
        return ["MojoStringReference", { string: string(event.key) }];
      case "frame": {
        const { line, lineEnd: line_end, column, columnEnd: column_end } = event;
        const key = typeof event.key === "bigint" ? `${event.key}` : event.key;
        const filename = string(event.filenameKey);
        const value = { key, filename, scope: string(event.scopeKey), line, line_end, column, column_end };
        frames.set(`${pid} ${key}`, value);
        return ["MojoFrame", value];
      }
      case "frameRef":
        return ["MojoFrameReference", { frame: frames.get(`${pid} ${event.key}`) }];
      case "frameInvalid":
        return ["MojoSpecialFrame", { label: "INVALID" }];
      case "kernelFrame":
        return ["MojoKernelFrame", { scope: event.scope }];
      case "gc":
        return ["MojoSpecialFrame", { label: "GC" }];
      case "idle":
        return ["MojoIdle", {}];
      case "time":
      case "memory":
        return ["MojoMetric", { metric_type: event.kind, value: event.value }];
      case "stackRepeat":
      case "taskStack":
      case "taskWaiter":
      case "taskRunning":
        throw new Error(`nobody writes ${event.kind}: it is of a version that is not released`);
    }
    return event satisfies never;
  });
}

async function expectAgreement(path: string): Promise<Sample[]> {
  expect(mojodbg(path)).toBe("MOJO file parsed successfully.\n");

  const events = await collect(readMojoEvents(createReadStream(path)));
  expect(namesOf(events)).toEqual(austinPythonEvents(path));

  const profile = readMojo(createReadStream(path));
  const samples = await collect(profile);
  expect(profile.truncated).toBe(false);
  expect(samples.map(asAustinPython)).toEqual(austinPythonSamples(path));

  const lines = collapsedByAustinPython(path);
  const isMetadata = (line: string) => line.startsWith("# ");
  expect(profile.allMetadata.map(({ key, value }) => `# ${key}: ${value}`)).toEqual(lines.filter(isMetadata));
  const mode = profile.metadata.get("mode");
  expect(samples.map((sample) => collapsed(sample, mode))).toEqual(lines.filter((line) => !isMetadata(line)));
  return samples;
}

describe.skipIf(peersMissing !== undefined)(titled("austin-python reads what we write", peersMissing), () => {
  test("one of everything", async () => {
    const path = join(folder, "everything.mojo");
    writeFileSync(path, everything());
    expect(await expectAgreement(path)).toEqual(await samplesOf(everything()));
  });

  test("extreme numbers, keys and names", async () => {
    const path = join(folder, "extremes.mojo");
    const far = 2 ** 53 - 1;
    const bytes = stream((encoder) => {
      encoder.metadata("mode", "memory");
      encoder.stack(far, far, "not a number");
      encoder.string(2 ** 27 - 1, "nul \0, tag ;:, 日本語 🐍, \ufeffmark");
      encoder.string(0, "");
      encoder.frame(far, 2 ** 27 - 1, 0, far, far, far, far);
      encoder.frame(2 ** 27 - 1, 1, 1, 0, 0, 0, 0);
      encoder.frameRef(far);
      encoder.frameRef(2 ** 27 - 1);
      encoder.metricMemory(64 - far);
      encoder.stack(0, 0, "ff");
      encoder.metricMemory(-64);
    });
    writeFileSync(path, bytes);
    const events = await eventsOf(bytes);
    expect(events).toHaveLength(11);
    expect((await expectAgreement(path)).map(({ metrics }) => metrics.memoryBytes)).toEqual([64 - far, -64]);
  });
});

/**
 * Have Austin sample the target for a second. It attaches to a target that is ready, because Austin 4.0's own
 * launches fail now and then while the interpreter starts.
 */
async function sampleWithAustin(options: string[], argument: string, path: string): Promise<string | undefined> {
  const python = pythons().find(({ version, origin }) => version[1] === 12 && origin === "pyenv") ?? pythons()[0];
  if (python === undefined) throw new Error("no Python to sample");
  const program = spawn(python.path, [target, argument], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(program, "exit");
  try {
    await once(createInterface(program.stdout), "line");
    const sampler = spawn(austin, ["-i", "1ms", "-x", "1", ...options, "-o", path, "-p", `${program.pid}`], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    let messages = "";
    sampler.stderr.on("data", (data) => {
      messages += data;
    });
    const [code] = await once(sampler, "close");
    // The end of the exposure counts as an interrupt.
    return code === 254 ? undefined : `austin exited with ${code}: ${messages}`;
  } finally {
    program.stdin.end();
    await ended;
  }
}

describe.skipIf(peersMissing !== undefined)(titled("we read what Austin 4.0 wrote", peersMissing), () => {
  const modes: [string, string[], string, (sample: Sample) => boolean][] = [
    ["wall", [], "", ({ frames }) => frames.length > 20],
    ["cpu", ["-c"], "", ({ metrics }) => metrics.timeMicroseconds !== undefined],
    ["memory", ["-m"], "", ({ metrics }) => (metrics.memoryBytes ?? 0) < 0],
    ["full", ["-f"], "", ({ idle, metrics }) => idle && metrics.memoryBytes !== undefined],
    ["wall with gc", ["-g"], "", ({ gc }) => gc],
    ["full with gc", ["-f", "-g"], "", ({ gc }) => gc],
  ];
  test.each(modes)("%s", async (name, options, argument, seen) => {
    const path = join(folder, `${name}.mojo`);
    expect(await sampleWithAustin(options, argument, path)).toBeUndefined();
    const samples = await expectAgreement(path);
    expect(samples.some(seen)).toBe(true);
  });

  test("wall with children", async () => {
    const path = join(folder, "children.mojo");
    expect(await sampleWithAustin(["-C"], "children", path)).toBeUndefined();
    const samples = await expectAgreement(path);
    expect(new Set(samples.map(({ pid }) => pid)).size).toBe(2);
  });
});
