// What of a profile is written, while it is made: the words of src/filters on samples that are ids and bytes yet. What comes out
// is what src/filters would leave of the whole profile, sample for sample. It is loaded only where there are words.
import type { SampleView } from "../decoder/sample_view.js";
import {
  checkWords,
  type FilterWords,
  ProfileClock,
  StackFilter,
  Sum,
  threadFilter,
  threadKey,
} from "../filters/index.js";
import type { Share } from "../model/share.js";
import type { MojoEncoder } from "../mojo/encoder.js";
import { FrameBits } from "./frame_bits.js";
import type { LateStack } from "./late_stack.js";
import { SelectedStack } from "./selected_stack.js";

/** The words of one profile, and how much they left out: of what was taken back, nothing counts. */
export class ProfileSelection implements Share {
  readonly all = new Sum();
  readonly leftOut = new Sum();
  readonly words: FilterWords;
  readonly stacks: StackFilter;
  readonly wantsThread: ReturnType<typeof threadFilter>;
  /** Of all processes: they share the profile's time. */
  readonly clock = new ProfileClock();

  /** What functions of native code are called, by their linker's names, which the profile has. */
  readonly nativeName: (name: string) => string;

  /** @throws MalformedPattern, MisuseError as Filter */
  constructor(words: FilterWords, nativeName = (name: string) => name) {
    checkWords(words);
    this.words = words;
    this.nativeName = nativeName;
    this.stacks = new StackFilter(words);
    this.wantsThread = threadFilter(words);
  }

  /** The words at work on a process. */
  of(pid: number, decoder: SampleView): Selection {
    return new Selection(this, pid, decoder);
  }
}

/** What the words say of one thread. */
export interface SelectedThread {
  readonly key: string;
  isWanted: boolean;
  /** Where words ask for stacks, or for some of their frames. */
  readonly stack: SelectedStack | undefined;
}

/** A sample that is in the recorder's batch: wanted so far if it has bytes. */
interface Taken {
  key: string;
  microseconds: number;
  bytes: number;
  /** Bytes of its STACK event, and where it ends in the batch. */
  head: number;
  end: number;
  /** Of one whose frames are not all defined yet. */
  late: LateStack | undefined;
}

/** The samples of one process. */
export class Selection {
  /** What the words say of frames, where they ask for stacks or frames. */
  readonly frames: FrameBits | undefined;
  readonly #pid: number;
  readonly #of: ProfileSelection;
  /** Used again from batch to batch. */
  readonly #taken: Taken[] = [];
  #count = 0;

  constructor(of: ProfileSelection, pid: number, decoder: SampleView) {
    this.#of = of;
    this.#pid = pid;
    this.frames =
      of.stacks.selects || of.stacks.collapses ? new FrameBits(decoder, of.stacks, of.nativeName) : undefined;
  }

  /** Meet a thread. @param thread as the profile names it */
  thread(interpreterId: number, thread: string): SelectedThread {
    return {
      key: threadKey(interpreterId, thread),
      isWanted: this.#wantsThread(interpreterId, thread, undefined),
      stack: this.frames && new SelectedStack(this.frames),
    };
  }

  /** A thread has another name from now on. */
  rename(selected: SelectedThread, interpreterId: number, thread: string, threadName: string | undefined): void {
    selected.isWanted = this.#wantsThread(interpreterId, thread, threadName);
  }

  #wantsThread(interpreterId: number, thread: string, threadName: string | undefined): boolean {
    const { wantsThread } = this.#of;
    return wantsThread === undefined || wantsThread({ pid: this.#pid, interpreterId, thread, threadName });
  }

  /** Whether a sample is wanted, whatever its stack and its time. */
  wants({ isWanted }: SelectedThread, idle: boolean): boolean {
    const { state } = this.#of.words;
    return isWanted && (state === undefined || idle === (state === "idle"));
  }

  /**
   * A sample was taken, and has been written to the batch if it is wanted.
   *
   * @param head bytes of its STACK event
   * @param end where the batch ends now
   * @param late where frames of its stack are not defined yet: only its STACK event and its metrics are written
   */
  add(
    { key }: SelectedThread,
    microseconds: number,
    bytes: number,
    head: number,
    end: number,
    late: LateStack | undefined,
  ): void {
    const taken = this.#taken[this.#count];
    if (taken === undefined) this.#taken.push({ key, microseconds, bytes, head, end, late });
    else {
      taken.key = key;
      taken.microseconds = microseconds;
      taken.bytes = bytes;
      taken.head = head;
      taken.end = end;
      taken.late = late;
    }
    this.#count++;
  }

  /** The batch is worth nothing. */
  drop(): void {
    this.#count = 0;
  }

  /**
   * Hand on what is wanted of the batch.
   *
   * @param held definitions; they are to stand behind the first STACK event, and wait where there is none
   * @returns how many samples
   */
  commit(batch: MojoEncoder, held: MojoEncoder, encoder: MojoEncoder): number {
    let written = 0;
    let start = 0;
    for (let i = 0; i < this.#count; i++) {
      const { key, microseconds, bytes, head, end, late } = this.#taken[i] as Taken;
      // Before all else: time passes in every sample.
      const isWanted = this.#isWithin(key, microseconds) && end > start && late?.isWanted !== false;
      this.#of.all.count(microseconds, bytes);
      if (isWanted) {
        batch.copyTo(encoder, start, start + head);
        held.copyTo(encoder, 0, held.length);
        held.reset();
        late?.writeTo(encoder);
        batch.copyTo(encoder, late?.metrics ?? start + head, end);
        written++;
      } else this.#of.leftOut.count(microseconds, bytes);
      start = end;
    }
    this.#count = 0;
    return written;
  }

  #isWithin(key: string, microseconds: number): boolean {
    const { window } = this.#of.words;
    if (window === undefined) return true;
    const end = this.#of.clock.advanceThread(this.#pid, key, microseconds);
    return end > window.from && end <= window.to;
  }
}
