// A flame graph in a page. In: an element, and a tree of functions with their values. Out: the drawn graph with its controls: series,
// search, zoom. Two profiles that are compared are drawn as one graph, coloured by what has changed.
import flamegraph, { type FlameFrame, type FlameGraph } from "d3-flame-graph";
import { select } from "d3-selection";
import type { ComparedData, ComparisonFacts } from "../src/views/diff_data.js";
import type { FlameData } from "../src/views/flame_data.js";
import { formatAmount, formatShare } from "../src/views/quantities.js";
import { differenceColour, judge, type Measure } from "./difference.js";

/** What the library draws: the names it knows are `name`, `value` and `children`. */
interface Drawn {
  readonly name: string;
  /** Index of the node. */
  readonly node: number;
  readonly value: number;
  readonly children: Drawn[];
}

const CELL = 19;
/** In pixels: what is narrower can't be seen. */
const LEAST_WIDTH = 0.7;
const COLOURS: Readonly<Record<string, readonly string[]>> = {
  own: ["#f4a261", "#f6b26b", "#ef9a56", "#f3ab74", "#f0a04b"],
  package: ["#9ccc9c", "#a8d5a2", "#8fc493", "#b2d8ac"],
  library: ["#8fb8de", "#9cc2e5", "#84aed6", "#a6cbe9"],
  other: ["#c9c9c9", "#d2d2d2"],
  "": ["#dcd6cc"],
};
const FOUND = "#e754d6";
const LEGEND: readonly (readonly [origin: string, text: string])[] = [
  ["own", "the program"],
  ["package", "installed packages"],
  ["library", "standard library"],
];

export function showFlame(container: HTMLElement, data: FlameData | ComparedData): void {
  new Flame(container, data).draw();
}

class Flame {
  readonly #data: FlameData | ComparedData;
  readonly #totals: readonly Float64Array[];
  readonly #comparison: ComparisonFacts | undefined;
  readonly #chart = element("div", "chart");
  readonly #details = element("p", "details");
  readonly #search = element("input", "search") as HTMLInputElement;
  #graph: FlameGraph<Drawn> | undefined;
  #series = 0;
  #measure: Measure = "shares";
  #isIcicle = true;
  #found = "";

