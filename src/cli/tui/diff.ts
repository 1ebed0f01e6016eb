// What changed between two windows: before and behind mark A; or, with mark B, from A to B and behind B. In: the state. Out: lines. What is more than
// sampling explains has a mark, by the rule of austin-diff.
import { type FunctionName, functionLabel } from "../../analysis/function_line.js";
import type { Side } from "../../analysis/sampling_error.js";
import { changesOf, sideOf, Tally, type WindowName } from "../../live/index.js";
import { BAD, BOLD, DIM, FILE, FUNCTION, GOOD, type Line, percent } from "./looks.js";
import type { State } from "./state.js";

export const DIFF_TITLES = `${"BEFORE".padStart(8)}${"AFTER".padStart(8)}${"CHANGE".padStart(9)}${"±".padStart(7)}    FUNCTION (own share; * more than chance)`;

export interface DiffLine {
  readonly line: Line;
  readonly function: number;
}

const before = new Tally();
const after = new Tally();

export function diffLines(state: State): DiffLine[] {
  const { live } = state;
  const { a, b } = live.marks;
  if (!a) {
    return [
      {
        line: [["No mark is set.", BOLD], [" A sets the first: what came before it is compared with what comes then."]],
        function: -1,
      },
      { line: [["B sets the second: what came from A to B is compared with what comes then.", DIM]], function: -1 },
    ];
  }
  const metric = state.currentMetric;
  const side = (window: WindowName, tally: Tally): Side => {
    live.tally(window, metric, state.scope, tally);
    return sideOf(live.weight(window, metric), tally);
  };
  const sides = [side(b ? "marked" : "before", before), side("behind", after)] as const;
  const { isKnown, functions } = changesOf(live, [before, after], sides);
  return functions.map(({ number, own: { values, difference, error, isReal } }) => {
    const name = live.places.functions[number] as FunctionName;
    const share = (at: 0 | 1): string => percent((100 * values[at]) / (sides[at].total || 1)).padStart(8);
    const sign = difference > 0 ? "+" : "";
    return {
      line: [
        [share(0)],
        [share(1)],
        [`${sign}${(100 * difference).toFixed(1)}`.padStart(9), isReal ? (difference > 0 ? BAD : GOOD) : DIM],
        [(isKnown ? (100 * error).toFixed(1) : "?").padStart(7), DIM],
        [isReal ? "  * " : "    ", BOLD],
        [functionLabel(name), isReal ? FUNCTION : DIM],
        [name.filename === "" ? "" : ` (${name.filename})`, isReal ? FILE : DIM],
      ],
      function: number,
    };
  });
}
