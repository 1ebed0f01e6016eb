// One function: who calls it, whom it calls, and its hottest lines with their source. In: the state, and sources. Out: lines, and which function
// each one is.
import { type FunctionName, functionLabel } from "../../analysis/function_line.js";
import { type Relative, relatives } from "../../live/index.js";
import type { SourceFiles } from "../view/source_lines.js";
import { amount, BOLD, DIM, FILE, FUNCTION, heatOf, LINE, type Line, percent, percentOf, TITLES } from "./looks.js";
import type { State } from "./state.js";

const MOST = 20;

export interface DetailLine {
  readonly line: Line;
  /** Where Enter leads; -1: nowhere. */
  readonly function: number;
}

export function detailLines(state: State, sources: SourceFiles): DetailLine[] {
  const { live, tally, detail } = state;
  const name = live.places.functions[detail];
  if (name === undefined) return [];
  const { unit } = state.currentMetric;
  const own = tally.functionOwn[detail] as number;
  const total = tally.functionTotal[detail] as number;
  const { callers, callees, lines } = relatives(live, tally, detail);
  const title = (text: string): DetailLine => ({ line: [[text, TITLES]], function: -1 });
  const figures = (value: number): Line => {
    const share = percentOf(value, tally.whole);
    return [[amount(value, unit).padStart(9)], [percent(share).padStart(8), heatOf(share)], ["  "]];
  };
  const relative = ({ number, value }: Relative): DetailLine => {
    const of = live.places.functions[number];
    const parts: Line = of === undefined ? [["(the thread begins here)", DIM]] : nameParts(of);
    return { line: [...figures(value), ...parts], function: number };
  };
  const sourceOf = (line: number): string => sources.line(name.filename, line) ?? "";
  return [
    {
      line: [
        ...nameParts(name),
        [`  own ${amount(own, unit)} (${percent(percentOf(own, tally.whole))})`],
        [`  total ${amount(total, unit)} (${percent(percentOf(total, tally.whole))})`],
      ],
      function: -1,
    },
    title(`CALLED BY (${callers.length})`),
    ...callers.slice(0, MOST).map(relative),
    title(`CALLS (${callees.length})`),
    ...callees.slice(0, MOST).map(relative),
    title("HOTTEST LINES: OWN, TOTAL, LINE"),
    ...lines.slice(0, MOST).map(
      (row): DetailLine => ({
        line: [
          ...figures(row.own),
          ...figures(row.total),
          [row.line > 0 ? String(row.line).padStart(6) : "     -", LINE],
          ["  "],
          [row.line > 0 ? sourceOf(row.line) : "", BOLD],
        ],
        function: -1,
      }),
    ),
  ];
}

function nameParts(name: FunctionName): Line {
  return [
    [functionLabel(name), FUNCTION],
    [name.filename === "" ? "" : ` (${name.filename})`, FILE],
  ];
}
