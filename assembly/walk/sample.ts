// One sample: every interpreter, every thread, every frame. In: the runtime's address. Out: thread records with
// frame ids. A state machine that returns whenever ranges are wanted and goes on at the same place.
//
// A stack that is given out is one whose frames all came in one copy: an attempt in which something of a thread was missing
// (a deeper stack, an unknown code object) only teaches the plan and the caches of it, and it is copied again (apart.ts).
// Then each stack must be proven (abi/proof.ts): by its edges; else by having stood still; else it is one invalid frame.
import { MAX_ATTEMPTS } from "../abi/limits";
import { SUMMARY } from "../abi/memory";
import { PROOF_EDGES, PROOF_NONE, PROOF_NOT_WANTED, PROOF_STILL } from "../abi/proof";
import { REASON_MOVED, REASON_NO_ROOM, REASON_TOO_MANY_THREADS } from "../abi/reasons";
import { SummaryRecord } from "../abi/records";
import {
  STATUS_DONE,
  STATUS_NEED,
  STATUS_NEED_STILL,
  STATUS_NEED_VERDICT,
  STATUS_NO_INTERPRETER,
  STATUS_RUNTIME_UNREADABLE,
  STILL_HELD,
  STILL_IS,
  STILL_NOT,
} from "../abi/status";
import { Codes, forgetCodes } from "../objects/codes";
import { Frames, forgetFrames } from "../objects/frames";
import { forgetLocalBytecodes } from "../objects/local_bytecode";
import { forgetStrings, Strings } from "../objects/strings";
import { CodeType } from "../objects/type";
import { beginGuards, forgetRanges, startAttempt, startOffCpuAttempt } from "../remote/begin_attempt";
import { noteFill, setHeld } from "../remote/fills";
import { LISTS_AND_STACKS, ONLY_STACKS, requestPrefetch, updatePrefetch } from "../remote/prefetch";
import { beginReads, Reads } from "../remote/reads";
import { Requests } from "../remote/requests";
import {
  areAllThere,
  areApart,
  askForOthers,
  beginApart,
  endCopy,
  findSuspect,
  isLeftOut,
  isProvenApart,
  isWhole,
  isWorthAttempt,
  keepProven,
  wasUnproven,
} from "./apart";
import { Callees } from "./callees";
import { CodeCounter } from "./code_counter";
import { certify, forgetEdges, isCertified, mayResume } from "./edges";
import { emitStacks } from "./emit";
import { prepareFields } from "./fields";
import { examineFrameless } from "./frameless";
import { findGil, Gil, readGil, requestGil, requestGilAgain, settle, settleList, stood } from "./gil";
import { forgetGils, isHolder, isKept, noteStill, requestGils } from "./gils";
import {
  beginBatch,
  beginCodes,
  compareCodes,
  findEntries,
  forgetUsed,
  KnownCodes,
  readCodes,
  readEpochAfter,
  resolve,
} from "./known_codes";
import {
  endListed,
  expectShims,
  findInterpreters,
  isKnownList,
  LIST_END,
  LIST_GO_ON,
  LIST_NONE,
  LIST_UNREADABLE,
  LIST_WANTS,
  Lists,
  listThread,
  nextKnownThread,
  walkInterpreter,
} from "./lists";
import { readMarks } from "./marks";
import { NativeId } from "./native_id";
import { forgetShims } from "./prefix";
import { beginLook, beginLooks, endLook, isRestless } from "./restless";
import { isNewestCertain } from "./settled";
import { namesNoFrame, Stack, walkStack } from "./stack";
import { Walk } from "./state";
import { forgetStack, forgetStacks, forgetThreads, keepStack, memoryAt, threadAt } from "./threads";

