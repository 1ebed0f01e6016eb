// Bytes to events. In: chunks of a MOJO stream, versions 1 to 4, cut anywhere. Out: one event at a time.
// Knows neither what keys stand for nor where the bytes come from.
import { MisuseError } from "../model/error.js";
import { Cursor } from "./cursor.js";
import { tellDraft } from "./draft.js";
import { MojoError } from "./error.js";
import { EventId, lastEventId, type MojoEvent } from "./events.js";
import { noHeader, readHeader } from "./header.js";

/** An event longer than this is not one: so much is kept in memory at most while its end is awaited. */
const EVENT_LIMIT_BYTES = 16 * 1024 * 1024;
/** How much more of a long event must have come before it is tried again, so that the time it takes goes with its length. */
const GROWTH = 1.25;
/** What is pushed at once, so that the window stays small however large the chunks are. */
const PUSH_BYTES = 64 * 1024;

/** Push chunks, take events until there are none, push more; `end()` says that nothing more will come. */
export class MojoParser {
  readonly #cursor = new Cursor();
  #pending: Uint8Array = new Uint8Array(0);
  #ended = false;
  #version: number | undefined;
  /** Version 4: whether the stacks of tasks say how many frames they have; undefined before the first of them. */
  #tasksAreCounted: boolean | undefined;
  #tasksAreAssumed = false;
  /** Fewer bytes than this don't end the event at the cursor. */
  #least = 0;
  #eventOffset = 0;

  /** The stream's version, known once the first event was asked for. */
  get version(): number | undefined {
    return this.#version;
  }

  /** Offset in bytes of the event that was returned last. */
  get eventOffset(): number {
    return this.#eventOffset;
  }

  /** Whether the stacks of tasks fit both drafts of version 4, and the newer one was assumed. */
  get tasksAreAssumed(): boolean {
    return this.#tasksAreAssumed;
  }

  /** Its window: whoever takes whole events from there leaves the others to `next`. */
  get cursor(): Cursor {
    return this.#cursor;
  }

  /** The stream ended in the middle of an event. Meaningful when `next` has returned undefined after `end`. */
  get truncated(): boolean {
    return this.#ended && this.#cursor.remaining > 0;
  }

  /** Add the stream's next bytes; they must stay as they are until `next` has returned undefined. */
  push(chunk: Uint8Array): void {
    if (this.#pending.length > 0) throw new MisuseError("push before the last chunk's events were taken");
    this.#pending = chunk;
  }

  /** Nothing more will come. */
  end(): void {
    this.#ended = true;
  }

  /**
   * The next event.
   *
   * @returns undefined when no whole event is left: push more, or, after `end`, stop
   * @throws MojoError when the bytes are not MOJO
   */
  next(): MojoEvent | undefined {
    for (;;) {
      const { remaining } = this.#cursor;
      const event = remaining >= this.#least || this.#ended ? this.#tryNext() : undefined;
      if (event !== undefined) {
        this.#least = 0;
        return event;
      }
      if (remaining > PUSH_BYTES) this.#least = Math.min(EVENT_LIMIT_BYTES, GROWTH * remaining);
      if (this.#pending.length === 0) {
        if (this.#ended && this.#version === undefined) throw noHeader(this.#cursor);
        return undefined;
      }
      if (this.#cursor.remaining > EVENT_LIMIT_BYTES) {
        throw new MojoError(this.#cursor.offset, `an event of at most ${EVENT_LIMIT_BYTES} bytes`, "a longer one");
      }
      this.#cursor.push(this.#pending.subarray(0, PUSH_BYTES));
      this.#pending = this.#pending.subarray(PUSH_BYTES);
    }
  }

  #tryNext(): MojoEvent | undefined {
    const cursor = this.#cursor;
    cursor.mark();
    if (this.#version === undefined) {
      const version = readHeader(cursor);
      if (cursor.short) {
        cursor.rewind();
        return undefined;
      }
      this.#version = version;
      cursor.mark();
    }
    if (cursor.remaining === 0) return undefined;
    const offset = cursor.offset;
    const event = this.#event(this.#version);
    if (cursor.short) {
      cursor.rewind();
      return undefined;
    }
    this.#eventOffset = offset;
    return event;
  }

  #event(version: number): MojoEvent {
    const cursor = this.#cursor;
    const offset = cursor.offset;
    const id = cursor.byte();
    switch (id) {
      case EventId.METADATA:
        return { kind: "metadata", key: cursor.text(), value: cursor.text() };
      case EventId.STACK:
        return {
          kind: "stack",
          pid: cursor.natural(),
          interpreterId: version >= 3 ? cursor.integer() : undefined,
          thread: cursor.text(),
        };
      case EventId.FRAME:
        return {
          kind: "frame",
          key: cursor.varint(),
          filenameKey: cursor.varint(),
          scopeKey: cursor.varint(),
          line: cursor.integer(),
          lineEnd: version >= 2 ? cursor.integer() : 0,
          column: version >= 2 ? cursor.integer() : 0,
          columnEnd: version >= 2 ? cursor.integer() : 0,
        };
      case EventId.FRAME_INVALID:
        return { kind: "frameInvalid" };
      case EventId.FRAME_REF:
        return { kind: "frameRef", key: cursor.varint() };
      case EventId.FRAME_KERNEL:
        return { kind: "kernelFrame", scope: cursor.text() };
      case EventId.GC:
        return { kind: "gc" };
      case EventId.IDLE:
        return { kind: "idle" };
      case EventId.METRIC_TIME:
        return { kind: "time", value: cursor.natural() };
      case EventId.METRIC_MEMORY:
        return { kind: "memory", value: cursor.integer() };
      case EventId.STRING:
        return { kind: "string", key: cursor.varint(), value: cursor.text() };
      case EventId.STRING_REF:
        return { kind: "stringRef", key: cursor.varint() };
    }
    if (version >= 4) {
      switch (id) {
        case EventId.STACK_REPEAT:
          return { kind: "stackRepeat" };
        case EventId.TASK_STACK:
          return {
            kind: "taskStack",
            task: cursor.varint(),
            nameKey: cursor.varint(),
            frames: this.#countsTasks() ? cursor.natural() : undefined,
          };
        case EventId.TASK_WAITER:
          return { kind: "taskWaiter", task: cursor.varint(), waiter: cursor.varint() };
        case EventId.TASK_RUNNING:
          this.#tasksAreCounted ??= true;
          return { kind: "taskRunning", task: cursor.varint() };
      }
    }
    throw new MojoError(offset, `an event number from 1 to ${lastEventId(version)}`, `${id}`);
  }

  /** Whether the stack of a task at the cursor says how many frames it has. */
  #countsTasks(): boolean {
    const cursor = this.#cursor;
    if (this.#tasksAreCounted === undefined && !cursor.short) {
      const draft = tellDraft(cursor, this.#ended);
      if (cursor.short) return false;
      this.#tasksAreCounted = draft !== "older";
      this.#tasksAreAssumed = draft === "either";
    }
    return this.#tasksAreCounted ?? false;
  }
}
