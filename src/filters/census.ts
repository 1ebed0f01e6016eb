// What a profile has that filters can ask for. In: its samples. Out: its processes, threads, modules and functions, those of most samples first,
// how many samples were idle, and how long it lasted: what people are told who asked for what isn't there.
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import { fileOf } from "./frame_file.js";
import { moduleNames } from "./module.js";
import { threadKey } from "./profile_clock.js";
import type { ThreadName } from "./thread_filter.js";

/** Names of a kind that are known at once: programs may make new ones all the time. */
const MOST_NAMES = 65_536;

interface Counted<Thing> {
  readonly thing: Thing;
  samples: number;
}

/** Things, and of how many samples each is. */
class Tally<Thing> {
  readonly #counted = new Map<unknown, Counted<Thing>>();

  add(thing: Thing, key: unknown, samples: number): void {
    const known = this.#counted.get(key);
    if (known !== undefined) known.samples += samples;
    else if (this.#counted.size < MOST_NAMES) this.#counted.set(key, { thing, samples });
  }

  /** Those of most samples first. */
  get inOrder(): readonly Thing[] {
    return [...this.#counted.values()].sort((a, b) => b.samples - a.samples).map(({ thing }) => thing);
  }
}

export class Census {
  #samples = 0;
  #idle = 0;
  #lasted = 0;
  readonly #processes = new Tally<number>();
  readonly #threads = new Tally<ThreadName>();
  /** By the file. */
  readonly #modules = new Tally<string>();
  readonly #functions = new Tally<string>();
  /** Stacks that are known: a reader may give the same array for the same stack. */
  readonly #seen = new WeakSet<readonly Frame[]>();

  add(sample: Sample): void {
    const { pid, interpreterId, thread, threadName, frames } = sample;
    this.#samples++;
    if (sample.idle) this.#idle++;
    this.#processes.add(pid, pid, 1);
    // One that is given another name is there under both.
    const key = `${pid}:${threadKey(interpreterId, thread)}:${threadName ?? ""}`;
    this.#threads.add({ pid, interpreterId, thread, threadName }, key, 1);
    const leaf = frames.at(-1);
    if (leaf !== undefined) this.#addFrame(leaf, 1);
    if (this.#seen.has(frames)) return;
    this.#seen.add(frames);
    // Callers are there, too, and are told behind those that ran.
    for (const frame of frames) this.#addFrame(frame, 0);
  }

  /** The profile goes on until then. @param microseconds from its start */
  lastsUntil(microseconds: number): void {
    this.#lasted = Math.max(this.#lasted, microseconds);
  }

  #addFrame(frame: Frame, samples: number): void {
    if (frame.kind === "invalid") return;
    const filename = fileOf(frame);
    this.#modules.add(filename, filename, samples);
    this.#functions.add(frame.scope, frame.scope, samples);
  }

  get samples(): number {
    return this.#samples;
  }

  /** Samples of threads that waited. */
  get idle(): number {
    return this.#idle;
  }

  /** In microseconds; 0 where nobody asked for a time. */
  get lasted(): number {
    return this.#lasted;
  }

  get processes(): readonly number[] {
    return this.#processes.inOrder;
  }

  get threads(): readonly ThreadName[] {
    return this.#threads.inOrder;
  }

  /** Of each file the names under which it may have been imported, the most likely first. */
  get modules(): readonly (readonly string[])[] {
    return this.#modules.inOrder.filter(Boolean).map(moduleNames);
  }

  /** Qualified names. */
  get functions(): readonly string[] {
    return this.#functions.inOrder;
  }
}