/** Walk the lists of interpreters and threads, and compare the code objects used since the last checkpoint. */
export const WANT_CHECKPOINT: u32 = 1;
/** Stacks must be proven. */
export const WANT_PROOF: u32 = 2;
/** Still copies may be asked for where nothing else proves a stack. */
export const MAY_BE_STILL: u32 = 4;
/** Every attempt is to be a still copy. */
export const ONLY_STILL: u32 = 8;

/** Where no still copies can be had: show what nothing proves, behind an invalid frame. */
export const SHOW_UNPROVEN: u32 = 16;
/** Say of each thread whether its interpreter's garbage collector runs. */
export const WANT_COLLECTING: u32 = 32;
/** Say of each thread whether it holds the GIL. */
export const WANT_HOLDER: u32 = 64;

/**
 * Attempts in which something was missing, after which a still copy is asked for; more where code objects had to be read
 * meanwhile.
 */
const PLAIN_ATTEMPTS: u32 = 2;
const LEARNING_ATTEMPTS: u32 = 4;
/** Still copies that one sample may ask for. */
const MAX_STILL_COPIES: u32 = 6;
/** Those in a row that show what the one before showed, and prove no more: the thread doesn't get to run, and more would show the same. */
const MAX_VAIN_COPIES: u32 = 2;
/** New code objects that are read while a thread is kept from running: each takes some 3 us. */
const MAX_CODES_HELD: u32 = 16;
/** Attempts at a sample in which all came at once, and yet some stack isn't proven. */
const MAX_UNPROVEN_ATTEMPTS: u32 = 4;

const PHASE_RUNTIME: u32 = 0;
const PHASE_INTERPRETER: u32 = 1;
const PHASE_LISTED: u32 = 2;
const PHASE_KNOWN: u32 = 3;
const PHASE_STACK: u32 = 4;
const PHASE_WALKED: u32 = 5;
const PHASE_GIL: u32 = 6;
const PHASE_MARKS: u32 = 7;
const PHASE_CODES: u32 = 8;
const PHASE_READ: u32 = 9;
const PHASE_RESOLVE: u32 = 10;
const PHASE_COMPARE: u32 = 11;
const PHASE_AGAIN: u32 = 12;

/** Not a status: the next phase can begin. */
const GO_ON: i32 = -1;

class Sample {
  static wants: u32 = WANT_CHECKPOINT;
  static phase: u32 = PHASE_RUNTIME;
  /** Attempts made for this sample, and those among them that read code objects for the first time. */
  static attempts: u32 = 0;
  static learning: u32 = 0;
  static stillCopies: u32 = 0;
  static movedCopies: u32 = 0;
  static vainCopies: u32 = 0;
  /** This attempt walks the lists and compares code objects. */
  static checkpoint: bool = false;
  /** The threads are listed anew in this attempt. */
  static listing: bool = false;
  /** An attempt at this sample has listed them all. */
  static isListed: bool = false;
  /** What is known of the lists or of code objects has turned out to be wrong: the next attempts are a checkpoint's. */
  static doubts: bool = false;
  /** What has been defined was given out. A sample that came to nothing leaves it to the next. */
  static isGiven: bool = true;
  /** No better attempt is to be had. */
  static done: bool = false;
  /** This attempt asked for a still copy, which has not been answered yet. */
  static asksStill: bool = false;
  /** Native id of the thread that is not to run during this attempt's still copy; 0 = not known, or none is wanted. */
  static suspect: u64 = 0;
  /** This attempt's copy is a still one; while it's held, so far. */
  static still: bool = false;
  /** It is held: what comes now is a part of it. */
  static held: bool = false;
  /** The verdict on it was asked for, and has not come yet. */
  static asksVerdict: bool = false;
  /** It was held until the code objects were read. */
  static codesHeld: bool = false;
  /** A thread that lacked nothing showed what nothing proves: only still copies will. */
  static isUnproven: bool = false;
  /** Another attempt proves more, and needs no still copy. */
  static isPromising: bool = false;
}

