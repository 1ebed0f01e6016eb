// The page of a live profile, put together. In: mirrors of the profile as they change, and what one clicks and types. Out: the page; it is drawn anew as
// often as there is something new and the machine is fast enough.

import { functionLabel } from "../../src/analysis/function_line.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import { Tally } from "../../src/live/tally.js";
import type { FlameData } from "../../src/views/flame_data.js";
import { button, choice, element, put } from "../flame/elements.js";
import { type ShownFlame, showFlame } from "../flame/flame.js";
import { addressOf, readAddress } from "./address.js";
import { Comparison } from "./comparison.js";
import { Downloads } from "./downloads.js";
import { flameOf } from "./flame_of.js";
import { Functions } from "./functions.js";
import { Header } from "./header.js";
import { Help } from "./help.js";
import { LaneView } from "./lanes.js";
import { Relatives } from "./relatives.js";
import { Shown, type Span } from "./shown.js";
import type { Told } from "./source.js";
import { SourceHeat } from "./source_heat.js";
import { Threads } from "./threads.js";
import { Timeline } from "./timeline.js";

const SPANS: readonly (readonly [string, Span])[] = [
  ["All", { kind: "all" }],
  ["Since reset", { kind: "reset" }],
  ["Last 10 s", { kind: "last", seconds: 10 }],
  ["Last 60 s", { kind: "last", seconds: 60 }],
];
const KEYS: readonly (readonly [key: string, text: string])[] = [
  ["p", "pause or resume the picture; samples are taken all the same"],
  ["r", "reset: a window begins here"],
  ["w", "show the next window"],
  ["a", "set mark A: what is shown"],
  ["b", "set mark B: what is shown; A and B are compared"],
  ["d", "compare A with B, or with what came behind A; or stop that"],
  ["s", "show the source of the chosen function, or close it"],
  ["f", "filter functions"],
  ["t", "show all threads"],
  ["?", "these keys"],
];
const PART_KEYS: readonly (readonly [key: string, text: string])[] = [
  ["← →", "timeline: move the window; with Shift make it longer or shorter"],
  ["↑ ↓", "threads over time: choose another thread"],
  ["← → ↑ ↓", "flame graph: go to neighbours, callers and callees"],
  ["Enter Esc", "flame graph: zoom in, zoom out"],
  ["/ n N", "flame graph: find, go through what is found"],
  ["c", "flame graph: what calls the selected function"],
];
/** How long a word stands, in milliseconds. */
const SAID_MILLISECONDS = 5000;
/** The address is told no more often. */
const LINK_MILLISECONDS = 400;
/** Of all time, drawing takes at most one in so many parts. */
const SHARE = 4;

