// What a sample is to be. In: bits, from TypeScript. Out: the same, asked one by one.

/** Walk the lists of interpreters and threads, and compare the code objects used since the last checkpoint. */
export const WANT_CHECKPOINT: u32 = 1;
/** Stacks must be proven. */
export const WANT_PROOF: u32 = 2;
/** Off-CPU copies may be asked for where nothing else proves a stack. */
export const MAY_COPY_OFF_CPU: u32 = 4;
/** Every attempt is to be an off-CPU copy. */
export const ONLY_OFF_CPU: u32 = 8;
/** Where no off-CPU copies can be had: show what nothing proves, behind an invalid frame. */
export const SHOW_UNPROVEN: u32 = 16;
/** Say of each thread whether its interpreter's garbage collector runs. */
export const WANT_COLLECTING: u32 = 32;
/** Say of each thread whether it holds the GIL. */
export const WANT_HOLDER: u32 = 64;
/** Say which frames one call of the eval loop runs, of threads that did not run while they were copied. */
export const WANT_RUNS: u32 = 128;
/** With WANT_RUNS: of threads that can't have run since the sample before, those of that sample are known: these threads are skipped. */
export const WANT_NEW_RUNS: u32 = 256;

class Wants {
  static bits: u32 = WANT_CHECKPOINT;
}

export function setWants(bits: u32): void {
  Wants.bits = bits;
}

/** Whether any of the bits is wanted. */
export function isWanted(bits: u32): bool {
  return (Wants.bits & bits) != 0;
}
