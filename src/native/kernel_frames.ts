// The kernel's part of a stack, behind the program's own. In: what the system tells of a thread that waits. Out: frames, and what is lacking.
import { NATIVE_REASONS } from "../decoder/reasons.js";
import type { InvalidFrame, KernelFrame } from "../model/frame.js";
import type { KernelStack } from "../model/kernel_stack.js";

/** Undefined where there is none to be had: of a thread that runs its program, or where nobody asks; "unknown" where it could not be read. */
export type KernelPart = KernelStack | "unknown" | undefined;

export function knownPart(part: KernelPart): KernelStack | undefined {
  return part === "unknown" ? undefined : part;
}

/** Bits of NATIVE_REASONS. */
export function kernelLacks(part: KernelPart): number {
  if (part === "unknown") return NATIVE_REASONS.kernel;
  return part?.isCut === true ? NATIVE_REASONS.kernelCut : 0;
}

/** Outermost first. */
export function kernelFrames(part: KernelPart): (KernelFrame | InvalidFrame)[] {
  const known = knownPart(part);
  if (known === undefined) return [];
  const frames = known.functions.map((scope) => ({ kind: "kernel", scope }) as const);
  return known.isCut ? [{ kind: "invalid" }, ...frames] : frames;
}
