// Threads as STACK events name them, and what the program calls them. In: events, or their bytes: one that comes again is not decoded
// again, and is the same object. Out: threads.
import { NO_INTERPRETER } from "../model/sample.js";
import { ByteMap, hashByte } from "./byte_map.js";
import type { Cursor } from "./cursor.js";
import type { Definitions, ProcessDefinitions } from "./definitions.js";
import type { StackEvent } from "./events.js";
import { threadNameKey } from "./thread_name.js";

const THREADS_BYTES = 1024 * 1024;
const THREADS = 20_000;
/** A thread's name that is longer is the parser's. */
const NAME_BYTES = 1024;

/** What a STACK event says. */
export interface Thread {
  readonly pid: number;
  readonly interpreterId: number | undefined;
  readonly name: string;
  readonly process: ProcessDefinitions;
  /** What the program calls it, after so many names were given. */
  threadName: string | undefined;
  namedAt: number;
}

export class Threads {
  readonly #definitions: Definitions;
  readonly #known = new ByteMap<Thread>(THREADS_BYTES, THREADS);
  /** Names of threads, by their keys, and how often one was given. */
  readonly #names = new Map<string, string>();
  #namings = 0;

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /** The thread that the STACK event at the cursor names, passing it; undefined, passing nothing, if it isn't whole. */
  at(cursor: Cursor, version: number): Thread | undefined {
    const bytes = cursor.window;
    const end = cursor.end;
    const start = cursor.position;
    let at = start + 1;
    let hash = 0;
    for (let integers = version >= 3 ? 2 : 1; integers > 0 && at < end; integers--) {
      while (at < end && (bytes[at] as number) >= 0x80) hash = hashByte(hash, bytes[at++] as number);
      hash = hashByte(hash, bytes[at++] as number);
    }
    const limit = Math.min(end, at + NAME_BYTES);
    while (at < limit && bytes[at] !== 0) hash = hashByte(hash, bytes[at++] as number);
    if (at >= limit) return undefined;
    at++;
    let thread = this.#known.get(bytes, start, at, hash, 0);
    if (thread === undefined) {
      cursor.position = start + 1;
      const { offset } = cursor;
      const pid = cursor.natural();
      const interpreterId = version >= 3 ? cursor.integer() : undefined;
      thread = this.of({ kind: "stack", pid, interpreterId, thread: cursor.text() }, offset - 1);
      this.#known.add(bytes, start, at, hash, 0, thread);
    }
    cursor.position = at;
    return thread;
  }

  /** @param offset where the event begins, in bytes, for errors */
  of({ pid, interpreterId, thread }: StackEvent, offset: number): Thread {
    const process = this.#definitions.of(pid, offset);
    return {
      pid,
      // One that isn't known is negative, but for that of threads that Python doesn't know.
      interpreterId: interpreterId === undefined || interpreterId < NO_INTERPRETER ? undefined : interpreterId,
      name: thread,
      process,
      threadName: undefined,
      namedAt: 0,
    };
  }

  /** A thread has another name from here on; an empty one is none. @param key `threadNameKey` */
  name(key: string, name: string): void {
    this.#namings++;
    if (name === "") this.#names.delete(key);
    else this.#names.set(key, name);
  }

  /** What the program calls the thread now. */
  nameOf(thread: Thread): string | undefined {
    if (thread.namedAt !== this.#namings) {
      thread.namedAt = this.#namings;
      thread.threadName = this.#names.get(threadNameKey(thread.pid, thread.interpreterId ?? 0, thread.name));
    }
    return thread.threadName;
  }
}
