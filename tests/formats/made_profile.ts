// Profiles that no run would give so densely. In: a mode and a seed. Out: samples with everything that a sample can have.
import type { Frame } from "../../src/model/frame.js";
import type { Mode } from "../../src/model/metrics.js";
import type { Sample } from "../../src/model/sample.js";
import type { SampleStream } from "../../src/model/sample_stream.js";

/** A stream of samples; the metadata of `later` is there once they are over. */
export function streamOf(
  samples: readonly Sample[],
  metadata: Readonly<Record<string, string>> = {},
  later: Readonly<Record<string, string>> = {},
): SampleStream {
  const known = new Map(Object.entries(metadata));
  return {
    metadata: known,
    truncated: false,
    async *[Symbol.asyncIterator]() {
      yield* samples;
      for (const [key, value] of Object.entries(later)) known.set(key, value);
    },
  };
}

/** Lehmer's generator. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

const LANES: readonly Pick<Sample, "pid" | "interpreterId" | "thread">[] = [
  { pid: 4321, interpreterId: 0, thread: "10e1" },
  // Two interpreters take turns on one thread.
  { pid: 4321, interpreterId: 1, thread: "10e1" },
  { pid: 4321, interpreterId: 0, thread: "10e2" },
  { pid: 99, interpreterId: 0, thread: "63" },
  { pid: 99, interpreterId: 0, thread: "Worker" },
];

export const METADATA = { austin: "4.0.0", interval: "1000", python: "3.15.2" };

/** Some samples of five threads of two processes. */
export function madeSamples(mode: Mode, seed = 1, ticks = 100): readonly Sample[] {
  const below = random(seed);
  const samples: Sample[] = [];
  for (let tick = 0; tick < ticks; tick++) {
    for (const lane of LANES) {
      if (below(20) === 0) continue;
      const depth = below(12) === 0 ? 0 : 1 + below(5);
      samples.push({
        ...lane,
        frames: Array.from({ length: depth }, (_, at) => frame(at, below)),
        metrics: {
          timeMicroseconds: mode === "memory" ? undefined : below(3) === 0 ? 0 : below(2500),
          memoryBytes: mode === "memory" || mode === "full" ? (below(3) - 1) * 4096 * below(9) || 0 : undefined,
        },
        idle: mode === "full" && below(3) === 0,
        gc: below(5) === 0,
      });
    }
  }
  return samples;
}

/** A new object each time, of few different ones. */
function frame(depth: number, below: (limit: number) => number): Frame {
  const kind = below(15);
  if (kind === 0) return { kind: "invalid" };
  if (kind === 1) return { kind: "kernel", scope: `sys_${depth}` };
  const line = below(3);
  const column = below(2);
  return {
    kind: "code",
    scope: `Класс.${"fgh"[below(3)]}<locals>`,
    filename: ["/srv/a b.py", "<frozen x>", 'C:\\q"uote.py'][below(3)] as string,
    location: { line, lineEnd: line, column, columnEnd: column && column + 7 },
  };
}

export async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  return (await bytesOf(chunks)).toString("utf8");
}

export async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
