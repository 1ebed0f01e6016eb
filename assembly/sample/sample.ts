// One sample: every interpreter, every thread, every frame. In: the runtime's address. Out: thread records with
// frame ids. A state machine that returns whenever ranges are wanted and goes on at the same phase; how many attempts there are, and
// of which kind, attempts.ts says.
//
// A stack that is given out is one whose frames all came in one copy: an attempt in which something of a thread was missing
// (a deeper stack, an unknown code object) only teaches the prefetch list and the caches of it, and it is copied again
// (consistency/thread_proofs.ts). Then each stack must be proven (consistency/proof.ts), or it is one invalid frame.
import {
  OFF_CPU_NO,
  STATUS_DONE,
  STATUS_NEED,
  STATUS_NEED_OFF_CPU,
  STATUS_NEED_VERDICT,
  STATUS_NO_INTERPRETER,
  STATUS_RUNTIME_UNREADABLE,
} from "../abi/status";
import { beginComparison, Comparison, compareCodes } from "../codes/comparison";
import { addToEpoch, beginEpoch, endEpoch, requestCounters } from "../codes/epoch";
import { beginCodeReads, CodeReads, findEntries, readCodes, resolve } from "../codes/lookup";
import { beginBatch, forgetUsed } from "../codes/used_codes";
import {
  answerOffCpuCopy,
  answerVerdict,
  askVerdict,
  beginOffCpuCopies,
  beginOffCpuCopy,
  OffCpuCopy,
  setOffCpuThread,
  wasOffCpu,
} from "../consistency/off_cpu_copy";
import { chooseOffCpuThread } from "../consistency/off_cpu_thread";
import { beginProof } from "../consistency/proof";
import { nextSampleSerial } from "../consistency/sample_serial";
import { beginCopy, beginSkid } from "../consistency/skid";
import { isProven, isSkippable, selectThreads } from "../consistency/thread_proofs";
import { setLinksOnly } from "../frames/unwind_state";
import { beginNewFrames } from "../objects/frames";
import { beginNewStrings } from "../objects/strings";
import { beginGuards, startAttempt, startOffCpuAttempt } from "../remote/begin_attempt";
import { noteFill } from "../remote/fills";
import { LISTS_AND_STACKS, ONLY_STACKS, requestPrefetch, updatePrefetch } from "../remote/prefetch";
import { beginReads } from "../remote/reads";
import { Requests } from "../remote/requests";
import { examineFrameless } from "../runtime/frameless";
import { findGil, Gil, readGil, requestGil, requestGilAgain } from "../runtime/gil";
import { isHolder, requestGils, runConcurrently } from "../runtime/gil_table";
import {
  codeCounterCopy,
  findInterpreters,
  Interpreter,
  LIST_END,
  LIST_GO_ON,
  LIST_NONE,
  LIST_UNREADABLE,
  LIST_WANTS,
  LIST_WANTS_STATE,
  walkInterpreter,
} from "../runtime/interpreter_list";
import { distrustList, KnownList } from "../runtime/known_list";
import { isKnownList, nextKnownThread } from "../runtime/known_threads";
import { beginThreadList, endListed, listThread } from "../runtime/thread_list";
import { readStatus } from "../runtime/thread_status";
import { Attempt, beginAttempt, beginWalk, setProving } from "../threads/attempt";
import { cachedAt, threadAt } from "../threads/cached_thread";
import { beginRuns } from "../threads/runs";
import { forgetStacks } from "../threads/thread_table";
import {
  Attempts,
  beginAttempts,
  comparesCodes,
  doubtList,
  isLastAttempt,
  judgeAttempt,
  nextAttempt,
  noteLearning,
  setListing,
  wantsOffCpuCopy,
  willList,
} from "./attempts";
import { areCachesFull, forgetCaches, forgetTarget } from "./caches";
import { emitStacks, forgetIdsOfStacks } from "./emit";
import { requestKnownThreads, requestShims } from "./known_requests";
import { summarise } from "./summary";
import { beginThreadWalk, endThreadWalk, skipThread, walkThread } from "./thread_walk";
import {
  isWanted,
  ONLY_OFF_CPU,
  SHOW_UNPROVEN,
  setWants,
  WANT_CHECKPOINT,
  WANT_COLLECTING,
  WANT_HOLDER,
  WANT_NEW_RUNS,
  WANT_PROOF,
  WANT_RUNS,
} from "./wants";

