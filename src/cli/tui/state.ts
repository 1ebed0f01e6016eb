// What the view shows: the live profile, which thread, which view, which window, how it is sorted. In: what keys ask for. Out: plain state and what
// follows from it. It draws nothing and reads no key.
import type { Metric } from "../../analysis/metric.js";
import { threadLabel } from "../../analysis/thread_label.js";
import { type FilterWords, MalformedPattern, threadFilter } from "../../filters/index.js";
import type { LiveThread, LiveView, RowOrder, Scope, Unit, WindowName } from "../../live/index.js";
import { Tally } from "../../live/index.js";
import type { ViewGauges } from "../watching/gauges.js";

export type ViewName =
  | "live"
  | "top"
  | "full"
  | "graph"
  | "threads"
  | "where"
  | "diff"
  | "output"
  | "help"
  | "messages"
  | "detail";

/** Views that Esc leaves. */
export const PASSING: readonly ViewName[] = ["help", "messages", "detail"];
/** How Top is sorted; "recent": by the own sums of the last seconds, where these are shown. */
export type Order = RowOrder | "recent";
/** Windows that Tab goes through. */
export const SPANS: readonly WindowName[] = ["all", "reset", "recent"];
/** What frames are collapsed, which Z goes through. */
export const FOLDS: readonly (readonly ("stdlib" | "imports")[])[] = [
  [],
  ["stdlib"],
  ["imports"],
  ["stdlib", "imports"],
];
export const LENGTHS = [1, 2, 5, 10, 30, 60, 120, 300];

/** A line at the bottom in which something is typed. */
export interface Prompt {
  readonly title: string;
  text: string;
  readonly done: (text: string) => void;
  /** Told at each key. */
  readonly changed?: ((text: string) => void) | undefined;
  /** What the text was before. */
  readonly before: string;
}

export interface RunFacts {
  readonly command: string;
  /** What has ended or failed, in words; undefined while it runs. */
  readonly ended: string | undefined;
  /** A file is shown, which is no run. */
  readonly isFile: boolean;
  /** Another machine, or another program here, has it: what the system says of its threads is not told. */
  readonly isElsewhere: boolean;
  /** How long it has been running. @param now in milliseconds */
  readonly seconds: (now: number) => number;
  /** What was printed. */
  readonly printed: () => string;
  /** Write a file of it. @param seconds the last ones; undefined: all @returns what to tell */
  readonly save: (path: string, seconds: number | undefined) => Promise<string>;
  /** What is the matter with the line to it, in words; undefined where there is none, or nothing. @param now in milliseconds */
  readonly line: (now: number) => string | undefined;
}

/** Messages that can be read again. */
const MOST_MESSAGES = 100;
const MESSAGE_MILLISECONDS = 5000;

export class State {
  view: ViewName = "live";
  /** Where Esc goes back to. */
  back: ViewName = "live";
  /** Key of the thread that is shown; undefined: all. */
  thread: string | undefined;
  window: WindowName = "all";
  order: Order = "own";
  isReversed = false;
  unit: Unit = "function";
  fold = 0;
  filter = "";
  /** Share below which rows are hidden, in percent. */
  threshold = 0;
  metric = 0;
  scroll = 0;
  /** Index of the chosen row among all that there are. */
  cursor = 0;
  /** Function of the detail view. */
  detail = -1;
  /** Stack that the flame graph is zoomed to, and the one that is chosen there; -1: none. */
  zoom = -1;
  chosen = -1;
  /** Whether the flame graph has its root at the bottom. */
  isUpright = false;
  message = "";
  messageUntil = 0;
  /** The last ones, the newest last. */
  readonly messages: { readonly at: number; readonly text: string }[] = [];
  prompt: Prompt | undefined;
  /** Sums of the window, and of the recent seconds beside it. */
  readonly tally = new Tally();
  readonly beside = new Tally();

  constructor(
    readonly live: LiveView,
    readonly run: RunFacts,
    readonly gauges: ViewGauges,
  ) {}

  get isPaused(): boolean {
    return this.live.isFrozen;
  }

  get currentMetric(): Metric {
    const { metrics } = this.live;
    return metrics[this.metric % metrics.length] as Metric;
  }

