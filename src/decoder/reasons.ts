// Why something is missing in a sample, in words. In: bits that the decoder gives. Out: names for statistics and
// messages. The bits' numbers are the decoder's (assembly/abi/reasons.ts); the words are ours.

const WORDS = {
  REASON_THREADS_LOST: "threads lost",
  REASON_TOO_MANY_THREADS: "too many threads",
  REASON_FRAME_UNREADABLE: "frame unreadable",
  REASON_CYCLE: "frames in a circle",
  REASON_TOO_DEEP: "too deep",
  REASON_CODE_UNREADABLE: "code unreadable",
  REASON_CODE_CHANGED: "code changed while read",
  REASON_INSTRUCTION_OUTSIDE: "instruction outside its code",
  REASON_STRING_CUT: "name cut",
  REASON_NO_LOCATION: "no location",
  REASON_NO_ROOM: "no room",
  REASON_TORN: "moved while read",
  REASON_UNPROVEN: "unproven",
  REASON_NO_NATIVE_ID: "no native thread id",
  REASON_NO_THREAD: "no such thread",
  REASON_STARTS_OR_ENDS: "interpreter starts or ends",
} as const;

/** Of native frames the decoder knows nothing: these bits are given by what puts them around Python's (src/native/). */
export const NATIVE_REASONS = {
  unloaded: 1 << 21,
  kernelCut: 1 << 22,
  kernel: 1 << 23,
  moved: 1 << 24,
  late: 1 << 25,
  refused: 1 << 26,
  cut: 1 << 27,
  gap: 1 << 28,
  order: 1 << 29,
  guessed: 1 << 30,
} as const;
const NATIVE_WORDS = {
  kernelCut: "kernel frames incomplete at the root",
  kernel: "kernel frames missing: the kernel did not tell them",
  unloaded: "native frames missing: code was unloaded",
  moved: "native frames missing: the thread moved while it was copied",
  late: "native frames missing: the thread did not stop in time",
  refused: "native frames missing: the thread can't be held",
  cut: "native frames incomplete at the root",
  gap: "native frames incomplete in between",
  order: "native frames missing: their order with Python's is not certain",
  guessed: "native frames guessed",
} as const;

/** A reason in words. */
export type Reason = (typeof WORDS)[keyof typeof WORDS] | (typeof NATIVE_WORDS)[keyof typeof NATIVE_WORDS];

/** Knows the decoder's reason bits. */
export class Reasons {
  readonly #words: readonly (readonly [bit: number, word: Reason])[];
  readonly #harmless: number;
  readonly #noThread: number;

  /** @param constant reads a number that the decoder exports */
  constructor(constant: (name: string) => number) {
    const native = Object.entries(NATIVE_REASONS) as [keyof typeof NATIVE_REASONS, number][];
    this.#words = [
      ...Object.entries(WORDS).map(([name, word]) => [constant(name), word] as const),
      ...native.map(([name, bit]) => [bit, NATIVE_WORDS[name]] as const),
    ];
    this.#harmless = constant("HARMLESS_REASONS") | NATIVE_REASONS.guessed;
    this.#noThread = constant("REASON_NO_THREAD");
  }

  /** The words of a set of bits. */
  wordsOf(bits: number): readonly Reason[] {
    return this.#words.filter(([bit]) => (bits & bit) !== 0).map(([, word]) => word);
  }

  /** Whether the bits tell that the system has no such thread. */
  isNoThread(bits: number): boolean {
    return (bits & this.#noThread) !== 0;
  }

  /** Whether a bit tells that the stack is incomplete, not only less detailed. */
  isError(bits: number): boolean {
    return (bits & ~this.#harmless) !== 0;
  }
}
