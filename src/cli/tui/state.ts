// What the view shows: the live profile, which thread, which view, which window, how it is sorted. In: what keys ask for. Out: plain state and what
// follows from it. It draws nothing and reads no key.
import type { Metric } from "../../analysis/metric.js";
import { threadLabel } from "../../analysis/thread_label.js";
import type { FilterWords } from "../../filters/index.js";
import type { LiveProfile, LiveThread, RowOrder, Scope, Unit, WindowName } from "../../live/index.js";
import { Tally } from "../../live/index.js";
import type { Gauges } from "../watching/gauges.js";

export type ViewName = "live" | "top" | "full" | "graph" | "threads" | "where" | "diff" | "output" | "help" | "detail";

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
  ended: string | undefined;
  /** A file is shown, which is no run. */
  readonly isFile: boolean;
  /** When it began, in milliseconds. */
  readonly began: number;
  /** What was printed. */
  readonly printed: () => string;
}

export class State {
  view: ViewName = "live";
  /** Where Esc goes back to. */
  back: ViewName = "live";
  /** Key of the thread that is shown; undefined: all. */
  thread: string | undefined;
  window: WindowName = "all";
  order: RowOrder = "own";
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
  message = "";
  messageUntil = 0;
  prompt: Prompt | undefined;
  /** Sums of the window, and of the recent seconds beside it. */
  readonly tally = new Tally();
  readonly beside = new Tally();

  constructor(
    readonly live: LiveProfile,
    readonly run: RunFacts,
    readonly gauges: Gauges,
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
    return [...this.live.threads].sort((a, b) => a.pid - b.pid || a.number - b.number);
  }

  get shownThread(): LiveThread | undefined {
    return this.thread === undefined ? undefined : this.live.threads.find((one) => keyOf(one) === this.thread);
  }

  get scope(): Scope {
    const thread = this.shownThread;
    const { text, words } = wordsOf(this.filter, FOLDS[this.fold] ?? []);
    return {
      ...(thread !== undefined && { thread: (one: LiveThread) => one === thread }),
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
    this.messageUntil = now + 5000;
  }

  show(view: ViewName): void {
    if (view === this.view) return;
    if (this.view !== "help" && this.view !== "detail") this.back = this.view;
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

/**
 * What a typed filter means: words that begin with m: and f: are globs of modules and functions, as `--module` and `--function` have them; the
 * rest is looked for in names and files.
 */
export function wordsOf(
  filter: string,
  collapse: readonly ("stdlib" | "imports")[],
): { readonly text: string; readonly words: Pick<FilterWords, "modules" | "functions" | "collapse"> | undefined } {
  const parts = filter.split(/\s+/).filter((part) => part !== "");
  const globs = (prefix: string): string[] =>
    parts
      .filter((part) => part.startsWith(prefix) && /[^!]/.test(part.slice(prefix.length)))
      .map((part) => part.slice(prefix.length));
  const modules = globs("m:");
  const functions = globs("f:");
  const text = parts.filter((part) => !/^[mf]:/.test(part)).join(" ");
  const asks = modules.length + functions.length + collapse.length > 0;
  return { text, words: asks ? { modules, functions, collapse } : undefined };
}
