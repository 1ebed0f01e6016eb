// The source of one function's file, with what was spent on each line. In: a mirror, a tally of it, the function's number; its lines, which come from beside the
// page. Out: a table that follows the figures; what is far from any hot line is folded, and made only where one unfolds it.
import type { FunctionName } from "../../src/analysis/function_line.js";
import type { HotLine } from "../../src/analysis/line_heat.js";
import type { Metric } from "../../src/analysis/metric.js";
import { fileHeat } from "../../src/live/file_heat.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import type { Tally } from "../../src/live/tally.js";
import { type Block, blocksOf, heatColour, shownLines } from "../../src/views/heat_lines.js";
import { formatAmount, formatShare } from "../../src/views/quantities.js";
import { button, element, put } from "../flame/elements.js";

const TITLES = ["own", "total", "line", "source"];

/** What was told of a file. */
interface Told {
  readonly file: string;
  readonly lines?: readonly string[];
  readonly isNewer?: boolean;
  readonly why?: string;
}

export class SourceHeat {
  readonly element = element("section", "heat");
  readonly #title = element("h2", "", "Source");
  readonly #sums = element("p", "note");
  readonly #note = element("p", "note warning");
  readonly #table = element("table", "source");
  readonly #rows = new Map<number, HTMLTableRowElement>();
  readonly #unfolded = new Set<number>();
  #file = "";
  #told: Told | undefined;
  #blocks = "";
  /** A line that is to be shown as soon as it is there. */
  #sought: number | undefined;

  /** @param changed told that there is a source to be shown */
  constructor(readonly changed: () => void) {
    this.element.hidden = true;
    const bar = element("div", "controls");
    bar.append(button("Close source", "Show no source (S)", () => this.close()));
    const row = this.#table.createTHead().insertRow();
    row.append(...TITLES.map((title) => element("th", "", title)));
    this.element.append(this.#title, this.#sums, this.#note, bar, this.#table);
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  close(): void {
    this.element.hidden = true;
    this.#file = "";
  }

  /** Ask for the source of a function. @param line one to be scrolled to */
  open(number: number, name: FunctionName, line: number | undefined): void {
    this.element.hidden = false;
    this.#sought = line;
    if (name.filename !== this.#file || this.#told?.lines === undefined) {
      this.#file = name.filename;
      this.#told = undefined;
      this.#unfolded.clear();
      void this.#ask(number, name.filename);
    }
    this.changed();
    if (line === undefined) this.element.scrollIntoView({ block: "nearest" });
  }

  async #ask(number: number, file: string): Promise<void> {
    let told: Told;
    try {
      const response = await fetch(`source?function=${number}`);
      told = response.ok ? ((await response.json()) as Told) : { file, why: await response.text() };
      // Numbers are those of the run that is shown; whatever else it is, it is another file.
      if (told.file !== file) told = { file, why: "austin-web has another file by this number: load the page again." };
    } catch {
      told = { file, why: "austin-web does not answer." };
    }
    if (file !== this.#file) return;
    this.#told = told;
    this.changed();
  }

  show(mirror: LiveMirror, tally: Tally, metric: Metric): void {
    if (!this.isOpen) return;
    const told = this.#told;
    const hot = fileHeat(mirror, tally, this.#file);
    const own = [...hot.values()].reduce((sum, one) => sum + one.own, 0);
    put(this.#title, `Source: ${this.#file}`);
    const whole = formatAmount(tally.whole, metric.unit);
    const share = `${formatShare(own, tally.whole)}, ${formatAmount(own, metric.unit)}`;
    put(this.#sums, `${metric.label}, line by line, as shares of ${whole}; of the file's own ${share}.`);
    const newer = told?.isNewer === true ? "The file is newer than the program: lines may have moved." : "";
    put(this.#note, told === undefined ? "Asking for the source …" : (told.why ?? newer));
    const blocks = blocksOf(shownLines(told?.lines?.length, hot), hot, told?.lines !== undefined);
    const shape = `${this.#file} ${told?.lines !== undefined} ${blocks.map(({ from, to }) => `${from}-${to}`).join()}`;
    if (shape !== this.#blocks) {
      if (!this.#blocks.startsWith(`${this.#file} ${told?.lines !== undefined} `)) this.#rows.clear();
      this.#blocks = shape;
      this.#table.tHead?.after(...this.#bodies(blocks));
    }
    const most = [...hot.values()].reduce((largest, one) => Math.max(largest, one.own), 0);
    for (const [line, row] of this.#rows) paint(row, hot.get(line), most, tally.whole, metric);
    this.#seek();
  }

  /** The parts of the table, in the place of those that there are. */
  #bodies(blocks: readonly Block[]): HTMLElement[] {
    for (const body of [...this.#table.tBodies]) body.remove();
    return blocks.map((block) => {
      const body = document.createElement("tbody");
      if (block.isOpen || this.#unfolded.has(block.from)) body.append(...block.all.map((line) => this.#row(line)));
      else body.append(this.#fold(block, body));
      return body;
    });
  }

  #fold(block: Block, body: HTMLElement): HTMLElement {
    const row = document.createElement("tr");
    row.className = "fold";
    const cell = row.insertCell();
    cell.colSpan = TITLES.length;
    const unfold = (): void => {
      this.#unfolded.add(block.from);
      body.replaceChildren(...block.all.map((line) => this.#row(line)));
      this.changed();
    };
    const made = button(`lines ${block.from} to ${block.to}`, "Show these lines", unfold);
    made.className = "function";
    cell.append(made);
    return row;
  }

  #row(line: number): HTMLTableRowElement {
    let row = this.#rows.get(line);
    if (row === undefined) {
      row = document.createElement("tr");
      for (const className of ["figure", "figure faint", "figure faint"]) row.insertCell().className = className;
      (row.cells[2] as HTMLTableCellElement).textContent = String(line);
      const code = element("code", "", this.#told?.lines?.[line - 1] ?? "");
      row.insertCell().append(code);
      this.#rows.set(line, row);
    }
    return row;
  }

  #seek(): void {
    if (this.#sought === undefined || this.#told === undefined) return;
    const row = this.#rows.get(this.#sought);
    this.#sought = undefined;
    if (row === undefined) this.element.scrollIntoView({ block: "nearest" });
    else {
      row.scrollIntoView({ block: "center" });
      row.classList.add("sought");
    }
  }
}

function paint(
  row: HTMLTableRowElement,
  heat: HotLine | undefined,
  most: number,
  whole: number,
  { unit }: Metric,
): void {
  const figures = [heat?.own ?? 0, heat?.total ?? 0];
  for (const [i, value] of figures.entries()) {
    const cell = row.cells[i] as HTMLTableCellElement;
    put(cell, value === 0 ? "" : formatShare(value, whole));
    cell.title = value === 0 ? "" : formatAmount(value, unit);
  }
  row.style.background = (heat === undefined ? undefined : heatColour(heat.own, most)) ?? "";
}
