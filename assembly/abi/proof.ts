// How a thread's stack was proven to be one that existed: a thread record's `proof`. Exported as Wasm globals.

/** It was not: the copy may have joined two moments. */
export const PROOF_NONE: u32 = 0;
/** Every call in it is one that the program is known to make (codes/call_edges.ts); or its thread's state says that there is none. */
export const PROOF_EDGES: u32 = 1;
/** The thread did not run while it was copied: it was off its processor, or without the GIL. */
export const PROOF_OFF_CPU: u32 = 2;
/** Nobody asked: the memory does not change. */
export const PROOF_NOT_WANTED: u32 = 3;
