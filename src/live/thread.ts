// A thread that is or was sampled. In: its samples' stacks. Out: their numbers, and what was seen of it last.
import { StackPath } from "../analysis/stack_path.js";
import type { Frame } from "../model/frame.js";
import type { Places } from "./places.js";
import type { Stacks } from "./stacks.js";

export class LiveThread {
  /** What the program calls it, where that is known. */
  name: string | undefined;
  /** Number of its empty stack. */
  root: number;
  /** Number of the stack that was seen last. */
  last: number;
  /** The one that was, when the profile was frozen. */
  frozen: number | undefined;
  /** When that was, in microseconds from the profile's start. */
  seen = 0;
  /** It was known to be off the processor then. */
  isIdle = false;
  /** The garbage collector ran then. */
  isCollecting = false;
  samples = 0;
  /** Nothing proves the stack that was seen last, or it could not be read. */
  isUnproven = false;
  #path: StackPath<number>;

  constructor(
    /** In the order in which threads turned up, but for those that were let go. */
    readonly number: number,
    readonly pid: number,
    readonly interpreterId: number | undefined,
    /** As the profile has it: the native id in lower-case hexadecimal, or a name. */
    readonly thread: string,
    /** Tells it apart from others of its process. */
    readonly key: string,
    root: number,
  ) {
    this.root = root;
    this.last = root;
    this.#path = new StackPath(root);
  }

  /** The number of a stack of its own, a new one where it is. */
  stackOf(frames: readonly Frame[], stacks: Stacks, places: Places): number {
    if (frames !== this.#path.frames) this.isUnproven = frames.some(({ kind }) => kind === "invalid");
    return this.#path.to(frames, (caller, frame) => stacks.child(caller, places.of(frame), places.functionOf));
  }

  /** All stacks have other numbers now. */
  renumber(root: number, last: number, frozen?: number): void {
    this.root = root;
    this.last = last;
    this.frozen = frozen;
    this.#path = new StackPath(root);
  }

  /** The same with another number. */
  as(number: number): LiveThread {
    const thread = new LiveThread(number, this.pid, this.interpreterId, this.thread, this.key, this.root);
    thread.name = this.name;
    thread.seen = this.seen;
    thread.isIdle = this.isIdle;
    thread.isCollecting = this.isCollecting;
    thread.samples = this.samples;
    return thread;
  }
}
