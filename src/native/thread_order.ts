// One thread's native and Python frames in one order. In: a thread as it stood, what the decoder tells of its Python frames, and the code of its process. Out: the
// order, and what is lacking.
import type { DecodedSample } from "../decoder/decoded_sample.js";
import { NATIVE_REASONS } from "../decoder/reasons.js";
import type { EvalPlaces } from "./eval_places.js";
import { markByRecords, type Order, orderByCount, orderByMarks } from "./interleave.js";
import type { CodeFacts, NativeStack, StackCopy, Unwinder } from "./unwinder.js";

/** No stack has more calls of the eval loop. */
const MOST_RECORDS = 65_536;
const WORD_BYTES = 8n;

export interface ThreadOrder extends Order {
  readonly stack: NativeStack;
}

/** What tells where the Python frames of a thread belong. */
export type PythonFrames = Pick<DecodedSample, "runs" | "cframe" | "frameCount" | "hasOneFrameEach">;

/**
 * @param thread its number in the decoder's sample; undefined for one that Python knows nothing of
 */
export function orderOf(
  copy: StackCopy,
  python: PythonFrames,
  thread: number | undefined,
  code: { readonly unwinder: Unwinder; readonly modules: CodeFacts; readonly evals: EvalPlaces },
): ThreadOrder {
  const { unwinder, modules, evals } = code;
  unwinder.setStack(copy);
  if (thread === undefined) {
    const stack = unwinder.unwind(copy, [], modules);
    return { stack, ...orderByMarks(stack, []) };
  }
  if (python.hasOneFrameEach) {
    const stack = unwinder.unwind(copy, [], modules);
    return { stack, ...orderByCount(stack, python.frameCount(thread), (call) => evals.has(call)) };
  }
  const runs = python.runs(thread);
  const { address, currentFrame } = python.cframe(thread);
  const isMarked = runs.some(({ mark }) => mark !== 0n);
  const marked = isMarked
    ? runs.map(({ first, count, mark }) => ({ first, count, mark: isOn(copy, mark) ? mark : undefined }))
    : markByRecords(runs, recordsFrom(unwinder, address, BigInt(currentFrame)));
  // The base frame of a thread state (3.15) lies in it, and runs nothing.
  const placed = marked.filter(({ count, mark }) => count > 0 || mark !== undefined);
  const marks = placed.flatMap(({ mark }) => mark ?? []);
  const stack = unwinder.unwind(copy, marks, modules);
  const total = runs.reduce((sum, { count }) => sum + count, 0);
  const frames = python.frameCount(thread);
  const order = orderByMarks(stack, total === frames ? placed : [{ first: 0, count: frames, mark: undefined }]);
  return { stack, ...order };
}

/** What is lacking of an order: bits of NATIVE_REASONS. */
export function lacks({ isOrdered, stack, pieces }: ThreadOrder): number {
  if (!isOrdered) return NATIVE_REASONS.order;
  const inner = pieces.slice(stack.isWhole ? 0 : 1).some(({ kind }) => kind === "gap");
  const guessed = pieces.some((piece) => piece.kind === "native" && piece.call.isGuessed);
  return (
    (stack.isWhole ? 0 : NATIVE_REASONS.cut) | (inner ? NATIVE_REASONS.gap : 0) | (guessed ? NATIVE_REASONS.guessed : 0)
  );
}

function isOn({ stackStart, stackEnd }: StackCopy, address: bigint): boolean {
  return address >= stackStart && address < stackEnd;
}

/** The chain of _PyCFrames that lie on the stack that was set (3.11), newest first: each with the frame that it runs. */
function recordsFrom(unwinder: Unwinder, newest: bigint, currentFrame: bigint): { address: bigint; frame: bigint }[] {
  const records = [];
  let address = newest;
  while (records.length < MOST_RECORDS) {
    const frame = BigInt.asUintN(64, unwinder.word(address + currentFrame));
    // The last one is the thread state's own, which is not on the stack.
    if (frame === 0n) break;
    records.push({ address, frame });
    const previous = BigInt.asUintN(64, unwinder.word(address + currentFrame + WORD_BYTES));
    if (previous <= address) break;
    address = previous;
  }
  return records;
}
