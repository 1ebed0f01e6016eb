// What a call into the decoder answers. Exported as Wasm globals; TypeScript reads them from there.

/** The sample is ready: read the records. */
export const STATUS_DONE: i32 = 0;
/** Ranges are wanted: fill them and call step again. */
export const STATUS_NEED: i32 = 1;
/** The runtime has no interpreter yet, or no more. */
export const STATUS_NO_INTERPRETER: i32 = 2;
/** The runtime itself can't be read. */
export const STATUS_RUNTIME_UNREADABLE: i32 = 3;
/** As STATUS_NEED, but a copy is wanted during which the thread of `offCpuThread` is off its processor. */
export const STATUS_NEED_OFF_CPU: i32 = 4;
/** A copy is held: end that, and say with `step` whether the thread was off its processor all the while. The requests are all that was filled since. */
export const STATUS_NEED_VERDICT: i32 = 5;

// What step learns of an off-CPU copy.
export const OFF_CPU_NO: u32 = 0;
export const OFF_CPU_YES: u32 = 1;
/** It is one so far, and what is asked for until the verdict will be a part of it. */
export const OFF_CPU_HELD: u32 = 2;
/** As OFF_CPU_YES, and no other thread of the process ran either. */
export const OFF_CPU_ALL: u32 = 3;
/** `addOffCpuThread` was told who did not run; the thread that was asked about may be none of them. */
export const OFF_CPU_TOLD: u32 = 4;
