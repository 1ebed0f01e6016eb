// Where a process is at this moment. In: a process id. Out: the stacks of all its threads, what the threads do, and which
// sources have changed since. It prints nothing and leaves nothing behind.
import { ageSeconds, HostThreadIds, modifiedAt, readStat } from "../host/index.js";
import { TargetLost } from "../memory/source.js";
import type { CodeFrame, InvalidFrame } from "../model/frame.js";
import type { Snapshot, ThreadSnapshot } from "../model/snapshot.js";
import type { ProcessStacks, SourcedFrame, ThreadStack } from "../model/stacks.js";
import { type AttachOptions, attach, type Snapshots } from "./snapshots.js";

export interface WhereOptions extends AttachOptions {
  /** Whether a reader may take a thread's turn on its processor to copy what stands still. */
  readonly still: boolean;
  /** Whether it was found below the process that was asked for. */
  readonly isChild?: boolean;
}

/** How long to try to have every stack proven: a thread that moves too fast is shown unproven then. */
const PATIENCE_MILLISECONDS = 200;
/** Procfs counts the start of a process in hundredths of a second. */
const START_TOLERANCE_MILLISECONDS = 20;

/**
 * Look at a process once.
 * @throws AttachError when there is no interpreter, TargetLost when it ended meanwhile, AccessDenied when reading it is refused
 */
export async function where(pid: number, { still, isChild = false, ...options }: WhereOptions): Promise<ProcessStacks> {
  const session = await attach(pid, options);
  try {
    const { threads, reasons } = provenSample(session, still);
    const ids = new HostThreadIds(pid);
    const isNewer = sourceJudge(pid);
    return {
      pid,
      isChild,
      pythonVersion: session.interpreter.version.text,
      freeThreaded: session.interpreter.freeThreaded,
      threads: threads.map((thread) => placed(thread, stateOf(pid, ids, thread.nativeId), isNewer)),
      reasons,
    };
  } finally {
    session.close();
  }
}

/**
 * A sample in which every stack is proven. Where there is none in time, the best one, with the stacks that nothing proves
 * behind an invalid frame.
 */
function provenSample(session: Snapshots, still: boolean): Snapshot {
  const deadline = performance.now() + PATIENCE_MILLISECONDS;
  let best: Snapshot | undefined;
  while (still && performance.now() < deadline) {
    const sample = session.sample();
    if (sample?.threads.every(isWhole)) return sample;
    if (sample !== undefined && (best === undefined || wholeThreads(sample) > wholeThreads(best))) best = sample;
  }
  const unproven = session.sample(false);
  if (unproven === undefined) throw new TargetLost(session.interpreter.pid);
  if (best === undefined) return unproven;
  const shown = (thread: ThreadSnapshot): ThreadSnapshot =>
    unproven.threads.find((one) => isSameThread(one, thread)) ?? thread;
  return { ...best, threads: best.threads.map((thread) => (isWhole(thread) ? thread : shown(thread))) };
}

function isWhole({ frames }: ThreadSnapshot): boolean {
  return frames.every(({ kind }) => kind === "code");
}

function wholeThreads({ threads }: Snapshot): number {
  return threads.filter(isWhole).length;
}

/** A thread may run in several interpreters. */
function isSameThread(one: ThreadSnapshot, other: ThreadSnapshot): boolean {
  return one.nativeId === other.nativeId && one.interpreterId === other.interpreterId;
}

/** Whether a source file was written after process `pid` had started. */
function sourceJudge(pid: number): (filename: string) => boolean {
  const started = Date.now() - ageSeconds(pid) * 1000 + START_TOLERANCE_MILLISECONDS;
  const known = new Map<string, boolean>();
  return (filename) => {
    let isNewer = known.get(filename);
    if (isNewer === undefined) {
      // What was compiled from no file, `<string>`, names none.
      isNewer = !filename.startsWith("<") && (modifiedAt(pid, filename) ?? 0) > started;
      known.set(filename, isNewer);
    }
    return isNewer;
  };
}

function placed(
  thread: ThreadSnapshot,
  state: string | undefined,
  isNewer: (filename: string) => boolean,
): ThreadStack {
  const place = (frame: CodeFrame | InvalidFrame): SourcedFrame | InvalidFrame =>
    frame.kind === "code" ? { ...frame, sourceIsNewer: isNewer(frame.filename) } : frame;
  return { ...thread, state, frames: thread.frames.map(place) };
}

function stateOf(pid: number, ids: HostThreadIds, nativeId: number): string | undefined {
  if (nativeId === 0) return undefined;
  try {
    return readStat(pid, ids.of(nativeId)).state;
  } catch {
    // It has ended since.
    return undefined;
  }
}