/** Forget the target: the next sample starts from nothing. */
export function resetSample(runtime: u64, mainNativeId: u32): void {
  Walk.runtime = runtime;
  // Nobody refers to it any more.
  Sample.isGiven = true;
  NativeId.reset(mainNativeId);
  CodeType.address = 0;
  CodeCounter.reset();
  Walk.interpreters = 0;
  Walk.threads = 0;
  Lists.trusted = false;
  Lists.known = 0;
  Gil.forget();
  forgetGils();
  prepareFields();
  forgetCaches();
  forgetThreads();
  forgetShims();
  forgetRanges();
}

function forgetCaches(): void {
  forgetStrings();
  forgetCodes();
  forgetLocalBytecodes();
  forgetFrames();
  forgetEdges();
  forgetUsed();
  forgetStacks();
}

/**
 * Begin a sample: STATUS_NEED or STATUS_NEED_STILL.
 * @param wants bits of WANT_CHECKPOINT and the like
 */
export function beginSample(wants: u32): i32 {
  const full = Strings.full || Codes.full || Frames.full;
  if (full) {
    forgetCaches();
    wants |= WANT_CHECKPOINT;
  }
  Sample.wants = wants;
  Walk.proving = (wants & WANT_PROOF) != 0;
  if (Sample.isGiven || full) {
    Strings.newCount = 0;
    Frames.newCount = 0;
  }
  Sample.isGiven = false;
  // Code objects that are forgotten can't be compared any more: nothing confirms the samples that used them.
  KnownCodes.revoked = full;
  Sample.attempts = 0;
  Sample.learning = 0;
  Sample.stillCopies = 0;
  Sample.movedCopies = 0;
  Sample.vainCopies = 0;
  Sample.doubts = false;
  Sample.isUnproven = false;
  Sample.held = false;
  Sample.asksVerdict = false;
  beginLooks();
  Sample.isListed = false;
  beginApart();
  return beginAttempt();
}

function beginAttempt(): i32 {
  Sample.attempts++;
  beginLook();
  Walk.attempt++;
  Walk.torn = false;
  Walk.late = false;
  Walk.still = false;
  Sample.still = false;
  Sample.codesHeld = false;
  Walk.reasons = 0;
  Walk.total = 0;
  Sample.checkpoint = (Sample.wants & WANT_CHECKPOINT) != 0 || Sample.doubts || !Lists.trusted;
  Sample.listing = false;
  Sample.phase = Sample.checkpoint ? PHASE_RUNTIME : PHASE_KNOWN;
  Sample.asksStill = wantsStill();
  Sample.suspect = 0;
  askForOthers(willList() ? 0 : Lists.known);
  const sections = Sample.checkpoint ? LISTS_AND_STACKS : ONLY_STACKS;
  if (Sample.asksStill) startStill(sections);
  else startAttempt(sections);
  beginCodes(Sample.checkpoint);
  requestGil(Sample.asksStill);
  if (Sample.checkpoint) Walk.interpreters = 0;
  Walk.threads = 0;
  return Sample.asksStill ? STATUS_NEED_STILL : STATUS_NEED;
}

/** Whether the threads will be listed, for all that is known, which takes the states of all of them. */
function willList(): bool {
  if (!Sample.checkpoint) return false;
  return !Walk.proving || (Sample.attempts > 1 && (!Sample.isListed || Walk.interpreters > 1));
}

/** Whether this sample may still ask for still copies. */
function mayAskStill(): bool {
  if (Sample.stillCopies + Sample.movedCopies >= MAX_STILL_COPIES || Sample.vainCopies == MAX_VAIN_COPIES) return false;
  return (Sample.wants & (ONLY_STILL | MAY_BE_STILL)) != 0;
}

