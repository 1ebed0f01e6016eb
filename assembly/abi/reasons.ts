// Why something in a sample is missing or marked: bits of a thread record's and of the sample's `reasons`.

/** The list of interpreters or threads broke off: some threads are missing. */
export const REASON_THREADS_LOST: u32 = 1 << 0;
/** A frame could not be read: what lies towards the root is missing. */
export const REASON_FRAME_UNREADABLE: u32 = 1 << 1;
/** The frames form a circle. */
export const REASON_CYCLE: u32 = 1 << 2;
/** There are more frames than abi/limits.ts allows; those towards the root are missing. */
export const REASON_TOO_DEEP: u32 = 1 << 3;
/** A frame's code object could not be read or is none. */
export const REASON_CODE_UNREADABLE: u32 = 1 << 4;
/** A frame's code object changed while it was read, at every attempt. */
export const REASON_CODE_CHANGED: u32 = 1 << 5;
/** A frame's instruction lies outside its code. */
export const REASON_INSTRUCTION_OUTSIDE: u32 = 1 << 6;
/** A name or path was longer than allowed and is cut. The frame is valid. */
export const REASON_STRING_CUT: u32 = 1 << 7;
/** A location table was too long or malformed: the frame has no line. The frame is valid. */
export const REASON_NO_LOCATION: u32 = 1 << 8;
/** The decoder's tables were full; of a thread without another reason: there is no room for its stack. */
export const REASON_NO_ROOM: u32 = 1 << 9;
/** The native thread id is not known. */
export const REASON_NO_NATIVE_ID: u32 = 1 << 10;
/** Torn: the thread ran on while it was copied, at every attempt, so that its frames are of different moments. */
export const REASON_TORN: u32 = 1 << 11;

/** Nothing proves that the thread ever had this stack. */
export const REASON_UNPROVEN: u32 = 1 << 12;

/** There is a thread state, and no such thread: it has ended, or a fork has left its state behind. It has no stack. */
export const REASON_NO_THREAD: u32 = 1 << 13;

/** There are more threads than abi/limits.ts allows: some are counted only. */
export const REASON_TOO_MANY_THREADS: u32 = 1 << 14;

/** The interpreter starts or ends, and the thread has no frame: it has no stack. */
export const REASON_STARTS_OR_ENDS: u32 = 1 << 15;

/** Reasons that leave every frame of the stack valid. */
export const HARMLESS_REASONS: u32 =
  REASON_STRING_CUT | REASON_NO_LOCATION | REASON_NO_NATIVE_ID | REASON_NO_THREAD | REASON_STARTS_OR_ENDS;
