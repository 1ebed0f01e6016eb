// Samples, the garbage collector, processor time and memory, second by second, and a brush to choose a window with. In: a mirror, which window is shown, what
// is marked. Out: a picture; the seconds that one has chosen, by pointer or by keyboard.
import type { LiveMirror } from "../../src/live/mirror.js";
import type { WireSecond } from "../../src/live/wire.js";
import { formatBytes, formatShare, thousands } from "../../src/views/quantities.js";
import { element } from "../flame/elements.js";
import { brush, colourOf, contextOf, type Range } from "./brush.js";
import type { Marks } from "./marks.js";

const HEIGHT = 64;
/** Fewer seconds than these have room for them. */
const LEAST_SECONDS = 30;
const MOST_SECONDS = 600;

export class Timeline {
  readonly element = element("section", "timeline");
  readonly #canvas = element("canvas", "");
  readonly #legend = element("p", "legend");
  #range: Range = { from: 0, to: LEAST_SECONDS };
  #window: Range | undefined;
  #words = "";

  /** @param choose told the seconds, undefined for none */
  constructor(readonly choose: (range: Range | undefined) => void) {
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute("role", "img");
    this.#canvas.title = "Drag to choose a window; arrows move it, Shift makes it longer or shorter, Escape shows all.";
    this.element.append(this.#canvas, this.#legend);
    brush(this.#canvas, {
      secondAt: (x) => this.secondAt(x),
      choose,
      click: () => choose(undefined),
    });
    this.#canvas.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** The seconds that there is room for. */
  get range(): Range {
    return this.#range;
  }

  secondAt(x: number): number {
    const { from, to } = this.#range;
    return from + ((to - from) * Math.max(0, Math.min(x, this.#canvas.clientWidth))) / this.#canvas.clientWidth;
  }

  /** @param window what is shown, in seconds; undefined: all */
  show(mirror: LiveMirror, now: number, window: Range | undefined, marks: Pick<Marks, "a" | "b">): void {
    const last = Math.max(1, Math.ceil(now / 1e6));
    const first = Math.max(0, last - MOST_SECONDS, Math.min(...mirror.seconds.keys(), last));
    this.#range = { from: first, to: Math.max(last, first + LEAST_SECONDS) };
    this.#window = window;
    const seconds = [...mirror.seconds.values()].filter(([second]) => second >= first && second < last);
    this.#draw(seconds, mirror.keptFrom / 1e6, marks);
    this.#tell(seconds);
  }

  #draw(seconds: readonly WireSecond[], keptFrom: number, { a, b }: Pick<Marks, "a" | "b">): void {
    const canvas = this.#canvas;
    const context = contextOf(canvas, HEIGHT);
    if (context === undefined) return;
    const { clientWidth: width } = canvas;
    const { from, to } = this.#range;
    const x = (second: number): number => ((second - from) * width) / (to - from);
    const [samples, memory] = [most(seconds, 1), most(seconds, 8)];
    const step = Math.max(1, x(from + 1) - 0.5);
    const bars = (colour: string, column: 1 | 5): void => {
      context.fillStyle = colourOf(canvas, colour);
      for (const one of seconds) {
        const height = samples === 0 ? 0 : (one[column] / samples) * (HEIGHT - 2);
        context.fillRect(x(one[0]), HEIGHT - height, step, height);
      }
    };
    bars("--bar", 1);
    // The collector's samples are a part of them.
    bars("--gc", 5);
    const line = (column: 7 | 8, largest: number, stroke: string): void => {
      if (largest === 0) return;
      context.strokeStyle = colourOf(canvas, stroke);
      context.lineWidth = 1.5;
      context.beginPath();
      for (const one of seconds) {
        const value = one[column];
        if (value !== null) context.lineTo(x(one[0] + 0.5), HEIGHT - 1 - (value / largest) * (HEIGHT - 4));
      }
      context.stroke();
    };
    line(7, Math.max(100, most(seconds, 7)), "--cpu");
    line(8, memory, "--memory");
    // What is not kept second by second can't be chosen.
    context.fillStyle = colourOf(canvas, "--shade");
    if (keptFrom > from) context.fillRect(0, 0, x(keptFrom), HEIGHT);
    if (this.#window !== undefined) {
      const [left, right] = [x(Math.max(from, this.#window.from)), x(this.#window.to)];
      context.fillStyle = colourOf(canvas, "--brush");
      context.fillRect(left, 0, right - left, HEIGHT);
    }
    context.strokeStyle = colourOf(canvas, "--ink");
    context.fillStyle = colourOf(canvas, "--ink");
    context.lineWidth = 1;
    for (const [name, mark] of [["A", a] as const, ["B", b] as const]) {
      if (mark === undefined) continue;
      const [left, right] = [x(Math.max(from, mark.from)), x(Math.max(from, mark.to))];
      context.strokeRect(left + 0.5, 0.5, Math.max(1, right - left - 1), HEIGHT - 1);
      context.fillText(name, left + 3, 11);
    }
  }

  #tell(seconds: readonly WireSecond[]): void {
    const last = (column: 7 | 8): number | null => seconds.findLast((one) => one[column] !== null)?.[column] ?? null;
    const sum = (column: 1 | 5): number => seconds.reduce((all, one) => all + one[column], 0);
    const [used, held, collecting] = [last(7), last(8), sum(5)];
    const parts: [string, string][] = [["--bar", `samples/s, ${thousands(most(seconds, 1))} at most`]];
    if (collecting > 0) parts.push(["--gc", `while the collector ran, ${formatShare(collecting, sum(1))}`]);
    if (used !== null) parts.push(["--cpu", `CPU ${used.toFixed(0)}%`]);
    if (held !== null) parts.push(["--memory", `memory ${formatBytes(held)}`]);
    const text = parts.map(([, words]) => words).join(", ");
    if (this.#words === text) return;
    this.#words = text;
    this.#canvas.setAttribute("aria-label", `The last ${seconds.length} seconds: ${text}`);
    this.#legend.replaceChildren(
      ...parts.flatMap(([name, words], i) => {
        const swatch = element("span", "swatch");
        swatch.style.backgroundColor = `var(${name})`;
        return [swatch, i < parts.length - 1 ? `${words}, ` : words];
      }),
    );
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") this.choose(undefined);
    const step = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const { from, to } = this.#window ?? { from: this.#range.to - 10, to: this.#range.to };
    const start = Math.max(0, event.shiftKey ? from : from + step);
    this.choose({ from: start, to: Math.max(start + 1, to + step) });
  }
}

function most(seconds: readonly WireSecond[], column: 1 | 7 | 8): number {
  return seconds.reduce((largest, one) => Math.max(largest, one[column] ?? 0), 0);
}
