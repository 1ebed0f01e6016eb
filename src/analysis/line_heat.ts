// What was spent on each line of each file. In: stacks, summed up. Out: files with their lines. Knows no sources.
import { hotSpots } from "./hot_spots.js";
import type { Metric } from "./metric.js";
import type { ThreadStacks } from "./stack_tree.js";

export interface HotLine {
  readonly own: number;
  /** Of stacks that it is on, once a stack. */
  readonly total: number;
}

export interface HotFile {
  readonly filename: string;
  /** Of all lines; what is known of the file and not of a line is in it, too. */
  readonly own: number;
  /** By line number. */
  readonly lines: ReadonlyMap<number, HotLine>;
}

/** The files, the one with most of its own first. @param metric one of METRICS, or its index there */
export function lineHeat(threads: readonly ThreadStacks[], metric: Metric | number): readonly HotFile[] {
  const files = new Map<string, { own: number; lines: Map<number, HotLine> }>();
  for (const { functionLine, own, total } of hotSpots(threads, metric, (one) => `${one.line}:${one.function.filename}`)
    .lines) {
    const { filename, kind } = functionLine.function;
    if (kind !== "code") continue;
    let file = files.get(filename);
    if (file === undefined) {
      file = { own: 0, lines: new Map() };
      files.set(filename, file);
    }
    file.own += own;
    if (functionLine.line > 0) file.lines.set(functionLine.line, { own, total });
  }
  return [...files].map(([filename, file]) => ({ filename, ...file })).sort((a, b) => b.own - a.own);
}
