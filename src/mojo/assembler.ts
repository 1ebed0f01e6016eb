// Events to samples. In: the events of one stream, in order. Out: samples with their frames resolved, and the metadata.
// Knows no bytes. Keys are scoped by the process of the last STACK, and mean what they meant when they were used.
import type { Frame, InvalidFrame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import { MojoError } from "./error.js";
import { type FrameEvent, type MojoEvent, type MojoKey, UNKNOWN_STRING, UNKNOWN_STRING_KEY } from "./events.js";

/** One occurrence of a metadata key. */
export interface Metadata {
  readonly key: string;
  readonly value: string;
}

interface Definitions {
  readonly strings: Map<MojoKey, string>;
  readonly frames: Map<MojoKey, Frame>;
}

/** A sample while its events come in. */
interface Draft {
  readonly pid: number;
  readonly interpreterId: number | undefined;
  readonly thread: string;
  readonly frames: Frame[];
  timeMicroseconds: number | undefined;
  memoryBytes: number | undefined;
  idle: boolean;
  gc: boolean;
}

const INVALID: InvalidFrame = { kind: "invalid" };

export class SampleAssembler {
  /** The last value of each key. */
  readonly metadata = new Map<string, string>();
  /** Every occurrence, in order. */
  readonly allMetadata: Metadata[] = [];
  readonly #processes = new Map<number, Definitions>();
  #definitions: Definitions | undefined;
  #draft: Draft | undefined;

  /**
   * Take the next event.
   *
   * @param offset where the event begins, in bytes, for errors
   * @returns the sample that this event shows to be complete
   * @throws MojoError for a key without a definition, or an event that needs a STACK before it
   */
  accept(event: MojoEvent, offset: number): Sample | undefined {
    switch (event.kind) {
      case "frameRef":
        this.#sample(offset).frames.push(this.#frame(event.key, offset));
        return undefined;
      case "stack": {
        const done = this.#finish();
        this.#begin(event.pid, event.interpreterId, event.thread);
        return done;
      }
      case "metadata": {
        const done = this.#finish();
        this.metadata.set(event.key, event.value);
        this.allMetadata.push({ key: event.key, value: event.value });
        return done;
      }
      case "time":
        this.#sample(offset).timeMicroseconds = event.value;
        return undefined;
      case "memory":
        this.#sample(offset).memoryBytes = event.value;
        return undefined;
      case "string":
        this.#scope(offset).strings.set(event.key, event.value);
        return undefined;
      case "frame":
        this.#scope(offset).frames.set(event.key, this.#resolve(event, offset));
        return undefined;
      case "stringRef":
        this.#string(event.key, offset);
        return undefined;
      case "frameInvalid":
        this.#sample(offset).frames.push(INVALID);
        return undefined;
      case "kernelFrame":
        this.#sample(offset).frames.push({ kind: "kernel", scope: event.scope });
        return undefined;
      case "gc":
        this.#sample(offset).gc = true;
        return undefined;
      case "idle":
        this.#sample(offset).idle = true;
        return undefined;
    }
  }

  /** Whether a sample was begun whose metrics, which come last, are not all there. */
  get incomplete(): boolean {
    const draft = this.#draft;
    if (draft === undefined) return false;
    const mode = this.metadata.get("mode");
    if (mode === "memory") return draft.memoryBytes === undefined;
    if (mode === "full") return draft.memoryBytes === undefined || draft.timeMicroseconds === undefined;
    return draft.memoryBytes === undefined && draft.timeMicroseconds === undefined;
  }

  /** The stream has ended: the last sample, if it is whole. */
  end(): Sample | undefined {
    return this.incomplete ? undefined : this.#finish();
  }

  #begin(pid: number, interpreterId: number | undefined, thread: string): void {
    let definitions = this.#processes.get(pid);
    if (definitions === undefined) {
      definitions = { strings: new Map([[UNKNOWN_STRING_KEY, UNKNOWN_STRING]]), frames: new Map() };
      this.#processes.set(pid, definitions);
    }
    this.#definitions = definitions;
    this.#draft = {
      pid,
      interpreterId,
      thread,
      frames: [],
      timeMicroseconds: undefined,
      memoryBytes: undefined,
      idle: false,
      gc: false,
    };
  }

  #finish(): Sample | undefined {
    const draft = this.#draft;
    if (draft === undefined) return undefined;
    this.#draft = undefined;
    const { pid, interpreterId, thread, frames, timeMicroseconds, memoryBytes, idle, gc } = draft;
    return { pid, interpreterId, thread, frames, metrics: { timeMicroseconds, memoryBytes }, idle, gc };
  }

  #sample(offset: number): Draft {
    if (this.#draft === undefined) throw new MojoError(offset, "a STACK event to begin a sample", "a part of a sample");
    return this.#draft;
  }

  #scope(offset: number): Definitions {
    if (this.#definitions === undefined) {
      throw new MojoError(offset, "a STACK event to name the process", "a definition or a reference");
    }
    return this.#definitions;
  }

  #string(key: MojoKey, offset: number): string {
    const text = this.#scope(offset).strings.get(key);
    if (text === undefined) throw new MojoError(offset, "the key of a defined string", `key ${key}`);
    return text;
  }

  #frame(key: MojoKey, offset: number): Frame {
    const frame = this.#scope(offset).frames.get(key);
    if (frame === undefined) throw new MojoError(offset, "the key of a defined frame", `key ${key}`);
    return frame;
  }

  #resolve(event: FrameEvent, offset: number): Frame {
    const { line, lineEnd, column, columnEnd } = event;
    return {
      kind: "code",
      scope: this.#string(event.scopeKey, offset),
      filename: this.#string(event.filenameKey, offset),
      location: { line, lineEnd, column, columnEnd },
    };
  }
}
