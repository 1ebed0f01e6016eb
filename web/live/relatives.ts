// One function between its callers and its callees, and its hottest lines. In: a mirror, a tally of it, the function's number. Out: three lists; each name
// leads on to that function.
import { type FunctionName, functionLabel } from "../../src/analysis/function_line.js";
import type { Metric } from "../../src/analysis/metric.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import { type Relative, relatives } from "../../src/live/rows.js";
import type { Tally } from "../../src/live/tally.js";
import { formatAmount, formatShare } from "../../src/views/quantities.js";
import { button, element } from "../flame/elements.js";

const MOST = 15;

export class Relatives {
  readonly element = element("section", "relatives");
  #shown = "";

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
  }

  show(mirror: LiveMirror, tally: Tally, { unit }: Metric, number: number): void {
    const name = mirror.places.functions[number];
    this.element.hidden = name === undefined;
    if (name === undefined) return;
    const { callers, callees, lines } = relatives(mirror, tally, number);
    const total = tally.functionTotal[number] ?? 0;
    const own = tally.functionOwn[number] ?? 0;
    const said = JSON.stringify([number, total, own, callers, callees, unit]);
    // What one is about to click stays where it is as long as nothing has changed.
    if (said === this.#shown) return;
    this.#shown = said;
    const figure = (value: number): string => `${formatAmount(value, unit)}, ${formatShare(value, total)}`;
    const head = element("div", "controls");
    head.append(
      button("Mark in the graph", "Search for it in the flame graph", () => this.mark(functionLabel(name))),
      button("Source", "Its file, line by line (s)", () => this.source()),
      button("Close", "Show no function", () => this.choose(-1)),
    );
    const list = (title: string, of: readonly Relative[]): HTMLElement => {
      const items = of.slice(0, MOST).map(({ number: other, value }) => {
        const item = element("li", "");
        item.append(this.#link(mirror.places.functions[other], other), element("span", "figure", figure(value)));
        return item;
      });
      return listOf(title, items);
    };
    const hottest = lines.slice(0, MOST).map((row) => {
      const item = element("li", "");
      const line = button(`line ${row.line}`, "Show it in the source", () => this.source(row.line));
      line.className = "function";
      item.append(row.line > 0 ? line : element("span", "name", "no line"), element("span", "figure", figure(row.own)));
      return item;
    });
    const title = element("h2", "", functionLabel(name));
    title.append(element("small", "", ` ${name.filename}`));
    const sums = `total ${formatAmount(total, unit)}, of its own ${formatAmount(own, unit)}`;
    this.element.replaceChildren(
      title,
      element("p", "note", sums),
      head,
      list("Called by", callers),
      list("Calls", callees),
      listOf("Own, by line", hottest),
    );
  }

  #link(name: FunctionName | undefined, number: number): HTMLElement {
    if (name === undefined) return element("span", "name", "(nothing: it is a thread's first)");
    const made = button(functionLabel(name), name.filename, () => this.choose(number));
    made.className = "function";
    return made;
  }
}

function listOf(title: string, items: readonly HTMLElement[]): HTMLElement {
  const part = element("div", "part");
  const list = element("ul", "");
  list.append(...(items.length === 0 ? [element("li", "faint", "nothing")] : items));
  part.append(element("h3", "", title), list);
  return part;
}
