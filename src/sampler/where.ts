// Where a process is at this moment. In: a process id. Out: the stacks of all its threads, what the threads do, and which
// sources have changed since. It prints nothing and leaves nothing behind.
import { Decoder } from "../decoder/index.js";
import { type HostThreadIds, host, ProcessDenied, ProcessGone } from "../host/index.js";
import { AccessDenied, TargetLost } from "../memory/source.js";
import type { Frame } from "../model/frame.js";
import type { Snapshot } from "../model/snapshot.js";
import type { ProcessStacks } from "../model/stacks.js";
import { BestNativeStacks, withHindrance } from "../native/best_native_stacks.js";
import type { NativeJournal } from "../native/journal.js";
import { BestStacks } from "../profile/best_stacks.js";
import { withFacts } from "../profile/stacks_with_facts.js";
import { Clock } from "./clock.js";
import { type AttachOptions, attach, type Snapshots } from "./snapshots.js";

export interface WhereOptions extends AttachOptions {
  /** Whether a reader may take a thread's turn on its processor to copy what stands still. */
  readonly still: boolean;
  /** Whether native frames are wanted, around Python's. */
  readonly native?: boolean;
  /** Whether the kernel's frames are wanted, behind native ones. */
  readonly kernel?: boolean;
  /** Whether it was found below the process that was asked for. */
  readonly isChild?: boolean;
  /** Makes the decoder of the look. */
  readonly newDecoder?: () => Decoder;
  /** Takes what the native frames of that decoder's samples are made of. */
  readonly nativeJournal?: (decoder: Decoder) => NativeJournal;
  /** Is told what the decoder did not see. */
  readonly looked?: (look: LookFacts, decoder: Decoder) => void;
}

/** What the system said of a process that was looked at. */
export interface LookFacts {
  readonly pid: number;
  readonly isChild: boolean;
  readonly pythonVersion: string;
  readonly freeThreaded: boolean;
  /** Native thread ids with their kernel's letters. */
  readonly states: readonly (readonly [number, string])[];
  /** Native thread ids that are not among the process's threads. */
  readonly missing: readonly number[];
  /** What the system calls threads for which the program has no name, by their native ids. */
  readonly titles: readonly (readonly [number, string])[];
  /** Sources that were written after the process had started. */
  readonly newer: readonly string[];
  /** Why there are no native frames, where some were wanted. */
  readonly hindrance: string | undefined;
}

/** How long to try to have every stack proven: a thread that moves too fast is shown unproven then. */
const PATIENCE_MICROSECONDS = 200_000;
/** Procfs counts the start of a process in hundredths of a second. */
const START_TOLERANCE_MILLISECONDS = 20;

/**
 * Look at a process once.
 * @throws AttachError when there is no interpreter, TargetLost when it ended meanwhile, AccessDenied when reading it is refused
 */
export async function where(pid: number, options: WhereOptions): Promise<ProcessStacks> {
  const {
    still,
    native = false,
    kernel = false,
    isChild = false,
    newDecoder = () => new Decoder(),
    looked,
    nativeJournal,
    ...attaching
  } = options;
  const decoder = newDecoder();
  const session = await attach(pid, attaching, decoder);
  try {
    const hindrance = native ? await session.nativeHindrance() : undefined;
    const isNative = native && hindrance === undefined;
    const found = isNative
      ? await nativeStacks(session, still, kernel, nativeJournal?.(decoder))
      : bestStacks(session, still);
    const stacks = withHindrance(found, hindrance);
    const ids = host.threadIds(pid);
    const isNewer = sourceJudge(pid);
    const { version, freeThreaded } = session.interpreter;
    const process = { pid, isChild, pythonVersion: version.text, freeThreaded };
    const states = new Map<number, string>();
    const missing: number[] = [];
    const tids = new Map<number, number>();
    const names = stacks.threads.flatMap(({ name }) => name ?? []);
    for (const { nativeId, name } of stacks.threads) {
      if (nativeId === 0) continue;
      const state = stateOf(pid, ids, nativeId);
      if (state === NO_THREAD) missing.push(nativeId);
      else if (state !== undefined) states.set(nativeId, state);
      const tid = name === undefined && state !== NO_THREAD ? ids.of(nativeId) : undefined;
      if (tid !== undefined) tids.set(nativeId, tid);
    }
    const titles = titlesOf(pid, tids, names);
    const seen = withFacts(stacks, process, { states, missing, titles }, isNewer);
    const facts = { ...process, states: [...states], missing, titles: [...titles], newer: newerIn(seen), hindrance };
    if (looked !== undefined) looked(facts, decoder);
    return seen;
  } catch (error) {
    if (error instanceof ProcessGone) throw new TargetLost(pid);
    if (error instanceof ProcessDenied) throw new AccessDenied(pid, error.call, error.errno);
    throw error;
  } finally {
    session.close();
  }
}

