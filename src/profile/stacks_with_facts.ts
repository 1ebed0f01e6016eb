// Stacks with what the system knows of them. In: a sample of a process, the states of its threads and which sources are newer
// than the process. Out: what people are shown. It asks nobody.
import type { Frame } from "../model/frame.js";
import type { Snapshot, ThreadSnapshot } from "../model/snapshot.js";
import type { ProcessStacks, ThreadStack } from "../model/stacks.js";

/** Why nothing is known of a thread: its id is another process's, or it has ended since. */
const NOT_AMONG_THREADS = "not among the process's threads";

/** What the system says of threads, by native id. */
export interface ThreadFacts {
  /** The kernel's letters, where they are known. */
  readonly states: ReadonlyMap<number, string>;
  /** Those that the process doesn't have. */
  readonly missing: readonly number[];
  /** What it calls those for which the program has no name. */
  readonly titles: ReadonlyMap<number, string>;
}

function nameOf(
  { name, nativeId }: Pick<ThreadSnapshot, "name" | "nativeId">,
  titles: ThreadFacts["titles"],
): Partial<ThreadSnapshot> {
  const title = titles.get(nativeId);
  return name !== undefined || title === undefined ? {} : { name: title, isNamedBySystem: true };
}

/**
 * @param isNewer whether a source file was written after the process had started
 */
export function withFacts(
  { threads, reasons }: Snapshot<Frame>,
  process: Pick<ProcessStacks, "pid" | "isChild" | "pythonVersion" | "freeThreaded">,
  { states, missing, titles }: ThreadFacts,
  isNewer: (filename: string) => boolean,
): ProcessStacks {
  const withSource = (frame: Frame): ThreadStack["frames"][number] =>
    frame.kind === "code" ? { ...frame, sourceIsNewer: isNewer(frame.filename) } : frame;
  const known = threads.map((thread) => ({
    ...thread,
    ...nameOf(thread, titles),
    state: thread.nativeId === 0 ? undefined : states.get(thread.nativeId),
    frames: thread.frames.map(withSource),
    reasons: missing.includes(thread.nativeId) ? [...thread.reasons, NOT_AMONG_THREADS] : thread.reasons,
  }));
  return { ...process, threads: known, reasons };
}
