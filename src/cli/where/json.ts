// The stacks of processes for programs. In: what the processes do. Out: JSON of the shape that doc/where.md describes. A
// field that is added leaves the version as it is; one that changes its meaning, or goes, raises it.
import { frameMembers } from "../../model/frame_members.js";
import { NOWHERE } from "../../model/location.js";
import type { ProcessStacks, ThreadStack } from "../../model/stacks.js";
import { isRunning } from "./text.js";

const VERSION = 1;

/** The JSON text; it ends with a newline. */
export function renderWhereJson(processes: readonly ProcessStacks[]): string {
  const document = {
    format: "austin-where",
    version: VERSION,
    processes: processes.map(({ pid, isChild, pythonVersion, threads, reasons }) => ({
      pid,
      child: isChild,
      python: pythonVersion,
      problems: reasons,
      threads: threads.map((thread) => ({
        interpreter: thread.interpreterId,
        thread: thread.nativeId === 0 ? null : thread.nativeId,
        name: thread.name ?? null,
        nameFrom: thread.name === undefined ? null : thread.isNamedBySystem === true ? "system" : "program",
        running: thread.state === undefined || thread.state === "not told" ? null : isRunning(thread.state),
        state: thread.state ?? null,
        gc: thread.gc,
        problems: thread.reasons,
        frames: thread.frames.map(frameRecord),
      })),
    })),
  };
  return `${JSON.stringify(document)}\n`;
}

/** A frame that is not proven, or could not be read, is null; a number that is not known is null. */
function frameRecord(frame: ThreadStack["frames"][number]) {
  if (frame.kind === "invalid") return null;
  if (frame.kind === "kernel") {
    const members = { ...frameMembers({ scope: frame.scope, filename: "", location: NOWHERE }), file: null };
    return { ...members, fileIsNewer: false, native: false, guessed: false, kernel: true };
  }
  const native = frame.code === "native";
  const guessed = frame.guessed === true;
  return { ...frameMembers(frame), fileIsNewer: frame.sourceIsNewer, native, guessed, kernel: false };
}
