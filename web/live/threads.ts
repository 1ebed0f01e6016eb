// The threads, by process and name, those with most first. In: a mirror and a tally of all of them. Out: a list to choose one, those of a process or all from.
import { threadLabel } from "../../src/analysis/thread_label.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import type { LiveThread } from "../../src/live/thread.js";
import { formatShare } from "../../src/views/quantities.js";
import { element } from "../flame/elements.js";
import { keyOf, processKey } from "./shown.js";

const MOST = 100;

export class Threads {
  readonly element = element("nav", "threads");
  readonly #list = element("ul", "");
  readonly #more = element("p", "note");
  /** By key; "" is for all. */
  readonly #items = new Map<string, HTMLButtonElement>();
  #order = "";

  /** @param choose told the key of a thread or of a process; undefined: all */
  constructor(readonly choose: (thread: string | undefined) => void) {
    this.element.append(element("h2", "", "Threads"), this.#list, this.#more);
  }

  /** @param totals by stack, of all threads @param chosen the key of a thread or of its process */
  show({ threads }: LiveMirror, totals: Float64Array, whole: number, chosen: string | undefined): void {
    const totalOf = ({ root }: LiveThread): number => totals[root] as number;
    const ranked = [...threads].sort((a, b) => totalOf(b) - totalOf(a));
    const shown = ranked.slice(0, MOST);
    const processes = [...new Set(ranked.map(({ pid }) => pid))];
    const several = processes.length > 1;
    const items = [this.#item("", `All threads (${threads.length})`, "", chosen === undefined)];
    const keys: string[] = [];
    const add = (key: string, label: string, figures: string): void => {
      keys.push(key);
      items.push(this.#item(key, label, figures, key === chosen));
    };
    for (const pid of several ? processes : [undefined]) {
      const mine = pid === undefined ? shown : shown.filter((one) => one.pid === pid);
      if (mine.length === 0) continue;
      if (pid !== undefined) {
        const sum = threads.reduce((all, one) => (one.pid === pid ? all + totalOf(one) : all), 0);
        add(processKey(pid), `process ${pid}`, formatShare(sum, whole));
      }
      for (const thread of mine) {
        const label = `${thread.name ?? ""} ${several ? `${thread.pid}:` : ""}${threadLabel(thread)}`.trim();
        add(keyOf(thread), label, `${stateOf(thread)}${formatShare(totalOf(thread), whole)}`);
      }
    }
    const order = keys.join();
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