function wantsStill(): bool {
  // Without anybody to look at, there is nothing to see.
  if (!mayAskStill() || findSuspect(Lists.known) == Lists.known) return false;
  if ((Sample.wants & ONLY_STILL) != 0) return true;
  const plain = Sample.learning == 0 ? PLAIN_ATTEMPTS : min(Sample.learning + PLAIN_ATTEMPTS, LEARNING_ATTEMPTS);
  return Sample.isUnproven || Sample.attempts > plain;
}

/** Native id of the thread that is to stand still; 0 = not known. */
export function suspect(): u64 {
  return Sample.suspect;
}

/** Start an attempt at a still copy: the GILs and the one who is to stand still come first. */
function startStill(sections: u32): void {
  const index = findSuspect(Lists.known);
  if (index == Lists.known) {
    startOffCpuAttempt(0);
    requestPrefetch(sections, 0);
    return;
  }
  const record = threadAt(index);
  const thread = memoryAt(index);
  Sample.suspect = record.nativeId;
  // Whoever has the GIL keeps all others from running.
  const keepsAll = !areApart() && isHolder(record.address, thread);
  startOffCpuAttempt(keepsAll ? 0 : thread.owner);
  requestGils(true, true);
  requestPrefetch(sections, thread.owner);
  expectShims();
}

/** Whether a thread of this attempt's copy can't have run meanwhile: it stood still, or the one that did has their GIL. */
function stoodStill(index: u32): bool {
  if (!Sample.still) return false;
  return threadAt(index).nativeId == Sample.suspect || isKept(memoryAt(index));
}

/**
 * Whether a thread is to be walked by its links alone, as one that stands still: because it was copied so; or where the GIL
 * tells so, once its edges have not proven it, since that takes more ranges.
 */
function walksStraight(index: u32): bool {
  if (stoodStill(index)) return true;
  return Walk.proving && stood(index) && ((Sample.wants & ONLY_STILL) != 0 || wasUnproven(memoryAt(index)));
}

/**
 * The source has filled the requests, or ended a hold: go on. Returns one of abi/status.ts.
 * @param late whether filling took so long that the ranges may be of different moments
 * @param still whether the threads provably did not run meanwhile: STILL_NOT, STILL_IS, or STILL_HELD
 */
export function stepSample(late: bool, still: u32): i32 {
  if (Sample.asksVerdict) {
    Sample.asksVerdict = false;
    judgeStill(still == STILL_IS);
    Sample.codesHeld = Sample.phase == PHASE_RESOLVE;
    return goOn();
  }
  const wasAsked = Sample.asksStill;
  noteFill(late && !(wasAsked && still != STILL_NOT));
  if (wasAsked) {
    Sample.asksStill = false;
    Sample.held = still == STILL_HELD;
    setHeld(Sample.held);
    if (Sample.held) Sample.still = true;
    else judgeStill(still == STILL_IS);
    if (Sample.still) noteStill(Sample.suspect, Lists.known);
  }
  if (Requests.filled < Requests.count) return STATUS_NEED;
  if (Gil.isAsked) readGil();
  return goOn();
}

/** It is certain whether the copy was a still one. */
function judgeStill(still: bool): void {
  Sample.held = false;
  setHeld(false);
  Sample.still = still;
  if (still) Sample.stillCopies++;
  else Sample.movedCopies++;
}

/** Have the hold ended, before that phase. */
function askVerdict(next: u32): i32 {
  Sample.asksVerdict = true;
  Sample.phase = next;
  return STATUS_NEED_VERDICT;
}

function goOn(): i32 {
  let status = advance();
  while (status == GO_ON) status = advance();
  return status;
}