/** New code objects that are read while a thread is held off its processor: each takes some 3 us. */
const MAX_CODES_HELD: u32 = 16;

const PHASE_RUNTIME: u32 = 0;
const PHASE_INTERPRETER: u32 = 1;
const PHASE_LISTED: u32 = 2;
const PHASE_KNOWN: u32 = 3;
const PHASE_STACK: u32 = 4;
const PHASE_WALKED: u32 = 5;
const PHASE_GIL: u32 = 6;
const PHASE_STATUS: u32 = 7;
const PHASE_CODES: u32 = 8;
const PHASE_READ: u32 = 9;
const PHASE_RESOLVE: u32 = 10;
const PHASE_COMPARE: u32 = 11;
const PHASE_AGAIN: u32 = 12;

/** Not a status: the next phase can begin. */
const GO_ON: i32 = -1;

class Sample {
  static phase: u32 = PHASE_RUNTIME;
  /** What has been defined was read. A sample that came to nothing leaves it to the next. */
  static isDelivered: bool = true;
}

/** Forget the target: the next sample starts from nothing. */
export function resetSample(runtime: u64, mainNativeId: u32): void {
  // Nobody refers to it any more.
  Sample.isDelivered = true;
  forgetTarget(runtime, mainNativeId);
}

/**
 * Begin a sample: STATUS_NEED or STATUS_NEED_OFF_CPU.
 * @param wants bits of wants.ts
 */
export function beginSample(wants: u32): i32 {
  const full = areCachesFull();
  if (full) {
    forgetCaches();
    wants |= WANT_CHECKPOINT;
  }
  setWants(wants);
  setProving(isWanted(WANT_PROOF));
  if (Sample.isDelivered || full) {
    beginNewStrings();
    beginNewFrames();
  }
  Sample.isDelivered = false;
  // Code objects that are forgotten can't be compared any more: nothing confirms the samples that used them.
  beginComparison(full);
  beginAttempts();
  beginProof();
  beginOffCpuCopies();
  beginSkid();
  beginRuns(isWanted(WANT_RUNS), !isWanted(WANT_NEW_RUNS));
  nextSampleSerial();
  return startNextAttempt();
}

function startNextAttempt(): i32 {
  nextAttempt();
  beginCopy();
  beginAttempt();
  Sample.phase = Attempts.isCheckpoint ? PHASE_RUNTIME : PHASE_KNOWN;
  const offCpu = wantsOffCpuCopy(Attempts.count);
  setLinksOnly(false);
  beginOffCpuCopy(offCpu);
  selectThreads(willList() ? 0 : KnownList.count);
  const sections = usedSections();
  if (offCpu) requestOffCpuCopy(sections);
  else startAttempt(sections);
  beginCodeReads();
  requestCounters(Attempts.isCheckpoint);
  requestGil(offCpu);
  beginWalk(Attempts.isCheckpoint);
  return offCpu ? STATUS_NEED_OFF_CPU : STATUS_NEED;
}

/** The sections of the prefetch list that this attempt uses. */
function usedSections(): u32 {
  return Attempts.isCheckpoint ? LISTS_AND_STACKS : ONLY_STACKS;
}

