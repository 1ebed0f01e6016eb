// The threads, by process and name, those with most first. In: a mirror and a tally of all of them. Out: a list to choose one or all from.
import { threadLabel } from "../../src/analysis/thread_label.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import type { LiveThread } from "../../src/live/thread.js";
import { formatShare } from "../../src/views/quantities.js";
import { element } from "../flame/elements.js";
import { keyOf } from "./shown.js";

const MOST = 100;

export class Threads {
  readonly element = element("nav", "threads");
  readonly #list = element("ul", "");
  readonly #more = element("p", "note");
  /** By key; "" is for all. */
  readonly #items = new Map<string, HTMLButtonElement>();
  #order = "";

  /** @param choose told the key; undefined: all */
  constructor(readonly choose: (thread: string | undefined) => void) {
    this.element.append(element("h2", "", "Threads"), this.#list, this.#more);
  }

  /** @param totals by stack, of all threads */
  show({ threads }: LiveMirror, totals: Float64Array, whole: number, chosen: string | undefined): void {
    const several = new Set(threads.map(({ pid }) => pid)).size > 1;
    const ranked = [...threads].sort((a, b) => (totals[b.root] as number) - (totals[a.root] as number));
    const shown = ranked.slice(0, MOST);
    const items = [this.#item("", `All threads (${threads.length})`, "", chosen === undefined)];
    for (const thread of shown) {
      const key = keyOf(thread);
      const label = `${thread.name ?? ""} ${several ? `${thread.pid}:` : ""}${threadLabel(thread)}`.trim();
      const state = stateOf(thread);
      const share = formatShare(totals[thread.root] as number, whole);
      items.push(this.#item(key, label, `${state}${share}`, key === chosen));
    }
    const order = shown.map(keyOf).join();
    if (order !== this.#order) {
      this.#order = order;
      const focused = document.activeElement;
      this.#list.replaceChildren(...items);
      if (focused instanceof HTMLElement && focused !== document.activeElement) focused.focus();
    }
    const others = ranked.length - shown.length;
    this.#more.textContent = others > 0 ? `and ${others} more, with less` : "";
  }

  #item(key: string, label: string, figures: string, isChosen: boolean): HTMLElement {
    let button = this.#items.get(key);
    if (button === undefined) {
      button = element("button", "thread");
      button.type = "button";
      button.append(element("span", "name"), element("span", "figure"));
      button.addEventListener("click", () => this.choose(key === "" ? undefined : key));
      element("li", "").append(button);
      this.#items.set(key, button);
    }
    const [name, figure] = [...button.children] as [HTMLElement, HTMLElement];
    if (name.textContent !== label) name.textContent = label;
    if (figure.textContent !== figures) figure.textContent = figures;
    button.title = label;
    button.setAttribute("aria-pressed", String(isChosen));
    return button.parentElement as HTMLElement;
  }
}

function stateOf({ isIdle, isCollecting }: LiveThread): string {
  return isCollecting ? "GC " : isIdle ? "idle " : "";
}
