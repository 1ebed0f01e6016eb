// One function between its callers and its callees, and its hottest lines. In: a mirror, a tally of it, the function's number. Out: three lists; each name
// leads on to that function, each line to the source. What one is about to click stays the same element while its figures change.
import { type FunctionName, functionLabel } from "../../src/analysis/function_line.js";
import type { Metric } from "../../src/analysis/metric.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import { type Relative, relatives } from "../../src/live/rows.js";
import type { Tally } from "../../src/live/tally.js";
import { formatAmount, formatShare } from "../../src/views/quantities.js";
import { button, element, put } from "../flame/elements.js";

const MOST = 15;

export class Relatives {
  readonly element = element("section", "relatives");
  readonly #label = element("span", "");
  readonly #file = element("small", "");
  readonly #sums = element("p", "note");
  readonly #lists = ["Called by", "Calls", "Own, by line"].map((title) => {
    const part = element("div", "part");
    const list = element("ul", "");
    part.append(element("h3", "", title), list);
    return { part, list };
  });
  /** Of the function that is shown, by list and what they stand for. */
  readonly #items = new Map<string, HTMLElement>();
  #number = -1;
  #mirror: LiveMirror | undefined;

  /**
   * @param choose told the number of a function, -1 for none
   * @param mark told what to mark in the graph
   * @param source told that the function's source is to be shown, and which line of it
   */
  constructor(
    readonly choose: (number: number) => void,
    readonly mark: (text: string) => void,
    readonly source: (line?: number) => void,
  ) {
    this.element.hidden = true;
    const title = element("h2", "");
    title.append(this.#label, " ", this.#file);
    const head = element("div", "controls");
    head.append(
      button("Mark in the graph", "Search for it in the flame graph", () => this.mark(this.#label.textContent ?? "")),
      button("Source", "Its file, line by line (s)", () => this.source()),
      button("Close", "Show no function", () => this.choose(-1)),
    );
    this.element.append(title, this.#sums, head, ...this.#lists.map(({ part }) => part));
  }

  show(mirror: LiveMirror, tally: Tally, { unit }: Metric, number: number): void {
    const name = mirror.places.functions[number];
    this.element.hidden = name === undefined;
    if (name === undefined) return;
    if (this.#mirror !== mirror || this.#number !== number) this.#items.clear();
    this.#mirror = mirror;
    this.#number = number;
    const { callers, callees, lines } = relatives(mirror, tally, number);
    const total = tally.functionTotal[number] ?? 0;
    const own = tally.functionOwn[number] ?? 0;
    const figure = (value: number): string => `${formatAmount(value, unit)}, ${formatShare(value, total)}`;
    put(this.#label, functionLabel(name));
    put(this.#file, name.filename);
    put(this.#sums, `total ${formatAmount(total, unit)}, of its own ${formatAmount(own, unit)}`);
    const functions = (list: string, of: readonly Relative[]): HTMLElement[] =>
      of
        .slice(0, MOST)
        .map(({ number: other, value }) =>
          this.#item(`${list} ${other}`, () => this.#link(mirror.places.functions[other], other), figure(value)),
        );
    this.#fill(0, functions("called by", callers));
    this.#fill(1, functions("calls", callees));
    const hottest = lines
      .slice(0, MOST)
      .map(({ line, own: value }) => this.#item(`line ${line}`, () => this.#line(line), figure(value)));
    this.#fill(2, hottest);
  }

  #item(key: string, make: () => HTMLElement, figure: string): HTMLElement {
    let item = this.#items.get(key);
    if (item === undefined) {
      item = element("li", "");
      item.append(make(), element("span", "figure"));
      this.#items.set(key, item);
    }
    put(item.lastElementChild as HTMLElement, figure);
    return item;
  }

  #fill(index: number, items: readonly HTMLElement[]): void {
    const list = this.#lists[index]?.list as HTMLElement;
    const wanted =
      items.length === 0 ? [this.#item(`nothing ${index}`, () => element("span", "faint", "nothing"), "")] : items;
    if (wanted.length !== list.children.length || wanted.some((item, i) => list.children[i] !== item))
      list.replaceChildren(...wanted);
  }

  #line(line: number): HTMLElement {
    if (line === 0) return element("span", "name", "no line");
    const made = button(`line ${line}`, "Show it in the source", () => this.source(line));
    made.className = "function";
    return made;
  }

  #link(name: FunctionName | undefined, number: number): HTMLElement {
    if (name === undefined) return element("span", "name", "(nothing: it is a thread's first)");
    const made = button(functionLabel(name), name.filename, () => this.choose(number));
    made.className = "function";
    return made;
  }
}
