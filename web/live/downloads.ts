// Files of what was sampled. In: which formats there are, which seconds are shown. Out: links.
import type { LiveMirror } from "../../src/live/mirror.js";
import { element } from "../flame/elements.js";

export class Downloads {
  readonly element = element("details", "menu");
  readonly #list = element("ul", "");
  readonly #note = element("p", "note");
  #names: readonly string[] = [];
  #shown = "";

  constructor() {
    this.element.append(element("summary", "", "Download"), this.#note, this.#list);
    void fetch("formats")
      .then((response) => response.json())
      .then((names: string[]) => {
        this.#names = names;
        this.#shown = "";
      });
  }

  /** @param seconds the last ones, which are shown; undefined: others are */
  show({ status: { keepsAll } }: LiveMirror, seconds: number | undefined): void {
    const said = `${keepsAll} ${seconds} ${this.#names.length}`;
    if (said === this.#shown) return;
    this.#shown = said;
    this.#note.textContent = keepsAll
      ? "All samples, as they came."
      : "There were more samples than are kept: all is one sample a stack, with its sums. The last seconds are the samples themselves.";
    const link = (name: string, text: string, query: string): HTMLElement => {
      const made = element("a", "", text);
      made.href = `${name}${query}`;
      made.download = name;
      return made;
    };
    this.#list.replaceChildren(
      ...this.#names.map((name) => {
        const item = element("li", "");
        item.append(link(name, name, ""));
        if (seconds !== undefined) item.append(" ", link(name, `last ${seconds} s`, `?last=${seconds}s`));
        return item;
      }),
    );
  }
}