/** A sample in which every stack is proven, or the best that is to be had in time. */
function bestStacks(session: Snapshots, still: boolean): Snapshot {
  const deadline = Clock.now() + PATIENCE_MICROSECONDS;
  const best = new BestStacks();
  while (still && Clock.now() < deadline) {
    const sample = session.sample();
    if (sample !== undefined && best.add(sample)) return sample;
  }
  const unproven = session.sample(false);
  if (unproven === undefined) throw new TargetLost(session.interpreter.pid);
  best.addUnproven(unproven);
  return best.stacks as Snapshot;
}

/** As many whole stacks with native frames as are to be had in time; Python's alone of those of which nothing better is. */
async function nativeStacks(
  session: Snapshots,
  still: boolean,
  kernel: boolean,
  journal: NativeJournal | undefined,
): Promise<Snapshot<Frame>> {
  const samples = await session.native(kernel, journal);
  const best = new BestNativeStacks();
  const deadline = Clock.now() + PATIENCE_MICROSECONDS;
  do {
    const sample = await samples.sample();
    if (sample !== undefined && best.add(sample)) break;
  } while (Clock.now() < deadline);
  return best.isProven ? best.stacks : best.completed(bestStacks(session, still));
}

/** Whether a source file was written after process `pid` had started. */
function sourceJudge(pid: number): (filename: string) => boolean {
  const started = Date.now() - host.ageSeconds(pid) * 1000 + START_TOLERANCE_MILLISECONDS;
  const { task } = host.lifeSigns(pid);
  const known = new Map<string, boolean>();
  return (filename) => {
    let isNewer = known.get(filename);
    if (isNewer === undefined) {
      // What was compiled from no file, `<string>`, names none.
      isNewer = !filename.startsWith("<") && (host.modifiedAt(task, filename) ?? 0) > started;
      known.set(filename, isNewer);
    }
    return isNewer;
  };
}

function newerIn({ threads }: ProcessStacks): string[] {
  const frames = threads.flatMap((thread) => thread.frames);
  const newer = frames.flatMap((frame) => (frame.kind === "code" && frame.sourceIsNewer ? [frame.filename] : []));
  return [...new Set(newer)];
}

/** Not a state: the process has no such thread, or has it no more. */
const NO_THREAD = "";

/**
 * What the system calls threads.
 * @param tids by native ids
 * @param names what the program calls others: one that is called so has its title from the thread that made it
 */
function titlesOf(pid: number, tids: ReadonlyMap<number, number>, names: readonly string[]): Map<number, string> {
  const titles = new Map<number, string>();
  if (tids.size === 0) return titles;
  const known = host.threadTitles(pid);
  const inherited = new Set(names.map((name) => host.cutTitle(name)));
  for (const [nativeId, tid] of tids) {
    const title = known.of(tid);
    if (title !== undefined && !inherited.has(title)) titles.set(nativeId, title);
  }
  return titles;
}

/** The kernel's letter for a thread; NO_THREAD, or undefined where the system doesn't tell. */
function stateOf(pid: number, ids: HostThreadIds, nativeId: number): string | undefined {
  const tid = ids.of(nativeId);
  if (tid === undefined) return NO_THREAD;
  try {
    return host.readStat(pid, tid).state;
  } catch (error) {
    return error instanceof ProcessGone ? NO_THREAD : undefined;
  }
}
