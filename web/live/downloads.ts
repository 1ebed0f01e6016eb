// Files of what was sampled. In: which formats there are, which seconds are shown. Out: links.
import type { LiveMirror } from "../../src/live/mirror.js";
import { element } from "../flame/elements.js";

const SPEEDSCOPE = "profile.speedscope.json";

export class Downloads {
  readonly element = element("details", "menu");
  readonly #list = element("ul", "");
  readonly #note = element("p", "note");
  readonly #speedscope = element("p", "");
  #names: readonly string[] = [];
  #shown = "";

  constructor() {
    this.element.append(element("summary", "", "Download"), this.#speedscope, this.#note, this.#list);
    void fetch("formats")
      .then((response) => response.json())
      .then((names: string[]) => {
        this.#names = names;
        this.#shown = "";
      });
  }

  /** @param seconds the last ones, which are shown; undefined: others are */
  show({ command, status: { keepsAll } }: LiveMirror, seconds: number | undefined): void {
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
    this.#speedscope.replaceChildren(...(this.#names.includes(SPEEDSCOPE) ? speedscopeLinks(command, seconds) : []));
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

/** speedscope comes with austin and lies beside the page: what it shows goes nowhere else. */
function speedscopeLinks(title: string, seconds: number | undefined): Node[] {
  const link = (text: string, query: string): HTMLElement => {
    const made = element("a", "", text);
    const profile = encodeURIComponent(`../${SPEEDSCOPE}${query}`);
    made.href = `speedscope/index.html#profileURL=${profile}&title=${encodeURIComponent(title)}`;
    made.target = "_blank";
    made.rel = "noopener";
    return made;
  };
  const last = seconds === undefined ? [] : [" ", link(`the last ${seconds} s`, `?last=${seconds}s`)];
  return [
    link("Open in speedscope", ""),
    ...last,
    element("small", "", " It comes with austin; nothing goes elsewhere."),
  ].map((one) => (typeof one === "string" ? document.createTextNode(one) : one));
}