/** Request an off-CPU copy: the GILs and the thread that is to be off its processor come first. */
function requestOffCpuCopy(sections: u32): void {
  const index = chooseOffCpuThread(KnownList.count);
  if (index == KnownList.count) {
    startOffCpuAttempt(0);
    requestPrefetch(sections, 0);
    return;
  }
  const record = threadAt(index);
  const thread = cachedAt(index);
  setOffCpuThread(record.nativeId);
  // Whoever has the GIL keeps all others from running.
  const blocksAll = !runConcurrently() && isHolder(record.address, thread);
  startOffCpuAttempt(blocksAll ? 0 : thread.owner);
  requestGils(true, true);
  requestPrefetch(sections, thread.owner);
  requestShims();
}

/**
 * The source has filled the requests, or ended a hold: go on. Returns one of abi/status.ts.
 * @param interrupted whether filling took so long that the ranges may be of different moments
 * @param answer whether the thread provably did not run meanwhile: OFF_CPU_NO, OFF_CPU_YES, or OFF_CPU_HELD
 */
export function stepSample(interrupted: bool, answer: u32): i32 {
  if (OffCpuCopy.asksVerdict) {
    answerVerdict(answer, Sample.phase == PHASE_RESOLVE);
    return goOn();
  }
  const wasAsked = OffCpuCopy.isAsked;
  noteFill(interrupted && !(wasAsked && answer != OFF_CPU_NO));
  if (wasAsked) answerOffCpuCopy(answer);
  if (Requests.filled < Requests.count) return STATUS_NEED;
  if (Gil.isAsked) readGil();
  return goOn();
}

function goOn(): i32 {
  let status = advance();
  while (status == GO_ON) status = advance();
  return status;
}

/** Go on with another phase. */
function enter(phase: u32): i32 {
  Sample.phase = phase;
  return GO_ON;
}

/** Have the hold ended, before that phase. */
function needVerdict(next: u32): i32 {
  askVerdict();
  Sample.phase = next;
  return STATUS_NEED_VERDICT;
}

/** One phase's work: GO_ON, or what stepSample is to answer. */
function advance(): i32 {
  switch (Sample.phase) {
    case PHASE_RUNTIME:
      return findFirstInterpreter();
    case PHASE_INTERPRETER:
      return walkNextInterpreter();
    case PHASE_LISTED:
      return walkListed();
    case PHASE_KNOWN:
      return walkKnown();
    case PHASE_STACK:
      return walkFrames();
    case PHASE_WALKED:
      if (requestGilAgain()) return STATUS_NEED;
      return enter(Attempts.isListing ? PHASE_GIL : PHASE_STATUS);
    case PHASE_GIL:
      return findGil() ? enter(PHASE_STATUS) : STATUS_NEED;
    case PHASE_STATUS:
      return readThreadStatus();
    case PHASE_CODES:
      findEntries();
      if (OffCpuCopy.isHeld && CodeReads.count > MAX_CODES_HELD) return needVerdict(PHASE_READ);
      return enter(PHASE_READ);
    case PHASE_READ:
      return readNewCodes();
    case PHASE_RESOLVE:
      return resolveStacks();
    case PHASE_AGAIN:
      return startNextAttempt();
    default:
      return compareCodes() ? endCheckpoint() : STATUS_NEED;
  }
}

/** Where a list's walk goes on. */
function enterList(outcome: u32, next: u32, end: u32): i32 {
  switch (outcome) {
    case LIST_WANTS:
      return STATUS_NEED;
    case LIST_WANTS_STATE:
      requestKnownThreads(Attempts.isListing);
      return STATUS_NEED;
    case LIST_NONE:
      return STATUS_NO_INTERPRETER;
    case LIST_UNREADABLE:
      return STATUS_RUNTIME_UNREADABLE;
    default:
      return enter(outcome == LIST_END ? end : next);
  }
}

function findFirstInterpreter(): i32 {
  const outcome = findInterpreters();
  if (outcome == LIST_GO_ON) beginEpoch();
  return enterList(outcome, PHASE_INTERPRETER, PHASE_INTERPRETER);
}

