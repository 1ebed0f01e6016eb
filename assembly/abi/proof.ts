// How a thread's stack was proven to be one that existed: a thread record's `proof`. Exported as Wasm globals.

/** It was not: the copy may have joined two moments. */
export const PROOF_NONE: u32 = 0;
/** Every call in it is one that the program is known to make (walk/edges.ts); or its thread's state says that there is none. */
export const PROOF_EDGES: u32 = 1;
/** It was copied while the thread did not run. */
export const PROOF_OFF_CPU: u32 = 2;
/** Nobody asked: the memory does not move. */
export const PROOF_NOT_WANTED: u32 = 3;