/** One phase's work: GO_ON, or what stepSample is to answer. */
function advance(): i32 {
  switch (Sample.phase) {
    case PHASE_RUNTIME:
      return enter(findInterpreters(), PHASE_INTERPRETER, PHASE_INTERPRETER);
    case PHASE_INTERPRETER:
      return walkNextInterpreter();
    case PHASE_LISTED:
      return walkListed();
    case PHASE_KNOWN:
      return walkKnown();
    case PHASE_STACK:
      Walk.still = walksStraight(Walk.threads);
      if (!walkStack(memoryAt(Walk.threads))) return STATUS_NEED;
      endThread();
      return GO_ON;
    case PHASE_WALKED:
      if (requestGilAgain()) return STATUS_NEED;
      Sample.phase = Sample.listing ? PHASE_GIL : PHASE_MARKS;
      return GO_ON;
    case PHASE_GIL:
      if (!findGil()) return STATUS_NEED;
      Sample.phase = PHASE_MARKS;
      return GO_ON;
    case PHASE_MARKS:
      return readRest();
    case PHASE_CODES:
      findEntries();
      if (Sample.held && KnownCodes.reading > MAX_CODES_HELD) return askVerdict(PHASE_READ);
      Sample.phase = PHASE_READ;
      return GO_ON;
    case PHASE_READ:
      if (!readCodes()) return STATUS_NEED;
      if (KnownCodes.reading > 0) Sample.learning++;
      if (Sample.held) return askVerdict(PHASE_RESOLVE);
      Sample.phase = PHASE_RESOLVE;
      return GO_ON;
    case PHASE_RESOLVE:
      for (let i: u32 = 0; i < Walk.threads; i++) resolve(memoryAt(i), Sample.codesHeld && stoodStill(i));
      return judge();
    case PHASE_AGAIN:
      return beginAttempt();
    default:
      return compareCodes() ? endCheckpoint() : STATUS_NEED;
  }
}

/** What there is to know of threads beside their stacks. */
function readRest(): i32 {
  const areMarked = readMarks((Sample.wants & WANT_COLLECTING) != 0, (Sample.wants & WANT_HOLDER) != 0);
  if (!examineFrameless(Sample.checkpoint) || !areMarked) return STATUS_NEED;
  Sample.phase = PHASE_CODES;
  return GO_ON;
}

function walkNextInterpreter(): i32 {
  const outcome = walkInterpreter();
  Sample.listing = outcome != LIST_GO_ON || !isKnownList(Sample.isListed);
  return enter(outcome, Sample.listing ? PHASE_LISTED : PHASE_KNOWN, PHASE_WALKED);
}

/** Where a list's walk goes on. */
function enter(outcome: u32, next: u32, end: u32): i32 {
  switch (outcome) {
    case LIST_WANTS:
      return STATUS_NEED;
    case LIST_NONE:
      return STATUS_NO_INTERPRETER;
    case LIST_UNREADABLE:
      return STATUS_RUNTIME_UNREADABLE;
    case LIST_END:
      Sample.phase = end;
      return GO_ON;
    default:
      Sample.phase = next;
      return GO_ON;
  }
}

/** Walk the next thread of an interpreter's list. */
function walkListed(): i32 {
  const outcome = listThread();
  if (outcome != LIST_GO_ON || !isProvenApart(threadAt(Walk.threads), memoryAt(Walk.threads))) {
    return enter(outcome, PHASE_STACK, PHASE_INTERPRETER);
  }
  skipThread();
  endListed();
  return GO_ON;
}

function skipThread(): void {
  const record = threadAt(Walk.threads);
  if (!isProvenApart(record, memoryAt(Walk.threads))) record.copy = 0;
  Walk.total += memoryAt(Walk.threads).count;
  Walk.threads++;
}

/** Walk the threads that are known, without those that can't have run. */
function walkKnown(): i32 {
  while (Walk.threads < Lists.known && isLeftOut(Walk.threads)) skipThread();
  if (Walk.threads == Lists.known) {
    beginReads(0);
    Sample.phase = PHASE_WALKED;
    return GO_ON;
  }
  const outcome = nextKnownThread();
  if (outcome == LIST_WANTS) return STATUS_NEED;
  if (outcome == LIST_GO_ON) {
    Sample.phase = PHASE_STACK;
    return GO_ON;
  }
  Sample.doubts = true;
  Sample.isListed = false;
  Gil.listedAt = 0;
  updatePrefetch(ONLY_STACKS);
  return Sample.held ? askVerdict(PHASE_AGAIN) : beginAttempt();
}

