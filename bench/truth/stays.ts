// In: the stays that phases.py has written down of itself, and a profile's samples in their order. Out: of each stay, whether the
// profile has it right, late, unproven, cut, or wrong for other reasons. It knows neither processes nor interpreters.
//
// "Cut" means that the sampler was there, and wrote something else than what the program says of itself. Time can't tell, for a
// sampler that waited for a processor gives all the time it missed to what it sees next. What a busy machine can't do is:
// - within a stay, from the first sample that shows it to the last, show anything else: the thread was there all the while;
// - take more samples outside of stays than fit into the time that the program, by its own clock, was outside: one an interval.
// So both are facts however busy the machine is; it only hides cuts, as it hides stays.
//
// "Late" means that the time which is too much or too little is no more than what the samples at the stay's two ends say themselves that they missed:
// each has the time since the one before. On a machine where no sample comes late there are none. "Unproven": what lacks is no more than what the
// profile marks as invalid there. What remains is "wrong".
import type { Frame, Sample } from "../../src/mojo/index.js";

/** What phases.py writes down of a stay. Times are microseconds of CLOCK_MONOTONIC. */
export interface Stay {
  readonly phase: number;
  readonly pid: number;
  readonly interpreter: number;
  /** The kernel's id of the thread. */
  readonly thread: number;
  /** Qualified names (before 3.11: names), root first, as sys._getframe has them. */
  readonly stack: readonly string[];
  /** First and last line of the leaf's that belong to the stay, in the phase's own file. */
  readonly lines: readonly [first: number, last: number];
  /** Functions that may be seen above it for a moment. */
  readonly over: readonly string[];
  readonly waits: boolean;
  readonly begin: number;
  readonly end: number;
  /** When the phase began and ended, in this process. */
  readonly from: number;
  readonly to: number;
  /** By the function that it stands in, how long a history lasted. */
  readonly histories: Readonly<Record<string, number>>;
  /** Connectors, histories, and the end. */
  readonly how: readonly string[];
}

/** A phase that never came to its stay: a fault of the program's, not of a sampler. */
export interface Lost {
  readonly phase: number;
  readonly lost: string;
  readonly how: readonly string[];
}

export interface Account {
  /** The process that goes through the phases; others are its children. */
  readonly root: number;
  readonly stays: readonly Stay[];
  readonly lost: readonly Lost[];
}

export type Outcome = "right" | "late" | "unproven" | "cut" | "wrong";

export interface Judged {
  readonly stay: Stay;
  readonly outcome: Outcome;
  /** Microseconds that stand under exactly its stack. */
  readonly seen: number;
  /** What is wrong, for people. */
  readonly why: string;
}

/** A stay's time is right within this share of it, and so many microseconds. */
const TOLERANCE = 0.1;
const TOLERANCE_MICROSECONDS = 1000;
/**
 * Samples more than intervals in a stretch of time: its ends, an interval each, and samples that were begun in their interval and
 * made after it.
 */
const SPARE_SAMPLES = 6;
const SHOWN_FRAMES = 4;
/** What all names of a connector end with. */
const LEVEL = /_\d+_\d+\b/;

/** Read what phases.py has written. */
export function parseAccount(text: string): Account {
  const rows = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Stay | Lost | { readonly root: number });
  const first = rows.find((row) => "root" in row);
  if (first === undefined) throw new Error("an account without a root");
  return { root: first.root, stays: rows.filter((row) => "stack" in row), lost: rows.filter((row) => "lost" in row) };
}

/** A sample, and the stay it shows. */
interface Seen {
  readonly names: readonly string[];
  readonly time: number;
  readonly stay: Stay | undefined;
  /** A function that may stand above. */
  readonly isOver: boolean;
}

function nameOf(frame: Frame): string {
  return frame.kind === "code" ? frame.scope : `(${frame.kind})`;
}

function threadKey(pid: number, interpreter: number, thread: string): string {
  return `${pid}:${interpreter}:${thread}`;
}

export function keyOf({ pid, interpreter, thread }: Stay): string {
  return threadKey(pid, interpreter, thread.toString(16));
}

/** Faults that are known of a stay, in the order in which they were found. */
type Faults = Map<Stay, string>;

/** The samples of one thread, and its stays. */
class Thread {
  readonly #byStack = new Map<string, Stay[]>();
  readonly #over = new Set<string>();
  readonly #seen: Seen[] = [];
  /** What the sampler doesn't vouch for, by the sample of #seen that it comes before. */
  readonly #invalid: { readonly before: number; readonly time: number }[] = [];

  constructor(readonly stays: readonly Stay[]) {
    for (const stay of stays) {
      const stack = stay.stack.join(";");
      this.#byStack.set(stack, [...(this.#byStack.get(stack) ?? []), stay]);
      for (const name of stay.over) this.#over.add(`${stack};${name}`);
    }
  }

