// The stacks of processes for programs. In: what the processes do. Out: JSON of the shape that doc/where.md describes. A
// field that is added leaves the version as it is; one that changes its meaning, or goes, raises it.
import type { InvalidFrame } from "../../model/frame.js";
import { frameMembers } from "../../model/frame_members.js";
import type { ProcessStacks, SourcedFrame } from "../../model/stacks.js";
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
function frameRecord(frame: SourcedFrame | InvalidFrame) {
  if (frame.kind === "invalid") return null;
  const native = frame.code === "native";
  return { ...frameMembers(frame), fileIsNewer: frame.sourceIsNewer, native, guessed: frame.guessed === true };
}
