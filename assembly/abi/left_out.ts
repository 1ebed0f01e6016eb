// Whether a thread state without a frame is no part of a profile: a thread record's `leftOut`. Exported as Wasm globals.

/** It is one: it's a thread, which runs no Python function. */
export const NOT_LEFT_OUT: u32 = 0;
/** Left out, and its reasons say why. */
export const LEFT_OUT_WITH_REASON: u32 = 1;
/** It's no thread of its own: another state is the same thread's, or it has yet to begin. */
export const LEFT_OUT_SILENTLY: u32 = 2;
