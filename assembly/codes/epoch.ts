// Whether code objects came or went while a checkpoint copied its frames. In: the interpreters' counters (3.13+), copied before the
// frames and behind them. Out: two epochs; where they are equal, and the counters can be relied on, no code object of the frames is
// another than the one that is known.
import { MAX_REQUESTS } from "../abi/limits";
import { codeCounterOffset, codeCounterSize } from "../layouts/code_counters";
import { ABSENT, Layout } from "../layouts/layout";
import { u32At, u64At } from "../remote/read";
import { copyOf, Requests, request, UNREADABLE } from "../remote/requests";
import { Attempt, interpreterAt } from "../threads/attempt";
import { noteCounter } from "./code_counter";

export class Epoch {
  /** Sum of the interpreters' code counters before the frames were copied, plus 1; 0 = not known. */
  static before: u64 = 0;
  /** The same, copied behind the frames. */
  static after: u64 = 0;
  /** Mixes the addresses and ids of the interpreters: their counters can be compared only while it stays. */
  static interpreters: u64 = 0;
  static lastInterpreters: u64 = 0;
  /** Raised with each change of that, and part of the epoch. */
  static generation: u64 = 0;
  /** The first request of the counters that are copied last, and how many there are. */
  static request: u32 = 0;
  static requests: u32 = 0;
}

/** Begin an attempt: ask for the counters behind all else, at a checkpoint. */
export function requestCounters(checkpoint: bool): void {
  Epoch.before = 0;
  Epoch.after = 0;
  Epoch.requests = 0;
  const offset = codeCounterOffset();
  if (!checkpoint || offset == ABSENT) return;
  Epoch.request = Requests.count;
  for (let i: u32 = 0; i < Attempt.interpreters; i++) {
    // Where there is no room, what is asked for next would be taken for the counter.
    if (request(interpreterAt(i) + (offset as u64), codeCounterSize()) == MAX_REQUESTS) return;
    Epoch.requests++;
  }
}

/** The list of interpreters is about to be walked. */
export function beginEpoch(): void {
  Epoch.before = (Epoch.generation << 44) + 1;
  Epoch.interpreters = 0;
}

/** An interpreter is walked; `counter` points to its code counter, or is 0 where there is none. */
export function addToEpoch(address: u64, id: i64, counter: usize): void {
  Epoch.interpreters = (Epoch.interpreters ^ address ^ (id as u64)) * 0x9e37_79b9_7f4a_7c15;
  Epoch.before = counter == 0 ? 0 : addCounter(Epoch.before, counter);
  if (counter != 0 && Layout.interpreterCodeCreations != ABSENT) {
    noteCounter(address, Attempt.interpreters == 1 ? u32At(counter) : 0);
  }
}

/** Add a code counter to an epoch; a creation counter of 0 has overflowed and tells nothing. */
function addCounter(epoch: u64, at: usize): u64 {
  if (epoch == 0) return 0;
  if (Layout.interpreterCodeDeaths != ABSENT) return epoch + u64At(at);
  const counter = u32At(at) as u64;
  return counter == 0 ? 0 : epoch + counter;
}

/** The walk of a checkpoint is done: find out whether code objects came or went. */
export function endEpoch(): void {
  Epoch.after = 0;
  if (Epoch.interpreters != Epoch.lastInterpreters) {
    Epoch.lastInterpreters = Epoch.interpreters;
    Epoch.generation++;
    Epoch.before = 0;
  }
  // Frames that were not prefetched were copied behind the counters, which were.
  if (Requests.missed || Epoch.requests != Attempt.interpreters || Epoch.before == 0) return;
  let epoch = (Epoch.generation << 44) + 1;
  for (let i: u32 = 0; i < Epoch.requests; i++) {
    const at = copyOf(Epoch.request + i, codeCounterSize());
    epoch = at == UNREADABLE ? 0 : addCounter(epoch, at);
  }
  Epoch.after = epoch;
}
