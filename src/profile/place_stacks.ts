// Stacks with what the system knows of them. In: a sample of a process, the states of its threads and which sources are newer
// than the process. Out: what people are shown. It asks nobody.
import type { CodeFrame, InvalidFrame } from "../model/frame.js";
import type { Snapshot } from "../model/snapshot.js";
import type { ProcessStacks, SourcedFrame } from "../model/stacks.js";

/**
 * @param states the kernel's letter for a thread, by its native id, where it is known
 * @param isNewer whether a source file was written after the process had started
 */
export function placeStacks(
  { threads, reasons }: Snapshot,
  process: Pick<ProcessStacks, "pid" | "isChild" | "pythonVersion" | "freeThreaded">,
  states: ReadonlyMap<number, string>,
  isNewer: (filename: string) => boolean,
): ProcessStacks {
  const place = (frame: CodeFrame | InvalidFrame): SourcedFrame | InvalidFrame =>
    frame.kind === "code" ? { ...frame, sourceIsNewer: isNewer(frame.filename) } : frame;
  const placed = threads.map((thread) => ({
    ...thread,
    state: thread.nativeId === 0 ? undefined : states.get(thread.nativeId),
    frames: thread.frames.map(place),
  }));
  return { ...process, threads: placed, reasons };
}