function walkNextInterpreter(): i32 {
  const outcome = walkInterpreter();
  if (outcome == LIST_GO_ON) {
    addToEpoch(Interpreter.address, Interpreter.id, codeCounterCopy());
    beginThreadList();
  }
  setListing(outcome != LIST_GO_ON || !isKnownList(Attempts.isListed));
  return enterList(outcome, Attempts.isListing ? PHASE_LISTED : PHASE_KNOWN, PHASE_WALKED);
}

/** Walk the next thread of an interpreter's list. */
function walkListed(): i32 {
  const outcome = listThread();
  if (outcome != LIST_GO_ON) return enterList(outcome, PHASE_STACK, PHASE_INTERPRETER);
  beginThreadWalk();
  if (!isProven(threadAt(Attempt.threads), cachedAt(Attempt.threads))) return enter(PHASE_STACK);
  skipThread();
  endListed();
  return GO_ON;
}

/** Walk the known threads, without those that can't have run. */
function walkKnown(): i32 {
  while (Attempt.threads < KnownList.count && isSkippable(Attempt.threads)) skipThread();
  if (Attempt.threads == KnownList.count) {
    beginReads(0);
    return enter(PHASE_WALKED);
  }
  const outcome = nextKnownThread();
  if (outcome == LIST_GO_ON) beginThreadWalk();
  if (outcome != LIST_END) return enterList(outcome, PHASE_STACK, PHASE_STACK);
  doubtList();
  updatePrefetch(ONLY_STACKS);
  return OffCpuCopy.isHeld ? needVerdict(PHASE_AGAIN) : startNextAttempt();
}

/** Walk the frames of the thread that a list has come to. */
function walkFrames(): i32 {
  if (!walkThread(isWanted(ONLY_OFF_CPU))) return STATUS_NEED;
  endThreadWalk(Attempts.count);
  if (!Attempts.isListing) return enter(PHASE_KNOWN);
  endListed();
  return enter(PHASE_LISTED);
}

/** What there is to know of threads beside their stacks. */
function readThreadStatus(): i32 {
  const isRead = readStatus(isWanted(WANT_COLLECTING), isWanted(WANT_HOLDER));
  if (!examineFrameless(Attempts.isCheckpoint) || !isRead) return STATUS_NEED;
  return enter(PHASE_CODES);
}

function readNewCodes(): i32 {
  if (!readCodes()) return STATUS_NEED;
  if (CodeReads.count > 0) noteLearning();
  if (OffCpuCopy.isHeld) return needVerdict(PHASE_RESOLVE);
  return enter(PHASE_RESOLVE);
}

/** All stacks are walked: are they good enough? */
function resolveStacks(): i32 {
  for (let i: u32 = 0; i < Attempt.threads; i++) resolve(cachedAt(i), OffCpuCopy.areCodesHeld && wasOffCpu(i));
  judgeAttempt();
  if (!comparesCodes()) return Attempts.isDone ? finish() : again();
  beginGuards();
  endEpoch();
  return enter(PHASE_COMPARE);
}

/** Code objects are compared: where one was another, what is known of the stacks is worth nothing. */
function endCheckpoint(): i32 {
  const isWrong = Attempt.isTorn && Comparison.revoked;
  if (isWrong && !isLastAttempt()) {
    updatePrefetch();
    forgetStacks();
    return startNextAttempt();
  }
  if (!Attempts.isDone) return again();
  if (isWrong) forgetIdsOfStacks();
  beginBatch();
  return finish();
}

function again(): i32 {
  updatePrefetch(usedSections());
  return startNextAttempt();
}

function finish(): i32 {
  updatePrefetch(usedSections());
  emitStacks(isWanted(SHOW_UNPROVEN));
  summarise();
  Sample.isDelivered = true;
  if (Comparison.revoked) {
    forgetStacks();
    forgetUsed();
    distrustList();
  }
  return STATUS_DONE;
}