  /** The threads, as arrows go through them: by process, as they turned up. */
  get threads(): readonly LiveThread[] {
    const isWanted = this.#wanted();
    return this.live.threads.filter(isWanted).sort((a, b) => a.pid - b.pid || a.number - b.number);
  }

  /** What is typed may be no pattern yet: then it is none, until it is drawn, which says so. */
  #wanted(): (thread: LiveThread) => boolean {
    try {
      return threadTest(this.filter) ?? (() => true);
    } catch (error) {
      if (!(error instanceof MalformedPattern)) throw error;
      return () => true;
    }
  }

  get shownThread(): LiveThread | undefined {
    return this.thread === undefined ? undefined : this.live.threads.find((one) => keyOf(one) === this.thread);
  }

  get scope(): Scope {
    const shown = this.shownThread;
    const { text, words } = wordsOf(this.filter, FOLDS[this.fold] ?? []);
    const thread = shown === undefined ? threadTest(this.filter) : (one: LiveThread) => one === shown;
    return {
      ...(thread !== undefined && { thread }),
      ...(words !== undefined && { words }),
      // In the flame graph it is what is marked.
      ...(text !== "" && this.view !== "graph" && { text }),
    };
  }

  /** Sum up what is shown. */
  sumUp(): Tally {
    this.live.tally(this.window, this.currentMetric, this.scope, this.tally);
    return this.tally;
  }

  say(message: string, now: number): void {
    this.message = message;
    this.messageUntil = now + MESSAGE_MILLISECONDS;
    this.messages.push({ at: now, text: message });
    if (this.messages.length > MOST_MESSAGES) this.messages.shift();
  }

  show(view: ViewName): void {
    if (view === this.view) return;
    if (!PASSING.includes(this.view)) this.back = this.view;
    this.view = view;
    this.scroll = 0;
    this.cursor = 0;
  }
}

export function keyOf({ pid, key }: LiveThread): string {
  return `${pid}:${key}`;
}

/** A thread's name, or its id where it has none. */
export function labelOf(thread: LiveThread): string {
  const id = threadLabel(thread);
  return thread.name === undefined ? id : `${thread.name} (${id})`;
}

function wordsIn(filter: string): string[] {
  return filter.split(/\s+/).filter((part) => part !== "");
}

/** Globs of words that begin so. */
function globsIn(filter: string, prefix: string): string[] {
  return wordsIn(filter)
    .filter((part) => part.startsWith(prefix) && /[^!]/.test(part.slice(prefix.length)))
    .map((part) => part.slice(prefix.length));
}

/**
 * Which threads a typed filter wants: words that begin with t: are ids, or globs of names, as `--thread` has them, and behind ! what is not wanted.
 * @returns undefined where all are wanted @throws MalformedPattern
 */
function threadTest(filter: string): ((thread: LiveThread) => boolean) | undefined {
  const globs = globsIn(filter, "t:");
  const wanted = threadFilter({ threads: globs.filter((one) => !one.startsWith("!")) });
  const others = globs.filter((one) => one.startsWith("!")).map((one) => one.slice(1));
  const unwanted = threadFilter({ threads: others });
  if (wanted === undefined && unwanted === undefined) return undefined;
  return (thread) => {
    const { pid, interpreterId, thread: id, name } = thread;
    const facts = { pid, interpreterId, thread: id, threadName: name };
    return wanted?.(facts) !== false && unwanted?.(facts) !== true;
  };
}

/**
 * What else a typed filter means: words that begin with m: and f: are globs of modules and functions, as `--module` and `--function` have them; the
 * rest is looked for in names and files.
 */
export function wordsOf(
  filter: string,
  collapse: readonly ("stdlib" | "imports")[],
): { readonly text: string; readonly words: Pick<FilterWords, "modules" | "functions" | "collapse"> | undefined } {
  const modules = globsIn(filter, "m:");
  const functions = globsIn(filter, "f:");
  const text = wordsIn(filter)
    .filter((part) => !/^[mft]:/.test(part))
    .join(" ");
  const asks = modules.length + functions.length + collapse.length > 0;
  return { text, words: asks ? { modules, functions, collapse } : undefined };
}