  constructor(container: HTMLElement, data: FlameData | ComparedData) {
    this.#data = data;
    this.#totals = data.own.map((own) => totalsOf(data, own));
    this.#comparison = "comparison" in data ? data.comparison : undefined;
    if (this.#comparison !== undefined) this.#series = 1;
    container.replaceChildren(this.#controls(), this.#legend(), this.#details, this.#chart);
    // Only the width matters: drawing changes the height.
    let width = 0;
    new ResizeObserver(() => {
      const now = this.#chart.clientWidth;
      if (now !== width && width !== 0) this.draw();
      width = now;
    }).observe(this.#chart);
  }

  draw(): void {
    this.#graph?.destroy();
    this.#chart.replaceChildren();
    const graph = flamegraph<Drawn>()
      .width(this.#chart.clientWidth)
      .cellHeight(CELL)
      .inverted(this.#isIcicle)
      .selfValue(true)
      .minFrameSize(LEAST_WIDTH)
      .transitionDuration(0)
      .sort(false)
      .setLabelHandler(({ data }) => this.#describe(data.node))
      .setDetailsHandler((text) => this.#show(text ?? this.#found))
      .setColorMapper((frame) => this.#colour(frame))
      .setSearchMatch(({ data }, term) => this.#text(data.node).toLowerCase().includes(term.toLowerCase()))
      .setSearchHandler((_, sum, total) => {
        this.#found = `Found: ${this.#format(sum)} of ${this.#format(total)} (${formatShare(sum, total)})`;
        this.#show(this.#found);
      });
    this.#graph = graph;
    select(this.#chart).datum(this.#tree()).call(graph);
    if (this.#search.value !== "") graph.search(this.#search.value);
    else this.#show("");
  }

  #tree(): Drawn {
    const { name, children, names, own } = this.#data;
    const values = own[this.#series] as readonly number[];
    const nodes: Drawn[] = name.map((index, node) => ({
      name: (names[index] as FlameData["names"][number])[0],
      node,
      value: values[node] as number,
      children: [],
    }));
    // Parents come first, their children right behind, so the parent of a node is the last open one.
    const open: { node: Drawn; left: number }[] = [];
    for (const [i, node] of nodes.entries()) {
      while (open.length > 0 && open.at(-1)?.left === 0) open.pop();
      const parent = open.at(-1);
      if (parent !== undefined) {
        parent.left--;
        parent.node.children.push(node);
      }
      open.push({ node, left: children[i] as number });
    }
    return nodes[0] as Drawn;
  }

  #controls(): HTMLElement {
    const bar = element("div", "controls");
    const { series } = this.#data;
    if (series.length > 1) {
      const labels = series.map(({ label }) => (this.#comparison === undefined ? label : `Widths: ${label}`));
      bar.append(choice(labels, this.#series, (index) => this.#change(() => (this.#series = index))));
    }
    if (this.#comparison !== undefined) {
      const set = (index: number) => this.#change(() => (this.#measure = index === 0 ? "shares" : "values"));
      bar.append(choice(["Normalised: shares of the whole", "Absolute"], 0, set));
    }
    bar.append(
      choice(["Root at the top", "Root at the bottom"], 0, (index) =>
        this.#change(() => (this.#isIcicle = index === 0)),
      ),
    );
    this.#search.type = "search";
    this.#search.placeholder = "Find functions or files";
    this.#search.addEventListener("input", () => this.#onSearch());
    const reset = element("button", "reset", "Whole profile") as HTMLButtonElement;
    reset.addEventListener("click", () => this.#graph?.resetZoom());
    bar.append(this.#search, reset);
    return bar;
  }

  #change(set: () => void): void {
    set();
    this.draw();
  }

  #onSearch(): void {
    this.#found = "";
    if (this.#search.value === "") this.#graph?.clear();
    else this.#graph?.search(this.#search.value);
  }

  #legend(): HTMLElement {
    const legend = element("p", "legend");
    const entry = (colour: string, text: string): void => {
      const swatch = element("span", "swatch");
      swatch.style.backgroundColor = colour;
      legend.append(swatch, `${text} `);
    };
    if (this.#comparison === undefined) {
      for (const [origin, text] of LEGEND) entry((COLOURS[origin] as string[])[0] as string, text);
    } else {
      entry(differenceColour(0.6), "more in the second");
      entry(differenceColour(-0.6), "less in the second");
      entry(differenceColour(0), "no difference beyond the sampling error");
    }
    const { cut } = this.#data;
    if (cut > 0) legend.append(`The ${cut} smallest stacks are not drawn; their callers have what they had.`);
    return legend;
  }

  #show(text: string): void {
    this.#details.textContent = text === "" ? this.#describe(0) : text;
  }

  /** Label and file. */
  #text(node: number): string {
    const [label, file] = this.#data.names[this.#data.name[node] as number] as FlameData["names"][number];
    return file === "" ? label : `${label} (${file})`;
  }

  #describe(node: number): string {
    const text = this.#text(node);
    if (this.#comparison !== undefined)
      return `${text}: ${judge(this.#values(node), this.#comparison, this.#unit, this.#measure).text}`;
    const totals = this.#totals[this.#series] as Float64Array;
    const own = (this.#data.own[this.#series] as readonly number[])[node] as number;
    const total = totals[node] as number;
    const part = formatShare(total, totals[0] as number);
    return `${text}: ${this.#format(total)} (${part}), of its own ${this.#format(own)}`;
  }

  #values(node: number): readonly [number, number] {
    return [this.#totals[0]?.[node] ?? 0, this.#totals[1]?.[node] ?? 0];
  }

  get #unit() {
    return this.#data.series[this.#series]?.unit ?? "microseconds";
  }

  #format(value: number): string {
    return formatAmount(value, this.#unit);
  }

  #colour({ data, highlight }: FlameFrame<Drawn>): string {
    if (highlight) return FOUND;
    if (this.#comparison !== undefined) {
      return differenceColour(judge(this.#values(data.node), this.#comparison, this.#unit, this.#measure).shade);
    }
    const [label, file, origin] = this.#data.names[this.#data.name[data.node] as number] as FlameData["names"][number];
    const colours = COLOURS[origin] as readonly string[];
    let hash = 0;
    for (const character of file + label) hash = (hash * 31 + (character.codePointAt(0) as number)) % 9973;
    return colours[hash % colours.length] as string;
  }
}

/** What each node has together with all below it. */
function totalsOf({ children }: FlameData, own: readonly number[]): Float64Array {
  const totals = Float64Array.from(own);
  const open: { node: number; left: number }[] = [];
  const close = (): void => {
    const done = open.pop();
    const parent = open.at(-1);
    if (done !== undefined && parent !== undefined) (totals[parent.node] as number) += totals[done.node] as number;
  };
  for (let node = 0; node < own.length; node++) {
    while (open.length > 0 && open.at(-1)?.left === 0) close();
    const parent = open.at(-1);
    if (parent !== undefined) parent.left--;
    open.push({ node, left: children[node] as number });
  }
  while (open.length > 0) close();
  return totals;
}

function element(tag: string, className: string, text = ""): HTMLElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function choice(labels: readonly string[], selected: number, onChoose: (index: number) => void): HTMLSelectElement {
  const made = document.createElement("select");
  for (const [index, label] of labels.entries())
    made.add(new Option(label, String(index), index === selected, index === selected));
  made.addEventListener("change", () => onChoose(Number(made.value)));
  return made;
}
