// What a parked target (tests/targets/account.py) says of itself, and the same in the words of the model:
// 1-based columns, 0 where there is none. Knows nothing of how a sample is taken.
import type { CodeFrame, InvalidFrame } from "../src/model/frame.js";
import type { ThreadSnapshot } from "../src/model/snapshot.js";

/** A position as CPython's `co_positions()` gives it: columns are 0-based bytes, null where there is none. */
export type Position = readonly [
  line: number | null,
  lineEnd: number | null,
  column: number | null,
  columnEnd: number | null,
];

export interface AccountedFrame {
  readonly file: string;
  readonly name: string;
  /** null up to 3.10, where code objects have none. */
  readonly qualname: string | null;
  readonly line: number | null;
  /** null up to 3.10. */
  readonly position: Position | null;
}

export interface AccountedThread {
  /** The shape that is parked there. */
  readonly name: string;
  readonly interpreter: number;
  readonly nativeId: number;
  /** Whether the collector of its interpreter runs. */
  readonly collecting: boolean;
  /** Root first. */
  readonly frames: readonly AccountedFrame[];
}

/** The ready line of a parked target. */
export interface Account {
  readonly pid: number;
  readonly version: readonly [number, number, number];
  readonly threads: readonly AccountedThread[];
}

/** The frame in one line, `scope file:line:column-lineEnd:columnEnd`, as a sample should have it. */
export function expectedFrame({ file, name, qualname, line, position }: AccountedFrame): string {
  if (position === null) return `${qualname ?? name} ${file}:${line ?? 0}:0-0:0`;
  const [first, last, column, columnEnd] = position;
  const oneBased = (offset: number | null): number => (offset === null ? 0 : offset + 1);
  return `${qualname ?? name} ${file}:${first ?? 0}:${oneBased(column)}-${last ?? 0}:${oneBased(columnEnd)}`;
}

function sampledFrame(frame: CodeFrame | InvalidFrame): string {
  if (frame.kind === "invalid") return "an invalid frame";
  const { line, lineEnd, column, columnEnd } = frame.location;
  return `${frame.scope} ${frame.filename}:${line}:${column}-${lineEnd}:${columnEnd}`;
}

/** Long names and deep stacks stay readable in a report. */
function short(frame: string | undefined): string {
  if (frame === undefined) return "(nothing)";
  return frame.length > 300 ? `${frame.slice(0, 140)}…(${frame.length} characters)…${frame.slice(-140)}` : frame;
}

function firstDifference(expected: readonly string[], actual: readonly string[]): string | undefined {
  const length = Math.max(expected.length, actual.length);
  for (let index = 0; index < length; index++) {
    if (expected[index] === actual[index]) continue;
    return [
      `frame ${index} from the root (account: ${expected.length} frames, sample: ${actual.length})`,
      `      account: ${short(expected[index])}`,
      `      sample:  ${short(actual[index])}`,
      `      below:   ${short(expected[index - 1])}`,
    ].join("\n");
  }
  return undefined;
}

/**
 * Where a sample says something else than the target itself, thread by thread, whole stacks in order.
 * @returns one text a thread that differs, is missing, or is there but shouldn't be; empty if all agree
 */
export function differences(account: Account, sampled: readonly ThreadSnapshot[]): string[] {
  const key = (interpreter: number, nativeId: number): string => `interpreter ${interpreter}, thread ${nativeId}`;
  const left = new Map<string, ThreadSnapshot>();
  const found: string[] = [];
  for (const thread of sampled) {
    const id = key(thread.interpreterId, thread.nativeId);
    if (left.has(id)) found.push(`${id}: sampled twice`);
    left.set(id, thread);
  }
  for (const { name, interpreter, nativeId, collecting, frames } of account.threads) {
    const id = key(interpreter, nativeId);
    const thread = left.get(id);
    left.delete(id);
    if (thread === undefined) {
      found.push(`${name} (${id}): not in the sample`);
      continue;
    }
    if (thread.reasons.length > 0) found.push(`${name} (${id}): the sample says ${thread.reasons.join(", ")}`);
    if (thread.gc !== collecting) found.push(`${name} (${id}): collecting is ${thread.gc}, should be ${collecting}`);
    const difference = firstDifference(frames.map(expectedFrame), thread.frames.map(sampledFrame));
    if (difference !== undefined) found.push(`${name} (${id}): ${difference}`);
  }
  for (const [id, { frames }] of left) {
    found.push(
      `${id}: sampled, but the target knows no such thread; its root is ${short(frames.map(sampledFrame)[0])}`,
    );
  }
  return found;
}