  add({ frames, metrics }: Sample): void {
    if (frames.length === 0) return;
    if (frames[0]?.kind === "invalid") {
      this.#invalid.push({ before: this.#seen.length, time: metrics.timeMicroseconds ?? 0 });
      return;
    }
    const names = frames.map(nameOf);
    const stack = names.join(";");
    const leaf = frames.at(-1);
    const line = leaf?.kind === "code" ? leaf.location.line : 0;
    const stay = this.#byStack.get(stack)?.find(({ lines: [first, last] }) => line >= first && line <= last);
    this.#seen.push({ names, time: metrics.timeMicroseconds ?? 0, stay, isOver: this.#over.has(stack) });
  }

  /** Microseconds under exactly the stay's stack. */
  timeOf(stay: Stay): number {
    return this.#seen.reduce((sum, seen) => sum + (seen.stay === stay ? seen.time : 0), 0);
  }

  /** Why the time under a stay's stack is `off` by so much: more than 0 where it is too much. */
  reasonFor(stay: Stay, off: number, interval: number): Outcome {
    const spans = this.#spans();
    const span = spans.get(stay);
    const [from, to] = span ? [span[0], span[1] + 1] : this.#around(stay, spans);
    const missedBefore = (index: number): number => Math.max(0, (this.#seen[index]?.time ?? 0) - interval);
    // A sample has the time when it was begun: where the sampler had to wait before it copied, the next one says so.
    const isLate = (index: number): boolean =>
      Math.abs(off) <= missedBefore(index) + missedBefore(index + 1) + TOLERANCE_MICROSECONDS;
    if (
      span ? isLate(off > 0 ? from : to) : this.#seen.some((_, index) => index >= from && index <= to && isLate(index))
    )
      return "late";
    const marked = this.#invalid.filter(({ before }) => before >= from && before <= to);
    const invalid = marked.reduce((sum, { time }) => sum + time, 0);
    return off < 0 && -off <= invalid + TOLERANCE_MICROSECONDS ? "unproven" : "wrong";
  }

  /** Of a stay that no sample shows: the first and the last sample that are neither of those before nor behind those of the next. */
  #around(stay: Stay, spans: ReadonlyMap<Stay, readonly [first: number, last: number]>): [from: number, to: number] {
    const ends = [...spans].filter(([{ begin }]) => begin < stay.begin).map(([, [, last]]) => last);
    const begins = [...spans].filter(([{ begin }]) => begin > stay.begin).map(([, [first]]) => first);
    return [Math.max(-1, ...ends) + 1, Math.min(this.#seen.length - 1, ...begins)];
  }

  /** What contradicts the stays' account, with samples that are `interval` microseconds apart at least. */
  faults(interval: number): Faults {
    const faults: Faults = new Map();
    this.#findWithin(faults);
    this.#findBetween(faults, interval);
    this.#findUnder(faults, interval);
    return faults;
  }

  /** Where each stay is seen first and last. */
  #spans(): Map<Stay, [first: number, last: number]> {
    const spans = new Map<Stay, [number, number]>();
    this.#seen.forEach(({ stay }, index) => {
      if (stay === undefined) return;
      const span = spans.get(stay);
      if (span) span[1] = index;
      else spans.set(stay, [index, index]);
    });
    return spans;
  }

