// What the threads of a process are called. In: a decoder, which learns the program's own names, and what the system calls threads that have
// none. Out: each name that a sink has not been told, before the sample from which on it holds.
import type { SampleView } from "../decoder/sample_view.js";
import type { ProcessSink } from "./sink.js";

interface Told {
  /** The decoder's version of the name. */
  readonly version: number;
  readonly system: string | undefined;
  readonly name: string | undefined;
}

export class KnownNames {
  readonly #decoder: SampleView;
  readonly #sink: ProcessSink;
  /** The system's, by the decoder's numbers of threads. */
  #systems = new Map<number, string>();
  /** What the sink knows, by the same. */
  #told = new Map<number, Told>();
  /** The decoder's count of changes that was told last. */
  #changed = 0;
  #hasNew = false;

  constructor(decoder: SampleView, sink: ProcessSink) {
    this.#decoder = decoder;
    this.#sink = sink;
  }

  /** The system's name of a thread of the decoder's sample. */
  add(nativeId: number, name: string): void {
    const decoder = this.#decoder;
    for (let thread = 0; thread < decoder.threadCount; thread++) {
      if (decoder.nativeId(thread) !== nativeId) continue;
      this.#systems.set(decoder.serial(thread), name);
      this.#hasNew = true;
    }
  }

  /** Tell the sink what it doesn't know. Called in each tick: where no name has changed, it is one comparison. */
  tell(): void {
    const { namesChanged } = this.#decoder;
    if (namesChanged === this.#changed && !this.#hasNew) return;
    this.#changed = namesChanged;
    this.#hasNew = false;
    this.#tellAll();
  }

  #tellAll(): void {
    const decoder = this.#decoder;
    const told = new Map<number, Told>();
    const systems = new Map<number, string>();
    for (let thread = 0; thread < decoder.threadCount; thread++) {
      const serial = decoder.serial(thread);
      const version = decoder.nameVersion(thread);
      const known = this.#told.get(serial);
      const system = this.#systems.get(serial);
      if (system !== undefined) systems.set(serial, system);
      if (known?.version === version && known.system === system) {
        told.set(serial, known);
        continue;
      }
      const own = decoder.threadName(thread);
      const name = own ?? system;
      if (name !== known?.name) this.#sink.nameThread(thread, name, own === undefined);
      told.set(serial, { version, system, name });
    }
    // Of threads that have ended, nothing is kept.
    this.#told = told;
    this.#systems = systems;
  }
}
