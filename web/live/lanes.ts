// What each thread did, as a lane below the timeline: running, waiting, or only that it was there, as far as the profile says, and the garbage collector. In:
// a mirror, the timeline's seconds. Out: a picture of as many lanes as there is room for, the others to be scrolled to; the thread that one has chosen.
import { threadLabel } from "../../src/analysis/thread_label.js";
import { type LaneSecond, Lanes, type Telling } from "../../src/live/lanes.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import type { LiveThread } from "../../src/live/thread.js";
import { element } from "../flame/elements.js";
import { brush, colourOf, contextOf, type Range } from "./brush.js";
import { keyOf, processKey } from "./shown.js";
import type { Timeline } from "./timeline.js";

const ROW = 18;
const MOST_SHOWN = 10;
const HELP =
  "Click a lane to choose its thread, drag to choose a window; up and down go to other threads, Escape shows all.";
const LEGENDS: Readonly<Record<Telling, readonly (readonly [colour: string, text: string])[]>> = {
  states: [
    ["--running", "running"],
    ["--waiting", "waiting"],
  ],
  running: [["--running", "running"]],
  nothing: [["--bar", "sampled; -f tells who runs and who waits"]],
};

export class LaneView {
  readonly element = element("details", "lanes");
  readonly #summary = element("summary", "");
  readonly #legend = element("p", "legend");
  readonly #place = element("div", "lane-place");
  readonly #canvas = element("canvas", "");
  readonly #room = element("div", "");
  readonly #details = element("p", "note");
  #lanes: Lanes | undefined;
  #threads: readonly LiveThread[] = [];
  #several = false;
  #chosen: string | undefined;
  #window: Range | undefined;
  #hovered: { readonly x: number; readonly y: number } | undefined;
  #words = "";

