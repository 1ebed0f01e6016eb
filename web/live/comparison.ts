// Two windows that are compared: what has become more and what less. In: a mirror and tallies of both windows. Out: a differential flame graph and a table,
// by the rule of austin-diff; words are those of austin-tui.
import type { FunctionName } from "../../src/analysis/function_line.js";
import type { Metric } from "../../src/analysis/metric.js";
import type { Side } from "../../src/analysis/sampling_error.js";
import { changesOf, type ShareChange, sideOf, type WindowChange } from "../../src/live/changes.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import { weightAt } from "../../src/live/spans.js";
import { Tally } from "../../src/live/tally.js";
import type { FlameData } from "../../src/views/flame_data.js";
import { clock, formatAmount, formatShare, thousands } from "../../src/views/quantities.js";
import { choice, element, put } from "../flame/elements.js";
import { type ShownFlame, showFlame } from "../flame/flame.js";
import { comparedFlameOf } from "./flame_of.js";
import { functionRow, hasText } from "./function_row.js";
import type { Mark } from "./marks.js";
import type { Shown } from "./shown.js";

type Sides = readonly [Side, Side];

const MOST = 200;
const TITLES = ["own A", "own B", "change", "±", "total A", "total B", "change", "function", "file"];
/** Cells of figures. */
const FIGURES = 7;
const NO_MARK =
  "No mark is set. A marks what is shown now: it is compared with what comes then, or with the window that one chooses next. B marks that one, so that it stays.";
const KINDS = ["All functions", "More in B", "Less in B"];

export interface ComparisonWishes {
  readonly changed: () => void;
  /** Told the number of a function. */
  readonly choose: (number: number) => void;
  /** Told which function one has gone to in the graph. */
  readonly onSelect: (name: FlameData["names"][number]) => void;
}

export class Comparison {
  readonly element = element("section", "comparison");
  readonly #facts = element("p", "note");
  readonly #place = element("div", "");
  readonly #table = element("table", "");
  readonly #more = element("p", "note");
  readonly #filter = element("input", "search");
  readonly #kinds: HTMLSelectElement;
  readonly #tallies: readonly [Tally, Tally] = [new Tally(), new Tally()];
  readonly #found = element("div", "found");
  #flame: ShownFlame | undefined;
  readonly #rows = new Map<number, HTMLTableRowElement>();
  #mirror: LiveMirror | undefined;
  #order = "";

