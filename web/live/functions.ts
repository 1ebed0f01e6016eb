// The hottest functions as a table. In: a mirror, a tally of it. Out: rows, sorted by the column that one clicks, those that a text is in; one may be chosen.
import type { Metric } from "../../src/analysis/metric.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import { type HotRow, hotRows, type RowOrder } from "../../src/live/rows.js";
import type { Tally } from "../../src/live/tally.js";
import { formatAmount, formatShare } from "../../src/views/quantities.js";
import { element } from "../flame/elements.js";
import { functionRow, hasText } from "./function_row.js";

const MOST = 200;
/** Cells of figures. */
const FIGURES = 4;
const TITLES: readonly (readonly [title: string, order: RowOrder | "file"])[] = [
  ["own", "own"],
  ["own %", "own"],
  ["total", "total"],
  ["total %", "total"],
  ["function", "name"],
  ["file", "file"],
];

export class Functions {
  readonly element = element("section", "functions");
  readonly filter = element("input", "search");
  readonly #heads: HTMLTableCellElement[] = [];
  readonly #body: HTMLTableSectionElement;
  readonly #more = element("p", "note");
  readonly #rows = new Map<number, HTMLTableRowElement>();
  #order: RowOrder | "file" = "own";
  #isReversed = false;
  #shown = "";

  /** @param changed told that it is to be shown anew; @param choose told the number of a function */
  constructor(
    changed: () => void,
    readonly choose: (number: number) => void,
  ) {
    const table = element("table", "");
    table.id = "functions";
    const row = table.createTHead().insertRow();
    for (const [title, order] of TITLES) {
      const head = element("th", "");
      const button = element("button", "sort", title);
      button.type = "button";
      button.addEventListener("click", () => {
        this.#isReversed = this.#order === order && !this.#isReversed;
        this.#order = order;
        changed();
      });
      head.append(button);
      row.append(head);
      this.#heads.push(head);
    }
    this.#body = table.createTBody();
    this.filter.type = "search";
    this.filter.placeholder = "Filter functions and files";
    this.filter.setAttribute("aria-label", "Filter functions and files");
    this.filter.addEventListener("input", changed);
    const bar = element("div", "controls");
    bar.append(this.filter);
    const scroll = element("div", "scroll");
    scroll.append(table);
    this.element.append(element("h2", "", "Functions"), bar, scroll, this.#more);
  }

  show(mirror: LiveMirror, tally: Tally, { unit }: Metric, chosen: number): void {
    const wanted = this.filter.value.toLowerCase();
    const rows = this.#sorted(mirror, tally).filter(({ function: name }) => hasText(name, wanted));
    const shown = rows.slice(0, MOST);
    const elements = shown.map((row) => this.#row(row, tally.whole, unit, row.number === chosen));
    const order = shown.map(({ number }) => number).join();
    if (order !== this.#shown) {
      this.#shown = order;
      const focused = document.activeElement;
      this.#body.replaceChildren(...elements);
      if (focused instanceof HTMLElement && this.#body.contains(focused)) focused.focus();
      if (this.#rows.size > 20 * MOST) this.#rows.clear();
    }
    for (const [i, [, order]] of TITLES.entries()) {
      const isSorted = order === this.#order;
      const isUp = this.#isReversed !== (order === "name" || order === "file");
      this.#heads[i]?.setAttribute("aria-sort", isSorted ? (isUp ? "ascending" : "descending") : "none");
    }
    const others = rows.length - shown.length;
    this.#more.textContent = others > 0 ? `and ${others} more` : rows.length === 0 ? "Nothing of that." : "";
  }

  #sorted(mirror: LiveMirror, tally: Tally): HotRow[] {
    const rows = hotRows(mirror, tally, "function", this.#order === "file" ? "own" : this.#order);
    if (this.#order === "file") rows.sort((a, b) => (a.function.filename < b.function.filename ? -1 : 1));
    return this.#isReversed ? rows.reverse() : rows;
  }

  #row({ number, function: name, own, total }: HotRow, whole: number, unit: Metric["unit"], isChosen: boolean): Node {
    let row = this.#rows.get(number);
    if (row === undefined) {
      row = functionRow(name, FIGURES, () => this.choose(number));
      this.#rows.set(number, row);
    }
    const figures = [
      formatAmount(own, unit),
      formatShare(own, whole),
      formatAmount(total, unit),
      formatShare(total, whole),
    ];
    for (const [i, figure] of figures.entries()) {
      const cell = row.cells[i] as HTMLTableCellElement;
      if (cell.textContent !== figure) cell.textContent = figure;
    }
    row.setAttribute("aria-selected", String(isChosen));
    return row;
  }
}