export class LivePage implements Told {
  readonly #header = new Header();
  readonly #timeline = new Timeline((range) => this.#choose(range && { kind: "brush", ...range }));
  readonly #lanes = new LaneView(this.#timeline, (thread) => this.#chooseThread(thread));
  readonly #threads = new Threads((thread) => this.#chooseThread(thread));
  readonly #functions = new Functions(
    () => this.#draw(),
    (number) => this.#select(number),
  );
  readonly #relatives = new Relatives(
    (number) => this.#select(number),
    (text) => this.#flame?.search(text),
    (line) => this.#openSource(line),
  );
  readonly #source = new SourceHeat(() => this.#draw());
  readonly #comparison = new Comparison({
    changed: () => this.#draw(),
    choose: (number) => this.#select(number),
    onSelect: (name) => this.#selectName(name),
  });
  readonly #help = new Help([
    ["Keys", KEYS],
    ["In parts of the page", PART_KEYS],
  ]);
  readonly #downloads = new Downloads();
  readonly #graph = element("section", "graph");
  readonly #bar = element("div", "controls");
  readonly #message = element("span", "message");
  readonly #spans: HTMLSelectElement;
  readonly #compare: HTMLButtonElement;
  readonly #pause: HTMLButtonElement;
  #metrics: HTMLSelectElement | undefined;
  #flame: ShownFlame | undefined;
  #shown: Shown | undefined;
  readonly #everyThread = new Tally();
  /** The number that the chosen function has. */
  #function = -1;
  #chosen: readonly [label: string, file: string] | undefined;
  #lost: string | undefined;
  #said: string | undefined;
  #isComparing = false;
  #address = "";
  #saying: ReturnType<typeof setTimeout> | undefined;
  #linking: ReturnType<typeof setTimeout> | undefined;
  #isDue = false;
  #cost = 0;

  constructor(body: HTMLElement) {
    const labels = [...SPANS.map(([label]) => label), "Chosen above"];
    this.#spans = choice("Window", labels, 0, (index) => this.#choose(SPANS[index]?.[1]));
    this.#pause = button("Pause", "Keep the picture; samples are taken all the same (p)", () => this.#togglePause());
    this.#compare = button("Compare", "A with B, or with what came behind A (d)", () => this.#toggleComparison());
    this.#bar.append(
      this.#spans,
      this.#pause,
      button("Reset", "Begin a window here (r)", () => this.#reset()),
      button("Mark A", "What is shown is mark A (a)", () => this.#mark("a")),
      button("Mark B", "What is shown is mark B, and compared with A (b)", () => this.#mark("b")),
      this.#compare,
      button("Keys", "What keys do (?)", () => this.#help.toggle()),
      this.#downloads.element,
      this.#message,
    );
    this.#message.setAttribute("role", "status");
    const place = element("div", "");
    this.#graph.append(element("h2", "", "Flame graph"), place);
    const main = element("main", "");
    const tables = element("div", "tables");
    tables.append(this.#functions.element, this.#relatives.element);
    main.append(this.#graph, this.#comparison.element, tables, this.#source.element);
    const columns = element("div", "columns");
    columns.append(this.#threads.element, main);
    const parts = [this.#header, this.#timeline, this.#lanes].map((part) => part.element);
    body.replaceChildren(...parts, this.#bar, columns, this.#help.element);
    document.addEventListener("keydown", (event) => this.#onKey(event));
    document.addEventListener("visibilitychange", () => this.#soon());
    window.addEventListener("hashchange", () => this.#follow());
    new ResizeObserver(() => this.#soon()).observe(this.#timeline.element);
  }

  begun(mirror: LiveMirror): void {
    this.#lost = undefined;
    if (this.#shown === undefined) {
      this.#shown = new Shown(mirror);
      this.#follow();
    } else this.#said = this.#shown.begin(mirror);
    this.#function = this.#named(mirror);
    this.#showMetrics(mirror);
    this.#soon();
  }

  changed(): void {
    this.#soon();
  }

  lost(isOver: boolean): void {
    this.#lost = isOver ? "austin-web has ended" : "connection lost, trying again";
    this.#soon();
  }

  /** The number that the chosen function has there. */
  #named({ places }: LiveMirror): number {
    const name = this.#chosen;
    return places.functions.findIndex((one) => functionLabel(one) === name?.[0] && one.filename === name[1]);
  }

  #select(number: number): void {
    const name = this.#shown?.mirror.places.functions[number];
    this.#chosen = name && [functionLabel(name), name.filename];
    this.#function = name === undefined ? -1 : number;
    this.#draw();
  }

  #selectName([label, file, origin]: FlameData["names"][number]): void {
    const { mirror } = this.#shown ?? {};
    if (origin === "" || mirror === undefined) return;
    this.#chosen = [label, file];
    this.#function = this.#named(mirror);
    this.#soon();
  }

  /** Show what the address says. */
  #follow(): void {
    const shown = this.#shown;
    if (shown === undefined || location.hash === this.#address) return;
    const linked = readAddress(location.hash);
    this.#address = location.hash;
    shown.span = linked.span;
    shown.thread = linked.thread;
    shown.metric = linked.metric;
    this.#chosen = linked.function;
    this.#function = this.#named(shown.mirror);
    this.#soon();
  }

  #say(message: string): void {
    put(this.#message, message);
    clearTimeout(this.#saying);
    this.#saying = setTimeout(() => put(this.#message, ""), SAID_MILLISECONDS);
  }

  #chooseThread(thread: string | undefined): void {
    this.#change((shown) => (shown.thread = thread));
  }

  #reset(): void {
    this.#change((shown) => shown.reset());
  }

  #mark(which: "a" | "b"): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    if (which === "b" && shown.marks.a === undefined) {
      this.#say("No mark A is set.");
      return;
    }
    shown.mark(which);
    this.#isComparing ||= which === "b";
    this.#say(`Mark ${which.toUpperCase()} is set.`);
    this.#draw();
  }

  #toggleComparison(): void {
    this.#isComparing = !this.#isComparing;
    this.#draw();
  }

  #openSource(line?: number): void {
    const name = this.#shown?.mirror.places.functions[this.#function];
    if (name === undefined) this.#say("Choose a function first: its source is shown then.");
    else this.#source.open(this.#function, name, line);
  }

  #toggleSource(): void {
    if (this.#source.isOpen) this.#source.close();
    else this.#openSource();
  }

  #showMetrics({ metrics }: LiveMirror): void {
    this.#metrics?.remove();
    this.#metrics = undefined;
    if (metrics.length < 2) return;
    const labels = metrics.map(({ label }) => label);
    const chosen = (this.#shown?.metric ?? 0) % metrics.length;
    this.#metrics = choice("Metric", labels, chosen, (index) => this.#change((shown) => (shown.metric = index)));
    this.#bar.prepend(this.#metrics);
  }

  #choose(span: Span = { kind: "all" }): void {
    this.#change((shown) => (shown.span = span));
  }

  #togglePause(): void {
    this.#change((shown) => shown.pause());
  }

  #change(change: (shown: Shown) => void): void {
    if (this.#shown === undefined) return;
    change(this.#shown);
    this.#draw();
  }

  #onKey(event: KeyboardEvent): void {
    const { target } = event;
    const isTyping = target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
    if (isTyping || event.ctrlKey || event.altKey || event.metaKey) return;
    const next = (): void => this.#choose(SPANS[(this.#spans.selectedIndex + 1) % SPANS.length]?.[1]);
    const keys: Readonly<Record<string, () => void>> = {
      p: () => this.#togglePause(),
      r: () => this.#reset(),
      w: next,
      a: () => this.#mark("a"),
      b: () => this.#mark("b"),
      d: () => this.#toggleComparison(),
      s: () => this.#toggleSource(),
      f: () => this.#functions.filter.focus(),
      t: () => this.#chooseThread(undefined),
      "?": () => this.#help.toggle(),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  // ---- drawing

  /** What is new is drawn when there is time for it. */
  #soon(): void {
    if (this.#isDue || document.hidden) return;
    this.#isDue = true;
    setTimeout(() => {
      this.#isDue = false;
      requestAnimationFrame(() => this.#draw());
    }, this.#cost * SHARE);
  }

  #draw(): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const begin = performance.now();
    const { mirror, currentMetric: metric, thread } = shown;
    // A link may lead to a function that turns up later.
    if (this.#function < 0 && this.#chosen !== undefined) this.#function = this.#named(mirror);
    this.#header.show(mirror, shown.isPaused, this.#lost, this.#said);
    this.#pause.textContent = shown.isPaused ? "Resume" : "Pause";
    this.#pause.setAttribute("aria-pressed", String(shown.isPaused));
    const { span } = shown;
    const index = SPANS.findIndex(([, one]) => JSON.stringify(one) === JSON.stringify(span));
    this.#spans.selectedIndex = index < 0 ? SPANS.length : index;
    this.#compare.setAttribute("aria-pressed", String(this.#isComparing));
    const tally = shown.sumUp();
    const all = thread === undefined ? tally : shown.sumUpAll(this.#everyThread);
    const chosen = shown.hasThread ? thread : undefined;
    const window = secondsOf(span, shown.now);
    this.#threads.show(mirror, all.total, all.whole, chosen);
    this.#timeline.show(mirror, shown.now, window, shown.marks);
    this.#lanes.show(mirror, chosen, window);
    this.#downloads.show(mirror, span);
    for (const part of [this.#graph, this.#functions.element]) part.hidden = this.#isComparing;
    this.#comparison.element.hidden = !this.#isComparing;
    if (this.#isComparing) this.#comparison.show(shown, this.#function);
    else {
      this.#functions.show(mirror, tally, metric, this.#function);
      this.#drawFlame(flameOf(mirror, tally, metric));
    }
    this.#relatives.show(mirror, tally, metric, this.#function);
    this.#source.show(mirror, tally, metric);
    this.#link(shown);
    this.#cost = performance.now() - begin;
  }

  #drawFlame(data: FlameData): void {
    if (this.#flame === undefined) {
      const wishes = { hasAddress: false, onSelect: (name: FlameData["names"][number]) => this.#selectName(name) };
      this.#flame = showFlame(this.#graph.lastElementChild as HTMLElement, data, wishes);
    } else this.#flame.update(data);
  }

  /** What is shown is in the page's address. Browsers refuse to be told of each step of a drag. */
  #link({ span, thread, metric }: Shown): void {
    const address = addressOf({ span, thread, metric, function: this.#chosen });
    if (address === this.#address) return;
    this.#address = address;
    this.#linking ??= setTimeout(() => {
      this.#linking = undefined;
      history.replaceState(null, "", this.#address === "" ? "#" : this.#address);
    }, LINK_MILLISECONDS);
  }
}

function secondsOf(span: Span, now: number): { from: number; to: number } | undefined {
  if (span.kind === "brush") return span;
  return span.kind === "last" ? { from: now / 1e6 - span.seconds, to: now / 1e6 } : undefined;
}
