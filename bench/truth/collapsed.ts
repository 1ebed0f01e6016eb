// In: a file of collapsed stacks, one a line with its count, as other samplers write them. Out: stacks with frames as our
// reader gives them. Knows the two ways in which they write a frame, and no more of them.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Frame } from "../../src/mojo/index.js";
import type { Stack } from "./tally.js";

/** How a frame is written: groups "file", "scope" and "line". */
export const FRAME_FORMATS = {
  /** 3.15's profiling.sampling. */
  fileFirst: /^(?<file>.*):(?<scope>[^:]*):(?<line>\d+)$/,
  /** py-spy. */
  scopeFirst: /^(?<scope>.*) \((?<file>.*):(?<line>\d+)\)$/,
} as const;

/** Read the stacks of the file at `path`; what is no frame in `format`, such as a thread's name, is passed over. */
export async function* collapsedStacks(path: string, format: RegExp): AsyncGenerator<Stack, void, undefined> {
  const known = new Map<string, Frame | undefined>();
  const frameOf = (part: string): Frame | undefined => {
    if (!known.has(part)) known.set(part, parse(part, format));
    return known.get(part);
  };
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const end = line.lastIndexOf(" ");
    if (end < 0 || line.startsWith("#")) continue;
    const frames: Frame[] = [];
    for (const part of line.slice(0, end).split(";")) {
      const frame = frameOf(part);
      if (frame !== undefined) frames.push(frame);
    }
    const count = Number(line.slice(end + 1));
    yield { frames, count, time: count };
  }
}

function parse(part: string, format: RegExp): Frame | undefined {
  const { file, scope, line } = format.exec(part)?.groups ?? {};
  if (file === undefined || scope === undefined || line === undefined) return undefined;
  const location = { line: Number(line), lineEnd: 0, column: 0, columnEnd: 0 };
  return { kind: "code", filename: file, scope, location };
}