  constructor(readonly wishes: ComparisonWishes) {
    this.element.hidden = true;
    this.#table.id = "changes";
    const row = this.#table.createTHead().insertRow();
    row.append(...TITLES.map((title) => element("th", "", title)));
    this.#table.createTBody();
    this.#filter.type = "search";
    this.#filter.placeholder = "Filter functions and files";
    this.#filter.setAttribute("aria-label", "Filter functions and files that have changed");
    this.#filter.addEventListener("input", wishes.changed);
    this.#kinds = choice("Which changes", KINDS, 0, wishes.changed);
    const bar = element("div", "controls");
    bar.append(this.#filter, this.#kinds);
    const scroll = element("div", "scroll");
    scroll.append(this.#table);
    const note = element("p", "note", "Shares of each window, most changed first; * is more than sampling explains.");
    this.#found.append(this.#place, element("h2", "", "Changes"), note, bar, scroll, this.#more);
    this.element.append(element("h2", "", "A and B"), this.#facts, this.#found);
  }

  show(shown: Shown, chosen: number): void {
    const { mirror, currentMetric: metric, sides } = shown;
    this.#found.hidden = sides === undefined;
    if (sides === undefined) {
      this.#facts.textContent = NO_MARK;
      return;
    }
    const amounts = sides.map((mark, i) =>
      sideOf(weightAt(mark.window, shown.column), shown.sumUpSide(mark, this.#tallies[i] as Tally)),
    ) as readonly Side[] as Sides;
    this.#facts.textContent = sides
      .map((mark, i) => factsOf("AB"[i] as string, mark, amounts[i] as Side, metric))
      .join(" → ");
    const { critical, functions } = changesOf(mirror, this.#tallies, amounts);
    this.#showTable(mirror, functions, amounts, chosen);
    this.#showFlame(comparedFlameOf(mirror, this.#tallies, metric, { sides: amounts, critical }));
  }

  #showFlame(data: ReturnType<typeof comparedFlameOf>): void {
    const { onSelect } = this.wishes;
    if (this.#flame === undefined) this.#flame = showFlame(this.#place, data, { hasAddress: false, onSelect });
    else this.#flame.update(data);
  }

  #showTable(mirror: LiveMirror, changes: readonly WindowChange[], sides: Sides, chosen: number): void {
    const wanted = this.#filter.value.toLowerCase();
    const sign = [0, 1, -1][this.#kinds.selectedIndex] as number;
    const rows = changes.filter(({ number, own, total }) => {
      const name = mirror.places.functions[number];
      if (name === undefined || (sign !== 0 && signOf(own, total) !== sign)) return false;
      return hasText(name, wanted);
    });
    const shown = rows.slice(0, MOST);
    const others = rows.length - shown.length;
    this.#more.textContent = others > 0 ? `and ${others} more` : rows.length === 0 ? "Nothing of that." : "";
    if (this.#mirror !== mirror || this.#rows.size > 20 * MOST) this.#rows.clear();
    this.#mirror = mirror;
    const made = shown.map((change) => this.#row(change, sides, change.number === chosen));
    const order = shown.map(({ number }) => number).join();
    const body = this.#table.tBodies[0] as HTMLTableSectionElement;
    if (order === this.#order && body.rows[0] === made[0]) return;
    this.#order = order;
    const focused = document.activeElement;
    body.replaceChildren(...made);
    if (focused instanceof HTMLElement && body.contains(focused)) focused.focus();
  }

  /** What one is about to click stays the same element while its figures change. */
  #row({ number, own, total }: WindowChange, sides: Sides, isChosen: boolean): HTMLTableRowElement {
    let row = this.#rows.get(number);
    if (row === undefined) {
      const name = this.#mirror?.places.functions[number] as FunctionName;
      row = functionRow(name, FIGURES, () => this.wishes.choose(number));
      this.#rows.set(number, row);
    }
    const figures = [...figuresOf(own, sides, true), ...figuresOf(total, sides, false)];
    for (const [i, [text, className]] of figures.entries()) {
      const cell = row.cells[i] as HTMLTableCellElement;
      put(cell, text);
      cell.className = `figure ${className}`;
    }
    row.setAttribute("aria-selected", String(isChosen));
    return row;
  }
}

/** Whether a function has more (1), less (-1) or the same in the second window: by the change that is more than chance. */
function signOf(own: ShareChange, total: ShareChange): number {
  return Math.sign((total.isReal && !own.isReal ? total : own).difference);
}

/** Texts and classes of cells: the shares of both sides, their difference, its error. */
function figuresOf(
  { values, difference, error, isReal }: ShareChange,
  sides: Sides,
  hasError: boolean,
): (readonly [text: string, className: string])[] {
  const shares = sides.map(({ total }, i) => [formatShare(values[i] as number, total), ""] as const);
  const sign = difference > 0 ? "+" : difference < 0 ? "−" : "";
  const size = `${sign}${Math.abs(100 * difference).toFixed(2)}`;
  const kind = !isReal ? "faint" : difference > 0 ? "gained" : "lost";
  const change = [isReal ? `${size} *` : size, kind] as const;
  return [...shares, change, ...(hasError ? [[(100 * error).toFixed(2), "faint"] as const] : [])];
}

function factsOf(label: string, { from, to }: Mark, { total, samples }: Side, { unit }: Metric): string {
  return `${label}: ${clock(from)} to ${clock(to)}, ${formatAmount(total, unit)}, as good as ${thousands(samples)} samples`;
}
