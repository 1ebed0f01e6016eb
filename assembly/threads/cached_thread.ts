// What is cached of each thread from one sample to the next, beside its record: above all its stack, root first, as it was decoded
// last. In: a thread's number in the sample. Out: its record, its cache, its frames. It reads nothing.
import { MAX_THREADS } from "../abi/limits";
import { THREADS } from "../abi/memory";
import { ThreadRecord } from "../abi/records";
import { RAW_FRAME_BYTES, RawFrame } from "./raw_frame";

@unmanaged
export class CachedThread {
  // Which thread it is: runtime/.
  /** Address of its PyInterpreterState. */
  interpreter: u64;
  /** What tells its native id: thread_id, or the id itself. */
  identity: u64;
  /** Its thread_id: where the C library has it, struct pthread. */
  pthread: u64;
  /** Its number as the owner of ranges (remote/requests.ts), which goes with this entry from one thread to the next. */
  owner: u32;
  /** Number of its GIL (runtime/gil_table.ts); 0 = not known. */
  gil: u32;
  /** 1 where the system has no such thread: a fork has left its state behind (runtime/native_id.ts). */
  orphaned: u32;
  /** 1 where a thread without a frame has ended, and 1 once that was looked up (runtime/frameless.ts). */
  ended: u32;
  lookedUp: u32;
  /** Index of another state of the same thread, in a ring; its own where there is none. */
  sibling: u32;

  // Its name: names/.
  /** The last of the looks at all names that found it; 0 = none did. */
  namedIn: u32;

  // Where its frames lie: sample/thread_walk.ts.
  /** Its datastack's newest chunk; 0 where there is none. */
  chunk: u64;
  /** Address of its _PyCFrame (3.11, 3.12); 0 = not known. */
  cframe: u64;
  /** Bytes of the datastack's newest chunk to copy. */
  copyLength: u32;

  // Its stack: stack_cache.ts, and what was found out about the leading frames.
  /** Raw frames, root first; 0 where there is no room for any. */
  frames: u32;
  /** Their ids. */
  ids: u32;
  /** Frames that there is room for. */
  capacity: u32;
  count: u32;
  /** Leading frames whose code objects are known and hold their instructions (codes/code_table.ts). */
  resolved: u32;
  /** Leading frames into which known call edges lead (codes/call_edges.ts). */
  knownEdges: u32;
  /** Leading frames that are as they were when the ids were made (sample/emit.ts). */
  emitted: u32;
  /** How many ids there are. */
  idCount: u32;
  /** 1 where ids and frames don't correspond one to one, or a frame has a reason: all ids are made anew. */
  irregular: u32;
  /** 1 where the last copy showed anything else than the one before. */
  changed: u32;
  /** Copies in a row that showed this stack, the instruction of its leaf aside. */
  steady: u32;

  // How it was walked last: sample/thread_walk.ts.
  /** The attempt that walked it. */
  walkedIn: u32;
  /** Reasons of the walk. */
  reasons: u32;
  /** 1 where something in the copy of this thread does not fit together. */
  torn: u32;
  /** 1 where its state names no frame. */
  namesNoFrame: u32;
  /** 1 where only its frames' links were followed, as those of a thread that did not run. */
  linksOnly: u32;
  /** 1 where its leaf would be the leaf for certain if the thread did not run. */
  leafCertain: u32;
  /** 1 where nothing confirms its leaf (frames/leaf.ts). */
  leafUnconfirmed: u32;
  /** Its runs (runs.ts), in a sample that wants them: where they lie, and how many; 0 = not known. */
  runs: u32;
  runCount: u32;
  /** Code object, not known yet, of what may be a frame above its leaf; 0 = none. */
  unknownCallee: u64;
  /** Where its state pointed in the last copy that showed another leaf than that, and that leaf: 0 = it was the same. */
  lastCurrentFrame: u64;
  lastLeaf: u64;
  /** The instruction at which it was. */
  lastLeafAt: u64;
  /** 1 where the code objects of its frames were read while the thread was held off its processor. */
  codesHeld: u32;

  // Of which moments its copy is: consistency/thread_copy.ts.
  /** The fill of that attempt from which all of its ranges came, plus 1; 0 where they came from several, or there were none. */
  fill: u32;
  /** 1 where that was interrupted, and the sample in which one was. */
  interrupted: u32;
  interruptedIn: u32;

  // Whether its stack is proven: consistency/.
  /** The samples in which the stack was proven, and in which a consistent copy of it was not; 0 = none. */
  provenIn: u32;
  unprovenIn: u32;
  /** The sample up to which it is known not to have run since the one before; 0 = none. */
  stoodUpTo: u32;
  /** The GIL's count of switches (runtime/gil.ts) for as long as its stack is as it is cached, plus 1; 0 = there is none. */
  cachedAtSwitch: u64;
}

export const RECORD_BYTES: u32 = offsetof<ThreadRecord>();
export const CACHED_BYTES: u32 = (offsetof<CachedThread>() + 7) & ~7;
const CACHED: usize = heap.alloc(MAX_THREADS * CACHED_BYTES);

export class CachedThreads {
  /** How many threads are cached: those of the sample come first, in its order. */
  static count: u32 = 0;
}

export function setCachedThreads(count: u32): void {
  CachedThreads.count = count;
}

/** The record of thread number `index` of the sample. */
export function threadAt(index: u32): ThreadRecord {
  return changetype<ThreadRecord>(THREADS + index * RECORD_BYTES);
}

/** What is cached of it. */
export function cachedAt(index: u32): CachedThread {
  return changetype<CachedThread>(CACHED + index * CACHED_BYTES);
}

/** Frame number `index` of a thread, from its root. */
export function frameOf(thread: CachedThread, index: u32): RawFrame {
  return changetype<RawFrame>(thread.frames + index * RAW_FRAME_BYTES);
}

/** Larger than any PyThreadState. */
const MAX_THREAD_STATE: u64 = 4096;

/** Whether `address` lies in the thread state of number `index`. */
export function isInState(index: u32, address: u64): bool {
  return address - threadAt(index).address < MAX_THREAD_STATE;
}