  /** Whether the thread stayed there once only: which of several stays a sample shows, nothing tells. */
  #isOnly(stay: Stay): boolean {
    return this.#byStack.get(stay.stack.join(";"))?.length === 1;
  }

  #findWithin(faults: Faults): void {
    for (const [stay, [first, last]] of this.#spans()) {
      if (!this.#isOnly(stay)) continue;
      const others = this.#seen.slice(first, last).filter((seen) => seen.stay !== stay && !seen.isOver);
      if (others.length > 0) {
        faults.set(
          stay,
          `${others.length} of ${last - first + 1} samples within it are ${show(others[0]?.names ?? [])}`,
        );
      }
    }
  }

  /** Samples from where one stay was seen last to where another is seen first, against the time outside of stays. */
  #findBetween(faults: Faults, interval: number): void {
    const spans = this.#spans();
    const seen = this.stays.filter((stay) => spans.has(stay) && this.#isOnly(stay));
    seen.forEach((next, index) => {
      const before = seen[index - 1];
      if (before === undefined) return;
      const missing = this.stays.filter(({ begin }) => begin > before.begin && begin < next.begin);
      const outside = missing.reduce((left, { begin, end }) => left - (end - begin), next.begin - before.end);
      const between = this.#seen.slice((spans.get(before)?.[1] ?? 0) + 1, spans.get(next)?.[0]);
      const others = between.filter(({ stay }) => stay === undefined || this.#isOnly(stay));
      const most = outside / interval + SPARE_SAMPLES * (missing.length + 1);
      if (others.length <= most) return;
      const why = `${others.length} samples after ${before.phase} and before ${next.phase}, and time for ${most.toFixed(0)}; ${mostSeen(others)}`;
      for (const stay of missing.length > 0 ? missing : [next]) if (!faults.has(stay)) faults.set(stay, why);
    });
  }

  /** Samples under what is the beginning of a stay's stack, against the time that the program can have been there. */
  #findUnder(faults: Faults, interval: number): void {
    const counts = new Map<string, number>();
    for (const { names, stay } of this.#seen) {
      if (stay === undefined) counts.set(names.join(";"), (counts.get(names.join(";")) ?? 0) + 1);
    }
    for (const stay of this.stays) {
      for (let length = 1; length < stay.stack.length; length++) {
        const stack = stay.stack.slice(0, length);
        const leaf = stack.at(-1) as string;
        if (!stack.some((name) => name.includes(`_${stay.phase}_`))) continue; // of all phases
        const samples = counts.get(stack.join(";")) ?? 0;
        const outside = this.#outside(stay, leaf);
        if (samples > outside / interval + SPARE_SAMPLES && !faults.has(stay)) {
          faults.set(stay, `${samples} samples are ${show(stack)}, and time for ${(outside / interval).toFixed(0)}`);
        }
      }
    }
  }

  /** Time of a stay's phase outside of it and of the histories in other functions than `leaf`. */
  #outside({ from, to, phase, how, histories }: Stay, leaf: string): number {
    let outside = to - from;
    for (const other of this.stays) if (other.phase === phase) outside -= other.end - other.begin;
    if (how.includes("twice")) return outside; // there are other functions in a history
    const level = LEVEL.exec(leaf)?.[0];
    if (level === undefined) return outside; // a history may be in any function that isn't named by its connector
    let elsewhere = 0;
    for (const [name, time] of Object.entries(histories)) if (LEVEL.exec(name)?.[0] !== level) elsewhere += time;
    // Where they are more than there is, one ran within another, or within the stay: a collection may call anything.
    return elsewhere > outside ? outside : outside - elsewhere;
  }
}

function show(names: readonly string[]): string {
  const shown = names.slice(-SHOWN_FRAMES).join(";");
  return names.length > SHOWN_FRAMES ? `…${names.length - SHOWN_FRAMES};${shown}` : shown;
}

/** What most of the samples show, for people. */
function mostSeen(seen: readonly Seen[]): string {
  const counts = new Map<string, number>();
  for (const { names } of seen) counts.set(show(names), (counts.get(show(names)) ?? 0) + 1);
  const [stack, samples] = [...counts].sort(([, one], [, other]) => other - one)[0] ?? ["nothing", 0];
  return `${samples} of them show ${stack}`;
}

/** Holds a profile against an account; call `add` with each sample in the profile's order. */
export class StayJudge {
  readonly #threads = new Map<string, Thread>();

  constructor(stays: readonly Stay[]) {
    const byThread = new Map<string, Stay[]>();
    for (const stay of stays) byThread.set(keyOf(stay), [...(byThread.get(keyOf(stay)) ?? []), stay]);
    for (const [key, its] of byThread) {
      this.#threads.set(key, new Thread(its.sort((one, other) => one.begin - other.begin)));
    }
  }

  add(sample: Sample): void {
    this.#threads.get(threadKey(sample.pid, sample.interpreterId ?? 0, sample.thread))?.add(sample);
  }

  /**
   * The stays that `isDue` says the profile should have, judged, in the order of their phases.
   * @param interval from one sample to the next at least, in microseconds
   */
  judge(interval: number, isDue: (stay: Stay) => boolean = () => true): Judged[] {
    const judged = [...this.#threads.values()].flatMap((thread) => {
      const faults = thread.faults(interval);
      return thread.stays.filter(isDue).map((stay) => verdict(thread, stay, interval, faults.get(stay)));
    });
    return judged.sort((one, other) => one.stay.phase - other.stay.phase);
  }
}

function verdict(thread: Thread, stay: Stay, interval: number, fault: string | undefined): Judged {
  const seen = thread.timeOf(stay);
  const due = stay.end - stay.begin;
  if (fault !== undefined) return { stay, outcome: "cut", seen, why: fault };
  if (Math.abs(seen - due) <= Math.max(TOLERANCE_MICROSECONDS, due * TOLERANCE)) {
    return { stay, outcome: "right", seen, why: "" };
  }
  return { stay, outcome: thread.reasonFor(stay, seen - due, interval), seen, why: `${seen} of ${due} us` };
}

/** A line for people. */
export function describe({ stay, outcome, why }: Judged): string {
  return `${outcome}: phase ${stay.phase}: ${why}; expected ${show(stay.stack)}; ${stay.how.join(",")}`;
}
