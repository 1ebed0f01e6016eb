// In: a profile of ours. Out: what it says of a program: own time by function, how much nothing proves, calls to be held against the
// sources. Samples are counted for what they stand for, their time.
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { type Frame, readMojo } from "../../src/mojo/index.js";
import { distance, type Leaves } from "../truth/tally.js";

/** What check_source.py takes: a call by where it was made, and what was called. */
type Call = [string, number, number, number, number, string, number, string];

export class Sight {
  samples = 0;
  microseconds = 0;
  invalidSamples = 0;
  invalidMicroseconds = 0;
  /** Own time of functions, in microseconds. */
  readonly own = new Map<string, number>();
  /** Calls of samples that are valid, and how often each was seen. */
  readonly calls = new Map<string, number>();
  metadata: ReadonlyMap<string, string> = new Map();
  /** Time of each thread. */
  readonly #threads = new Map<string, { pid: number; microseconds: number }>();
  readonly #frames = new Map<Frame, number>();
  readonly #pairs = new Map<number, number>();

  /** Read the profile at `path`. */
  static async of(path: string): Promise<Sight> {
    const sight = new Sight();
    const profile = readMojo(createReadStream(path));
    for await (const { pid, interpreterId, thread, frames, metrics } of profile) {
      sight.#add(`${pid} ${interpreterId} ${thread}`, pid, frames, metrics.timeMicroseconds ?? 0);
    }
    sight.metadata = profile.metadata;
    sight.#nameCalls();
    return sight;
  }

  /** Number behind `key` in the trailer: of "one/other", part number `part`. */
  figure(key: string, part = 0): number {
    return Number.parseInt(this.metadata.get(key)?.split("/")[part] ?? "0", 10);
  }

  /** Time for which the processes were there, in microseconds. */
  get lifetime(): number {
    const longest = new Map<number, number>();
    for (const { pid, microseconds } of this.#threads.values()) {
      longest.set(pid, Math.max(longest.get(pid) ?? 0, microseconds));
    }
    return [...longest.values()].reduce((sum, one) => sum + one, 0);
  }

  /** Why samples are incomplete, the most frequent first. */
  get reasons(): [reason: string, count: number][] {
    const found = [...this.metadata].filter(([key]) => key.startsWith("reason "));
    return found
      .map(([key, count]): [string, number] => [key.slice("reason ".length), Number(count)])
      .sort(([, one], [, other]) => other - one);
  }

  distanceTo(other: Sight): number {
    return distance(this.own as Leaves, other.own as Leaves);
  }

  #add(key: string, pid: number, frames: readonly Frame[], microseconds: number): void {
    const thread = this.#threads.get(key) ?? { pid, microseconds: 0 };
    thread.microseconds += microseconds;
    this.#threads.set(key, thread);
    this.samples++;
    this.microseconds += microseconds;
    const leaf = frames.at(-1);
    if (leaf === undefined) return;
    if (frames.some(({ kind }) => kind === "invalid")) {
      this.invalidSamples++;
      this.invalidMicroseconds += microseconds;
      return;
    }
    if (leaf.kind === "code") {
      const name = `${basename(leaf.filename)}:${leaf.scope}`;
      this.own.set(name, (this.own.get(name) ?? 0) + microseconds);
    }
    let caller = -1;
    for (const frame of frames) {
      let number = this.#frames.get(frame);
      if (number === undefined) {
        number = this.#frames.size;
        this.#frames.set(frame, number);
      }
      if (caller >= 0) {
        const pair = caller * 2 ** 26 + number;
        this.#pairs.set(pair, (this.#pairs.get(pair) ?? 0) + 1);
      }
      caller = number;
    }
  }

  #nameCalls(): void {
    const frames = [...this.#frames.keys()];
    for (const [pair, count] of this.#pairs) {
      const caller = frames[Math.floor(pair / 2 ** 26)];
      const callee = frames[pair % 2 ** 26];
      if (caller?.kind !== "code" || callee?.kind !== "code") continue;
      const { line, lineEnd, column, columnEnd } = caller.location;
      const { filename, scope, location } = callee;
      const call: Call = [caller.filename, line, lineEnd, column, columnEnd, filename, location.line, scope];
      const text = JSON.stringify(call);
      this.calls.set(text, (this.calls.get(text) ?? 0) + count);
    }
  }
}