function endThread(): void {
  const record = threadAt(Walk.threads);
  const thread = memoryAt(Walk.threads);
  let reasons = Stack.reasons;
  if (Reads.spanFills) reasons |= REASON_MOVED;
  if (!keepStack(thread, Stack.kept)) {
    forgetStack(thread);
    reasons |= REASON_NO_ROOM;
  }
  endCopy(thread);
  if (thread.late != 0) Walk.late = true;
  thread.bare = namesNoFrame() ? 1 : 0;
  thread.straight = Walk.still ? 1 : 0;
  thread.reasons = reasons;
  thread.torn = Walk.threadTorn ? 1 : 0;
  thread.doubtful = Stack.doubtful ? 1 : 0;
  thread.settled = Walk.still && isNewestCertain() ? 1 : 0;
  if (Walk.still && thread.settled == 0) thread.beyond = Callees.unknown;
  record.proof = PROOF_NONE;
  record.copy = Sample.attempts;
  Walk.total += thread.count;
  Walk.threads++;
  if (Sample.listing) {
    endListed();
    Sample.phase = PHASE_LISTED;
  } else {
    Sample.phase = PHASE_KNOWN;
  }
}

/** All stacks are walked: are they good enough? */
function judge(): i32 {
  const isWholeAttempt = !(Requests.missed || Walk.torn || Walk.late);
  endLook(Walk.late && !(Requests.missed || Walk.torn));
  const proven = proveStacks();
  const isWholeList = areAllThere() && !(Sample.checkpoint && Lists.misnamed);
  const fine = Walk.proving ? proven && isWholeList : isWholeAttempt;
  const most = !isWholeAttempt ? MAX_ATTEMPTS : (Sample.wants & SHOW_UNPROVEN) != 0 ? 1 : MAX_UNPROVEN_ATTEMPTS;
  const isOver = Sample.attempts >= (Sample.isPromising ? MAX_ATTEMPTS : most);
  Sample.done = fine || (isOver && !wantsStillNext());
  if (Sample.listing && isWholeList) {
    Sample.isListed = true;
    settleList();
  }
  // Where nothing fits, what is known of the code objects may be wrong.
  const isPuzzling = Walk.torn && Sample.attempts > PLAIN_ATTEMPTS;
  if (isPuzzling) {
    Sample.doubts = true;
    // The list is not in doubt.
    Sample.isListed = Sample.isListed || Lists.trusted;
  }
  // Copying guards takes long, while the program goes on: first it is looked at again.
  if (!Sample.checkpoint || !(Sample.done || isPuzzling)) return Sample.done ? finish() : again();
  beginGuards();
  readEpochAfter();
  Sample.phase = PHASE_COMPARE;
  return GO_ON;
}

function wantsStillNext(): bool {
  Sample.attempts++;
  const wants = wantsStill();
  Sample.attempts--;
  return wants && Sample.attempts < MAX_ATTEMPTS + MAX_STILL_COPIES;
}

function again(): i32 {
  updatePrefetch(Sample.checkpoint ? LISTS_AND_STACKS : ONLY_STACKS);
  return beginAttempt();
}

/** Say of each stack how it is proven. Returns whether all are that can be. */
function proveStacks(): bool {
  let all = true;
  Sample.isPromising = false;
  for (let i: u32 = 0; i < Walk.threads; i++) {
    const record = threadAt(i);
    const thread = memoryAt(i);
    // One that was left out is as it was.
    if (thread.walkedIn != Walk.attempt) continue;
    const isSuspended = prove(i);
    if (Sample.still && record.nativeId == Sample.suspect) {
      const isVain = record.proof == PROOF_NONE && Sample.stillCopies > 1 && thread.moved == 0;
      Sample.vainCopies = isVain ? Sample.vainCopies + 1 : 0;
    }
    settle(i, thread.torn == 0);
    keepProven(i);
    if (!isWorthAttempt(record, thread)) continue;
    all = false;
    if (!isWhole(i)) continue;
    // Where the GIL tells that it stood still, another walk does.
    if (isSuspended || (stood(i) && thread.straight == 0)) Sample.isPromising = true;
    else Sample.isUnproven = true;
  }
  return all;
}

