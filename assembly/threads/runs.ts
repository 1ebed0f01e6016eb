// Which frames of a stack one call of Python's eval loop runs, and where that lies on the C stack: what native frames are put in order by. In: what the walk of a
// thread that did not run has met. Out: runs of each thread, root first. They are of this sample alone; it knows nothing of native frames.
import { CachedThread } from "./cached_thread";

/** Frames that one call of the eval loop runs: up to the next run's, or to the leaf. */
@unmanaged
export class Run {
  /** Address of the shim that lies in the eval loop's own C frame (3.12+); 0 = it has none. */
  mark: u64;
  /** Address of the newest of the frames; 0 = there is none. */
  newest: u64;
  /** The first of the frames, from the root; and how many there are. Ids, once ids are made. */
  first: u32;
  count: u32;
}

export const RUN_BYTES: u32 = offsetof<Run>();
const MOST_RUNS: u32 = 65536;
const RUNS: usize = heap.alloc(MOST_RUNS * RUN_BYTES);
/** Runs of the thread under way, leaf first: `first` is how many frames there were, from the leaf. */
const MOST_WALKED: u32 = 16384;
const WALKED: usize = heap.alloc(MOST_WALKED * RUN_BYTES);

export class Runs {
  static areWanted: bool = false;
  /** Also of threads that can't have run since the sample before. */
  static areAllWanted: bool = false;
  static count: u32 = 0;
  static walked: u32 = 0;
  /** There are more than there is room for. */
  static isFull: bool = false;
}

/** Begin a sample. @param all also of threads that can't have run since the sample before */
export function beginRuns(wanted: bool, all: bool): void {
  Runs.areWanted = wanted;
  Runs.areAllWanted = wanted && all;
  Runs.count = 0;
}

/** Begin to walk a thread, or begin again: what was met does not count. */
export function beginWalkedRuns(): void {
  Runs.walked = 0;
  Runs.isFull = false;
}

/** The walk has met the end of a run. @param frames that it has met so far @param newest the address of the run's newest one, if it has any */
export function noteRun(mark: u64, frames: u32, newest: u64): void {
  if (!Runs.areWanted) return;
  if (Runs.walked == MOST_WALKED) {
    Runs.isFull = true;
    return;
  }
  const run = changetype<Run>(WALKED + (Runs.walked++ as usize) * RUN_BYTES);
  run.mark = mark;
  run.first = frames;
  run.newest = newest;
}

/** How many frames the runs have that were noted so far. */
export function framesOfRuns(): u32 {
  return Runs.walked == 0 ? 0 : changetype<Run>(WALKED + ((Runs.walked - 1) as usize) * RUN_BYTES).first;
}

/** The thread is walked. @param frames how many it has */
export function keepRuns(thread: CachedThread, frames: u32): void {
  thread.runs = 0;
  thread.runCount = 0;
  if (!Runs.areWanted || Runs.isFull || MOST_RUNS - Runs.count < Runs.walked || framesOfRuns() != frames) return;
  thread.runs = (RUNS + (Runs.count as usize) * RUN_BYTES) as u32;
  thread.runCount = Runs.walked;
  for (let i: u32 = 0; i < Runs.walked; i++) {
    const from = changetype<Run>(WALKED + ((Runs.walked - 1 - i) as usize) * RUN_BYTES);
    const run = runOf(thread, i);
    const above: u32 = i + 1 < Runs.walked ? changetype<Run>(changetype<usize>(from) - RUN_BYTES).first : 0;
    run.mark = from.mark;
    run.newest = from.newest;
    run.first = frames - from.first;
    run.count = from.first - above;
  }
  Runs.count += Runs.walked;
}

/** Run number `index` of a thread, from its root. */
export function runOf(thread: CachedThread, index: u32): Run {
  return changetype<Run>((thread.runs as usize) + (index as usize) * RUN_BYTES);
}
