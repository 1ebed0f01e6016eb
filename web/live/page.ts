// The page of a live profile, put together. In: mirrors of the profile as they change, and what one clicks and types. Out: the page; it is drawn anew as
// often as there is something new and the machine is fast enough.

import { functionLabel } from "../../src/analysis/function_line.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import { Tally } from "../../src/live/tally.js";
import type { FlameData } from "../../src/views/flame_data.js";
import { button, choice, element } from "../flame/elements.js";
import { type ShownFlame, showFlame } from "../flame/flame.js";
import { Downloads } from "./downloads.js";
import { flameOf } from "./flame_of.js";
import { Functions } from "./functions.js";
import { Header } from "./header.js";
import { Relatives } from "./relatives.js";
import { Shown, type Span } from "./shown.js";
import type { Told } from "./source.js";
import { Threads } from "./threads.js";
import { Timeline } from "./timeline.js";

const SPANS: readonly (readonly [string, Span])[] = [
  ["All", { kind: "all" }],
  ["Since reset", { kind: "reset" }],
  ["Last 10 s", { kind: "last", seconds: 10 }],
  ["Last 60 s", { kind: "last", seconds: 60 }],
];
const HELP = "p pauses, r resets, w goes through spans of time, f filters functions, t shows all threads.";
/** Of all time, drawing takes at most one in so many parts. */
const SHARE = 4;

export class LivePage implements Told {
  readonly #header = new Header();
  readonly #timeline = new Timeline((range) => this.#choose(range && { kind: "brush", ...range }));
  readonly #threads = new Threads((thread) => this.#change((shown) => (shown.thread = thread)));
  readonly #functions = new Functions(
    () => this.#draw(),
    (number) => this.#select(number),
  );
  readonly #relatives = new Relatives(
    (number) => this.#select(number),
    (text) => this.#flame?.search(text),
  );
  readonly #downloads = new Downloads();
  readonly #graph = element("section", "graph");
  readonly #bar = element("div", "controls");
  readonly #spans: HTMLSelectElement;
  readonly #pause: HTMLButtonElement;
  #metrics: HTMLSelectElement | undefined;
  #flame: ShownFlame | undefined;
  #shown: Shown | undefined;
  readonly #everyThread = new Tally();
  #function = -1;
  #lost: string | undefined;
  #said: string | undefined;
  #isDue = false;
  #cost = 0;

  constructor(body: HTMLElement) {
    const labels = [...SPANS.map(([label]) => label), "Chosen above"];
    this.#spans = choice("Window", labels, 0, (index) => this.#choose(SPANS[index]?.[1]));
    this.#pause = button("Pause", "Keep the picture; samples are taken all the same (p)", () => this.#togglePause());
    this.#bar.append(
      this.#spans,
      this.#pause,
      button("Reset", "Begin a window here (r)", () => this.#change((shown) => shown.reset())),
      this.#downloads.element,
    );
    this.#bar.title = HELP;
    const place = element("div", "");
    this.#graph.append(element("h2", "", "Flame graph"), place);
    const main = element("main", "");
    const tables = element("div", "tables");
    tables.append(this.#functions.element, this.#relatives.element);
    main.append(this.#graph, tables);
    const columns = element("div", "columns");
    columns.append(this.#threads.element, main);
    body.replaceChildren(this.#header.element, this.#timeline.element, this.#bar, columns);
    document.addEventListener("keydown", (event) => this.#onKey(event));
    document.addEventListener("visibilitychange", () => this.#soon());
    new ResizeObserver(() => this.#soon()).observe(this.#timeline.element);
  }

  begun(mirror: LiveMirror): void {
    this.#lost = undefined;
    if (this.#shown === undefined) this.#shown = new Shown(mirror);
    else this.#said = this.#shown.begin(mirror);
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

  #chosen: readonly [label: string, file: string] | undefined;

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
      r: () => this.#change((shown) => shown.reset()),
      w: next,
      f: () => this.#functions.filter.focus(),
      t: () => this.#change((shown) => (shown.thread = undefined)),
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
    this.#header.show(mirror, shown.isPaused, this.#lost, this.#said);
    this.#pause.textContent = shown.isPaused ? "Resume" : "Pause";
    this.#pause.setAttribute("aria-pressed", String(shown.isPaused));
    const { span } = shown;
    const index = SPANS.findIndex(([, one]) => JSON.stringify(one) === JSON.stringify(span));
    this.#spans.selectedIndex = index < 0 ? SPANS.length : index;
    const tally = shown.sumUp();
    const all = thread === undefined ? tally : shown.sumUpAll(this.#everyThread);
    this.#threads.show(mirror, all.total, all.whole, shown.shownThread === undefined ? undefined : thread);
    this.#timeline.show(mirror, shown.now, secondsOf(span, shown.now));
    this.#downloads.show(mirror, span.kind === "last" ? span.seconds : undefined);
    this.#functions.show(mirror, tally, metric, this.#function);
    this.#relatives.show(mirror, tally, metric, this.#function);
    const data = flameOf(mirror, tally, metric);
    if (this.#flame === undefined) {
      const wishes = { hasAddress: false, onSelect: (name: FlameData["names"][number]) => this.#selectName(name) };
      this.#flame = showFlame(this.#graph.lastElementChild as HTMLElement, data, wishes);
    } else this.#flame.update(data);
    this.#cost = performance.now() - begin;
  }
}

function secondsOf(span: Span, now: number): { from: number; to: number } | undefined {
  if (span.kind === "brush") return span;
  return span.kind === "last" ? { from: now / 1e6 - span.seconds, to: now / 1e6 } : undefined;
}