  /** @param choose told the key of a thread; undefined: all */
  constructor(
    readonly timeline: Timeline,
    readonly choose: (thread: string | undefined) => void,
  ) {
    this.element.open = true;
    this.#place.tabIndex = 0;
    this.#place.title = HELP;
    this.#place.setAttribute("role", "img");
    this.#place.append(this.#canvas, this.#room);
    this.element.append(this.#summary, this.#place, this.#legend, this.#details);
    this.element.addEventListener("toggle", () => this.#draw());
    this.#place.addEventListener("scroll", () => this.#draw(), { passive: true });
    this.#place.addEventListener("keydown", (event) => this.#onKey(event));
    brush(this.#canvas, {
      secondAt: (x) => timeline.secondAt(x),
      choose: timeline.choose,
      click: ({ offsetY }) => this.#toggle(this.#threadAt(offsetY)),
    });
    this.#canvas.addEventListener("pointermove", ({ offsetX: x, offsetY: y }) => {
      this.#hovered = { x, y };
      this.#tell();
    });
    this.#canvas.addEventListener("pointerleave", () => {
      this.#hovered = undefined;
      this.#tell();
    });
  }

  /** @param chosen the key of a thread or of its process; undefined: all @param window what is shown, in seconds */
  show(mirror: LiveMirror, chosen: string | undefined, window: Range | undefined): void {
    if (this.#lanes?.mirror !== mirror) this.#lanes = new Lanes(mirror);
    const lanes = this.#lanes;
    lanes.follow();
    const { from, to } = this.timeline.range;
    const { threads } = mirror;
    this.#several = new Set(threads.map(({ pid }) => pid)).size > 1;
    this.#threads = threads
      .filter(({ number }) => lanes.isIn(number, from, to))
      .sort((a, b) => a.pid - b.pid || a.number - b.number);
    this.#chosen = chosen;
    this.#window = window;
    const summary = `Threads over time (${this.#threads.length})`;
    if (this.#summary.textContent !== summary) this.#summary.textContent = summary;
    const height = ROW * this.#threads.length;
    this.#place.style.height = `${Math.min(height, ROW * MOST_SHOWN)}px`;
    this.#room.style.height = `${height}px`;
    this.#showLegend(lanes.tells);
    this.#draw();
    this.#tell();
  }

  #showLegend(tells: Telling): void {
    const hasGc = this.#lanes?.mirror.metrics.some(({ name }) => name === "gc") === true;
    const words = `${tells} ${hasGc}`;
    if (words === this.#words) return;
    this.#words = words;
    const entries = [...LEGENDS[tells], ...(hasGc ? [["--gc", "the collector runs"] as const] : [])];
    this.#legend.replaceChildren(
      ...entries.flatMap(([colour, text]) => {
        const swatch = element("span", "swatch");
        swatch.style.backgroundColor = `var(${colour})`;
        return [swatch, text];
      }),
    );
  }

  #draw(): void {
    const lanes = this.#lanes;
    const { clientHeight: height, scrollTop } = this.#place;
    if (lanes === undefined || height === 0) return;
    const canvas = this.#canvas;
    canvas.style.height = `${height}px`;
    this.#room.style.marginTop = `${-height}px`;
    const context = contextOf(canvas, height);
    if (context === undefined) return;
    const { clientWidth: width } = canvas;
    const { from, to } = this.timeline.range;
    const x = (second: number): number => ((second - from) * width) / (to - from);
    const names = ["--bar", "--running", "--waiting", "--gc", "--ink", "--paper", "--brush", "--link"] as const;
    const colours = Object.fromEntries(names.map((name) => [name, colourOf(canvas, name)])) as Readonly<
      Record<(typeof names)[number], string>
    >;
    const box = (second: number, top: number, part: number, colour: string): void => {
      context.fillStyle = colour;
      context.fillRect(x(second), top, Math.max(1, x(second + 1) - x(second)), part);
    };
    context.font = "11px system-ui, sans-serif";
    context.textBaseline = "middle";
    for (let row = Math.floor(scrollTop / ROW); row < this.#threads.length; row++) {
      const top = row * ROW - scrollTop;
      if (top > height) break;
      const thread = this.#threads[row] as LiveThread;
      for (let second = from; second < to; second++) {
        const one = lanes.of(thread.number, second);
        if (one === undefined) continue;
        const full = ROW - 4;
        if (one.running === undefined) box(second, top + 2, full, colours["--bar"]);
        else {
          box(second, top + 2, full, colours["--waiting"]);
          box(second, top + 2 + full * (1 - one.running), full * one.running, colours["--running"]);
        }
        if ((one.collecting ?? 0) > 0) box(second, top + 2, Math.max(2, full * (one.collecting ?? 0)), colours["--gc"]);
      }
      if (this.#isChosen(thread)) {
        context.strokeStyle = colours["--link"];
        context.lineWidth = 2;
        context.strokeRect(1, top + 1, width - 2, ROW - 2);
      }
      const label = this.#labelOf(thread);
      const { width: wide } = context.measureText(label);
      context.globalAlpha = 0.75;
      context.fillStyle = colours["--paper"];
      context.fillRect(2, top + 2, wide + 6, ROW - 4);
      context.globalAlpha = 1;
      context.fillStyle = colours["--ink"];
      context.fillText(label, 5, top + ROW / 2);
    }
    if (this.#window !== undefined) {
      const left = x(Math.max(from, this.#window.from));
      context.fillStyle = colours["--brush"];
      context.fillRect(left, 0, x(this.#window.to) - left, height);
    }
  }

  /** What lies under the pointer, or the chosen thread now. */
  #tell(): void {
    const thread =
      this.#hovered === undefined ? this.#threads.find((one) => this.#isChosen(one)) : this.#threadAt(this.#hovered.y);
    const text = thread === undefined ? "" : this.#wordsOf(thread);
    if (this.#details.textContent !== text) this.#details.textContent = text;
    const all = `${this.#threads.length} threads over time. ${HELP}`;
    this.#place.setAttribute("aria-label", text === "" ? all : `${text}. ${HELP}`);
  }

  #wordsOf(thread: LiveThread): string {
    const label = this.#labelOf(thread);
    if (this.#hovered === undefined) return `${label}: now ${stateOf(thread)}`;
    const second = Math.floor(this.timeline.secondAt(this.#hovered.x));
    return `${label}, second ${second}: ${secondWords(this.#lanes?.of(thread.number, second))}`;
  }

  #labelOf(thread: LiveThread): string {
    const id = threadLabel(thread);
    return `${this.#several ? `${thread.pid} ` : ""}${thread.name ?? id}`;
  }

  #threadAt(y: number): LiveThread | undefined {
    return this.#threads[Math.floor((y + this.#place.scrollTop) / ROW)];
  }

  #isChosen(thread: LiveThread): boolean {
    return this.#chosen === keyOf(thread) || this.#chosen === processKey(thread.pid);
  }

  #toggle(thread: LiveThread | undefined): void {
    if (thread !== undefined) this.choose(this.#chosen === keyOf(thread) ? undefined : keyOf(thread));
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const at = this.#threads.findIndex((one) => keyOf(one) === this.#chosen);
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (event.key === "Escape") this.choose(undefined);
    if (step === 0) return;
    event.preventDefault();
    const row = Math.max(0, Math.min(this.#threads.length - 1, at + step));
    const thread = this.#threads[row];
    if (thread === undefined) return;
    const { scrollTop, clientHeight } = this.#place;
    if (row * ROW < scrollTop) this.#place.scrollTop = row * ROW;
    else if ((row + 1) * ROW > scrollTop + clientHeight) this.#place.scrollTop = (row + 1) * ROW - clientHeight;
    this.choose(keyOf(thread));
  }
}

function stateOf({ isIdle, isCollecting }: LiveThread): string {
  return isCollecting ? "collecting garbage" : isIdle ? "waiting" : "sampled";
}

function secondWords(one: LaneSecond | undefined): string {
  if (one === undefined) return "no sample";
  const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
  const parts = [one.samples === 1 ? "1 sample" : `${one.samples} samples`];
  if (one.running !== undefined) parts.push(`running ${percent(one.running)}, waiting ${percent(1 - one.running)}`);
  if (one.collecting !== undefined && one.collecting > 0) parts.push(`the collector ran ${percent(one.collecting)}`);
  return parts.join(", ");
}
