// Samples, processor time and memory, second by second, and a brush to choose a window with. In: a mirror, which window is shown. Out: a picture; the
// seconds that one has chosen, by pointer or by keyboard.
import type { LiveMirror } from "../../src/live/mirror.js";
import type { WireSecond } from "../../src/live/wire.js";
import { formatBytes, thousands } from "../../src/views/quantities.js";
import { element } from "../flame/elements.js";

const HEIGHT = 64;
/** Fewer seconds than these have room for them. */
const LEAST_SECONDS = 30;
const MOST_SECONDS = 600;
/** Pixels: what moves less is a click. */
const LEAST_DRAG = 4;

interface Range {
  readonly from: number;
  readonly to: number;
}

export class Timeline {
  readonly element = element("section", "timeline");
  readonly #canvas = element("canvas", "");
  readonly #legend = element("p", "legend");
  #range: Range = { from: 0, to: LEAST_SECONDS };
  #window: Range | undefined;
  #drag: number | undefined;

  /** @param choose told the seconds, undefined for none */
  constructor(readonly choose: (range: Range | undefined) => void) {
    this.#canvas.tabIndex = 0;
    this.#canvas.setAttribute("role", "img");
    this.#canvas.title = "Drag to choose a window; arrows move it, Shift makes it longer or shorter, Escape shows all.";
    this.element.append(this.#canvas, this.#legend);
    this.#canvas.addEventListener("pointerdown", (event) => {
      this.#drag = event.offsetX;
      this.#canvas.setPointerCapture(event.pointerId);
    });
    this.#canvas.addEventListener("pointermove", (event) => {
      if (this.#drag === undefined || Math.abs(event.offsetX - this.#drag) < LEAST_DRAG) return;
      const [from, to] = [this.#secondAt(this.#drag), this.#secondAt(event.offsetX)].sort((a, b) => a - b);
      this.choose({ from: Math.floor(from as number), to: Math.ceil(to as number) });
    });
    this.#canvas.addEventListener("pointerup", (event) => {
      if (this.#drag !== undefined && Math.abs(event.offsetX - this.#drag) < LEAST_DRAG) this.choose(undefined);
      this.#drag = undefined;
    });
    this.#canvas.addEventListener("pointercancel", () => {
      this.#drag = undefined;
    });
    this.#canvas.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /** @param window what is shown, in seconds; undefined: all */
  show(mirror: LiveMirror, now: number, window: Range | undefined): void {
    const last = Math.max(1, Math.ceil(now / 1e6));
    const first = Math.max(0, last - MOST_SECONDS, Math.min(...mirror.seconds.keys(), last));
    this.#range = { from: first, to: Math.max(last, first + LEAST_SECONDS) };
    this.#window = window;
    const seconds = [...mirror.seconds.values()].filter(([second]) => second >= first && second < last);
    this.#draw(seconds, mirror.keptFrom / 1e6);
  }

  #draw(seconds: readonly WireSecond[], keptFrom: number): void {
    const { clientWidth: width } = this.#canvas;
    const ratio = window.devicePixelRatio;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(HEIGHT * ratio);
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    context.scale(ratio, ratio);
    const style = getComputedStyle(this.#canvas);
    const colour = (name: string): string => style.getPropertyValue(name);
    const { from, to } = this.#range;
    const x = (second: number): number => ((second - from) * width) / (to - from);
    const most = (column: number): number =>
      seconds.reduce((largest, one) => Math.max(largest, (one[column] as number | null) ?? 0), 0);
    const [samples, memory] = [most(1), most(8)];
    const cpu = Math.max(100, most(7));
    context.fillStyle = colour("--bar");
    const step = Math.max(1, x(from + 1) - 0.5);
    for (const [second, count] of seconds) {
      const height = samples === 0 ? 0 : (count / samples) * (HEIGHT - 2);
      context.fillRect(x(second), HEIGHT - height, step, height);
    }
    const line = (column: 7 | 8, largest: number, stroke: string): void => {
      if (largest === 0) return;
      context.strokeStyle = stroke;
      context.lineWidth = 1.5;
      context.beginPath();
      for (const one of seconds) {
        const value = one[column];
        if (value !== null) context.lineTo(x(one[0] + 0.5), HEIGHT - 1 - (value / largest) * (HEIGHT - 4));
      }
      context.stroke();
    };
    line(7, cpu, colour("--cpu"));
    line(8, memory, colour("--memory"));
    // What is not kept second by second can't be chosen.
    context.fillStyle = colour("--shade");
    if (keptFrom > from) context.fillRect(0, 0, x(keptFrom), HEIGHT);
    if (this.#window !== undefined) {
      const [left, right] = [x(Math.max(from, this.#window.from)), x(this.#window.to)];
      context.fillStyle = colour("--brush");
      context.fillRect(left, 0, right - left, HEIGHT);
    }
    const last = (column: 7 | 8): number | null => seconds.findLast((one) => one[column] !== null)?.[column] ?? null;
    const [used, held] = [last(7), last(8)];
    const parts: [string, string][] = [["--bar", `samples/s, ${thousands(samples)} at most`]];
    if (used !== null) parts.push(["--cpu", `CPU ${used.toFixed(0)}%`]);
    if (held !== null) parts.push(["--memory", `memory ${formatBytes(held)}`]);
    const text = parts.map(([, words]) => words).join(", ");
    if (this.#legend.textContent === text) return;
    this.#canvas.setAttribute("aria-label", `The last ${seconds.length} seconds: ${text}`);
    this.#legend.replaceChildren(
      ...parts.flatMap(([name, words], i) => {
        const swatch = element("span", "swatch");
        swatch.style.backgroundColor = colour(name);
        return [swatch, i < parts.length - 1 ? `${words}, ` : words];
      }),
    );
  }

  #secondAt(x: number): number {
    const { from, to } = this.#range;
    return from + ((to - from) * Math.max(0, Math.min(x, this.#canvas.clientWidth))) / this.#canvas.clientWidth;
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
