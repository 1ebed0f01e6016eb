// What was done to processes for native frames. In: the figures of two processes, or of one before and behind an exec. Out: their sum.

export interface HoldFigures {
  /** Threads that were held, counted anew each time, and for how long in all. */
  readonly held: number;
  readonly microseconds: number;
  /** Threads that waited and whose stack in the kernel was asked for, and those of them of which it is known; undefined where nobody asks. */
  readonly kernelStacks: { readonly asked: number; readonly known: number } | undefined;
}

export function sumOfHolds(one: HoldFigures | undefined, other: HoldFigures): HoldFigures {
  if (one === undefined) return other;
  const [a, b] = [one.kernelStacks, other.kernelStacks];
  return {
    held: one.held + other.held,
    microseconds: one.microseconds + other.microseconds,
    kernelStacks: a && b ? { asked: a.asked + b.asked, known: a.known + b.known } : (a ?? b),
  };
}
