// Which file filters take a frame to be of. In: a frame. Out: a path, as the target has it; the kernel's functions are of a module of their own.
import type { CodeFrame, KernelFrame } from "../model/frame.js";

/** What `--module` asks for the kernel's functions by: no path of a file leads to such a name. */
const KERNEL = "<kernel>";

export function fileOf(frame: CodeFrame | KernelFrame): string {
  return frame.kind === "kernel" ? KERNEL : frame.filename;
}
