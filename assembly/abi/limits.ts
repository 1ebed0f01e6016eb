// Every cap in one place: how much of a hostile or torn target the decoder is willing to follow.
// A figure reached is a reason in a record (abi/reasons.ts), never a trap.

/** Range requests of one attempt at a sample. */
export const MAX_REQUESTS: u32 = 32768;
/**
 * Requests that are filled at once, where they are many: a copy that takes long is interrupted sooner or later, and costs only the
 * threads whose ranges are among these then.
 */
export const REQUESTS_AT_ONCE: u32 = 128;
/** Bytes copied in one attempt. */
export const COPY_BYTES: u32 = 16 << 20;
/** Of both, what only code objects and what they consist of may use: a deep stack leaves room for its names. */
export const RESERVED_REQUESTS: u32 = 4096;
export const RESERVED_BYTES: u32 = 1 << 20;
/** Requests that frames which are copied one by one leave to other threads. */
export const RESERVED_FOR_THREADS: u32 = 2048;
/** Bytes of one range. */
export const MAX_RANGE_BYTES: u32 = 4 << 20;

export const MAX_INTERPRETERS: u32 = 256;
export const MAX_THREADS: u32 = 4096;
/** Threads beyond them that are counted. */
export const MAX_COUNTED_THREADS: u32 = 16384;
/** Datastack chunks of one thread; CPython makes them of 16 KiB. */
export const MAX_CHUNKS: u32 = 2048;
/** Bytes of one datastack chunk that are followed. */
export const MAX_CHUNK_BYTES: u32 = 4 << 20;
/** Frames of all threads in one sample. */
export const MAX_FRAMES: u32 = 131072;

/** Code objects known at once; beyond it all caches are dropped and filled anew. */
export const MAX_CODES: u32 = 32768;
/** Copies of bytecode that threads have for themselves (free-threaded builds) known at once; likewise. */
export const MAX_LOCAL_BYTECODES: u32 = 32768;
/** Different frames (code object and instruction) known at once; likewise. */
export const MAX_KNOWN_FRAMES: u32 = 131072;
/** Different strings known at once; likewise. */
export const MAX_STRINGS: u32 = 65536;
/** Readers of MOJO know no greater id of a string than 2^27 - 1 (src/mojo/events.ts), and native frames have half of the ids; behind it, ids begin anew. */
export const LAST_STRING_ID: u32 = (1 << 26) - 1;
/** The same of frames: they are 32-bit numbers. */
export const LAST_FRAME_ID: u32 = 0x7fff_ffff;
/** Bytes of strings and location tables that are cached. */
export const ARENA_BYTES: u32 = 16 << 20;

/** Edges (a call from an instruction in one code object to another) known at once; beyond it they are learned anew. */
export const MAX_EDGES: u32 = 131072;
/** Bytes in which the stacks of all threads are cached. */
export const STACK_STORE_BYTES: u32 = 20 << 20;

/** Frames first seen in one sample. */
export const MAX_NEW_FRAMES: u32 = 32768;
/** Strings first seen in one sample. */
export const MAX_NEW_STRINGS: u32 = 16384;
/** Code objects being read for the first time in one sample. */
export const MAX_NEW_CODES: u32 = 8192;

/** Characters of one name or path; the rest is cut off and the cut counted. */
export const MAX_STRING_CHARACTERS: u32 = 65536;
/** Bytes of one location table; a longer one is not read, and its frames have no line. */
export const MAX_TABLE_BYTES: u32 = 2 << 20;
/** Bytes of bytecode that are searched for instructions that return; in a longer one, none is known. */
export const MAX_BYTECODE_BYTES: u32 = 1 << 17;

/** Copies of a target's state that one sample may take before the best of it is accepted and marked. */
export const MAX_ATTEMPTS: u32 = 8;

/** Threads whose names are read in one look. */
export const MAX_NAMES_AT_ONCE: u32 = 64;
/** Characters of a thread's name; of a longer one, the last of them says that more follow. */
export const MAX_NAME_CHARACTERS: u32 = 255;
/** Bytes of one dict's keys; a larger one is not read. */
export const MAX_DICT_BYTES: u32 = 1 << 20;
/** Keys of a dict whose text is compared in one look. */
export const MAX_DICT_KEYS: u32 = 8192;
