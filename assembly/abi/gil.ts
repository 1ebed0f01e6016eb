// Whether a thread holds the GIL of its interpreter.

export const GIL_NOT_HELD: u32 = 0;
/** Nobody holds it, and this thread was the last that did. */
export const GIL_HELD_LAST: u32 = 1;
/** It holds it; or there is none to be held (free-threaded builds), and it may run as well as any other. */
export const GIL_HELD: u32 = 2;