/** Say how a stack is proven. Returns whether it could be, and yet another copy is to show it. */
function prove(index: u32): bool {
  const record = threadAt(index);
  const thread = memoryAt(index);
  if (!Walk.proving) {
    record.proof = PROOF_NOT_WANTED;
    if (thread.late != 0) thread.reasons |= REASON_MOVED;
  } else if (thread.bare != 0 && thread.torn == 0) {
    thread.reasons &= ~REASON_MOVED;
    record.proof = PROOF_EDGES; // there are none
  } else if (!isWhole(index) || (thread.reasons & REASON_NO_ROOM) != 0) {
    record.proof = PROOF_NONE;
  } else if (thread.straight != 0) {
    if (!(stood(index) || (stoodStill(index) && thread.fill == 1)) || thread.settled == 0) return false;
    thread.reasons &= ~REASON_MOVED;
    certify(thread);
    record.proof = PROOF_STILL;
  } else if ((Sample.wants & ONLY_STILL) != 0 && record.nativeId != 0 && record.nativeId == Sample.suspect) {
    record.proof = PROOF_NONE;
  } else if (thread.doubtful != 0) {
    // What moves looks different the next time.
    return Sample.attempts == 1;
  } else if (isCertified(thread)) {
    // A leaf that may have resumed a generator would be seen too often: it takes two copies to believe it.
    if (Sample.attempts == 1 && !areApart() && mayResume(thread)) return true;
    thread.reasons &= ~REASON_MOVED;
    record.proof = PROOF_EDGES;
  }
  return false;
}

/** Code objects are compared: where one was another, what is known of the stacks is worth nothing. */
function endCheckpoint(): i32 {
  const wrong = Walk.torn && KnownCodes.revoked;
  if (wrong && (!Sample.done || Sample.attempts < MAX_ATTEMPTS)) {
    updatePrefetch();
    forgetStacks();
    return beginAttempt();
  }
  if (!Sample.done) return again();
  if (wrong) {
    for (let i: u32 = 0; i < Walk.threads; i++) memoryAt(i).emitted = 0;
  }
  beginBatch();
  return finish();
}

function finish(): i32 {
  updatePrefetch(Sample.checkpoint ? LISTS_AND_STACKS : ONLY_STACKS);
  emitStacks((Sample.wants & SHOW_UNPROVEN) != 0);
  summarise();
  Sample.isGiven = true;
  if (KnownCodes.revoked) {
    forgetStacks();
    forgetUsed();
    Lists.trusted = false;
  }
  return STATUS_DONE;
}

function summarise(): void {
  const summary = changetype<SummaryRecord>(SUMMARY);
  summary.threads = Walk.threads;
  summary.newFrames = Frames.newCount;
  summary.newStrings = Strings.newCount;
  summary.reasons = Walk.reasons;
  summary.attempts = Sample.attempts;
  summary.interpreters = Walk.interpreters;
  summary.stillCopies = Sample.stillCopies;
  summary.movedCopies = Sample.movedCopies;
  summary.checkpoint = Sample.checkpoint ? 1 : 0;
  summary.revoked = KnownCodes.revoked ? 1 : 0;
  summary.restless = isRestless(Sample.learning) ? 1 : 0;
  summary.beyond = Lists.beyond;
  if (Lists.beyond > 0) summary.reasons |= REASON_TOO_MANY_THREADS;
}
