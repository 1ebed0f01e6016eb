// What is alike in fuzzing: inputs by a seed, one after the other, and an account of how it went. In: a mutator, and what reads. Out:
// lines on standard output, inputs on which the reader breaks or hangs as files, and the process's exit code.
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Fuzzing {
  /** What an input is, as in the name of its file. */
  readonly kind: string;
  readonly count: number;
  readonly seed: number;
  readonly next: () => Uint8Array;
  /** Rejects where the reader breaks. */
  readonly read: (input: Uint8Array) => Promise<unknown>;
  /** What such an error says. */
  readonly explain: (error: Error) => string;
  readonly figures: {
    readonly lastMilliseconds: number;
    readonly slowestMilliseconds: number;
    readonly memoryBytes: number;
  };
  /** What was read and refused so far. */
  readonly outcome: () => string;
  readonly hangSeconds: number;
  /** After so many it is said how it goes. */
  readonly report: number;
}

export async function fuzz({
  kind,
  count,
  seed,
  next,
  read,
  explain,
  figures,
  outcome,
  ...how
}: Fuzzing): Promise<void> {
  const { hangSeconds, report } = how;
  const started = performance.now();
  let failures = 0;
  const keep = (input: Uint8Array, why: string): void => {
    const path = join(tmpdir(), `${kind}-${seed}-${failures++}.bin`);
    writeFileSync(path, input);
    process.stdout.write(`${why}: ${path}\n`);
  };
  const tell = (done: number): void => {
    const seconds = Math.round((performance.now() - started) / 1000);
    const { slowestMilliseconds, memoryBytes } = figures;
    process.stdout.write(
      `${done} in ${seconds} s: ${outcome()}, ${failures} failures; ` +
        `slowest ${Math.round(slowestMilliseconds)} ms; memory ${Math.round(memoryBytes / 1e6)} MB more than before\n`,
    );
  };
  for (let i = 0; i < count; i++) {
    const input = next();
    try {
      await read(input);
    } catch (error) {
      keep(input, explain(error as Error));
    }
    if (figures.lastMilliseconds > hangSeconds * 1000) keep(input, `it took more than ${hangSeconds} s`);
    if ((i + 1) % report === 0) tell(i + 1);
  }
  if (count % report !== 0) tell(count);
  process.exitCode = failures === 0 ? 0 : 1;
}
