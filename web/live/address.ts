// What is shown of a live profile, in the page's address, so that a link leads to it. In and out: words behind "#". A reset is of one viewer alone, and is in none.
import type { Span } from "./shown.js";

export interface Linked {
  readonly span: Span;
  /** Key of a thread or of a process. */
  readonly thread: string | undefined;
  readonly metric: number;
  readonly function: readonly [label: string, file: string] | undefined;
}

export function readAddress(hash: string): Linked {
  const words = new URLSearchParams(hash.replace(/^#/, ""));
  const label = words.get("function");
  const metric = words.get("metric") ?? "";
  return {
    span: spanOf(words.get("window") ?? ""),
    thread: words.get("thread") ?? undefined,
    metric: /^\d$/.test(metric) ? Number(metric) : 0,
    function: label === null ? undefined : [label, words.get("file") ?? ""],
  };
}

/** A longer name makes no link that one can pass on. */
const LONGEST = 1000;

/** Only what isn't as it is at first. */
export function addressOf({ span, thread, metric, function: name }: Linked): string {
  const words = new URLSearchParams();
  if (span.kind === "last") words.set("window", `last:${span.seconds}`);
  if (span.kind === "brush") words.set("window", `${span.from}:${span.to}`);
  if (thread !== undefined) words.set("thread", thread);
  if (metric !== 0) words.set("metric", String(metric));
  if (name !== undefined && name[0].length + name[1].length <= LONGEST) {
    words.set("function", name[0]);
    words.set("file", name[1]);
  }
  const text = words.toString();
  return text === "" ? "" : `#${text}`;
}

function spanOf(text: string): Span {
  const [, first = "", second = ""] = /^(last|\d{1,9}):(\d{1,9})$/.exec(text) ?? [];
  if (second === "" || Number(second) === 0) return { kind: "all" };
  if (first === "last") return { kind: "last", seconds: Number(second) };
  const [from, to] = [Number(first), Number(second)];
  return from < to ? { kind: "brush", from, to } : { kind: "all" };
}
