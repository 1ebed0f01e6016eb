// Python's frames in the place of the eval loop's. In: a native stack, and the runs of Python frames with what lies on the C stack of each. Out: one order of both, root
// first. A native frame is the eval loop's where a mark lies in its part of the stack (3.11+): symbols are not asked, as they cover but a piece of it. Up to 3.10,
// where each Python frame has a call of the eval loop of its own and nothing marks it, they are counted.
import type { Run } from "../decoder/decoded_sample.js";
import type { NativeCall, NativeStack } from "./unwinder.js";

/** A piece of the order: a native call, or Python frames by their places in the thread's list. */
export type Piece =
  | { readonly kind: "native"; readonly call: NativeCall }
  | { readonly kind: "python"; readonly first: number; readonly count: number }
  /** Something lies here that could not be had. */
  | { readonly kind: "gap" };

export interface Order {
  /** Root first. */
  readonly pieces: readonly Piece[];
  /** Every run has its place. */
  readonly isOrdered: boolean;
}

/** A run and its mark; undefined where it isn't known. */
export interface MarkedRun {
  readonly first: number;
  readonly count: number;
  readonly mark: bigint | undefined;
}

/** Put runs at their marks. @param runs root first */
export function orderByMarks(stack: NativeStack, runs: readonly MarkedRun[]): Order {
  const calls = [...stack.calls].reverse();
  const pieces: Piece[] = stack.isWhole ? [] : [{ kind: "gap" }];
  let next = 0;
  let isOrdered = true;
  const take = (run: MarkedRun): void => {
    if (run.count > 0) pieces.push({ kind: "python", first: run.first, count: run.count });
  };
  for (const call of calls) {
    const run = runs[next];
    const holds = run?.mark !== undefined && call.pointer <= run.mark && run.mark < call.end;
    if (holds && run !== undefined) {
      // What has been entered and runs nothing yet is shown as what it is.
      if (run.count > 0) take(run);
      else pieces.push({ kind: "native", call });
      next++;
    } else if (call.pc !== 0n) pieces.push({ kind: "native", call });
    if (call.isBehindGap) pieces.push({ kind: "gap" });
  }
  const left = runs.slice(next).filter(({ count }) => count > 0);
  if (left.length > 0) {
    isOrdered = false;
    // Python's own order is right in any case.
    return {
      pieces: [
        ...gapsOf(pieces),
        ...runs.filter(({ count }) => count > 0).map(({ first, count }) => ({ kind: "python" as const, first, count })),
      ],
      isOrdered,
    };
  }
  return { pieces, isOrdered };
}

/** Of an order that is none, only that there is one. */
function gapsOf(pieces: readonly Piece[]): Piece[] {
  return pieces.length === 0 ? [] : [{ kind: "gap" }];
}

/**
 * Put frames in the place of the eval loop's calls, one each (3.9, 3.10).
 * @param frames how many Python frames there are
 * @param isEval whether a call is one of the eval loop
 */
export function orderByCount(stack: NativeStack, frames: number, isEval: (call: NativeCall) => boolean): Order {
  const calls = [...stack.calls].reverse();
  const evals = calls.filter(isEval);
  // The newest one may have been called and not have a frame yet, or none any more.
  const isCounted = stack.isWhole && (evals.length === frames || evals.length === frames + 1);
  if (!isCounted) {
    return {
      pieces: [{ kind: "gap" }, ...(frames > 0 ? [{ kind: "python" as const, first: 0, count: frames }] : [])],
      isOrdered: false,
    };
  }
  let next = 0;
  const pieces = calls.map((call): Piece => {
    if (next === frames || !isEval(call)) return { kind: "native", call };
    return { kind: "python", first: next++, count: 1 };
  });
  return { pieces, isOrdered: true };
}

/**
 * The marks of runs that have none of their own: what a chain of records on the C stack says (3.11), each with the frame that it runs.
 * @param runs root first
 * @param records newest first
 */
export function markByRecords(
  runs: readonly Run[],
  records: readonly { readonly address: bigint; readonly frame: bigint }[],
): MarkedRun[] {
  const byFrame = new Map(records.map(({ address, frame }) => [frame, address]));
  return runs.map(({ first, count, newest }) => ({ first, count, mark: byFrame.get(newest) }));
}
