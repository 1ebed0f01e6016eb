// Files of what was sampled. In: which formats there are, which window is shown. Out: links.
import type { LiveMirror } from "../../src/live/mirror.js";
import { clock } from "../../src/views/quantities.js";
import { element } from "../flame/elements.js";
import type { Span } from "./shown.js";

/** A part of the profile, as people and as the server have it. */
interface Part {
  readonly text: string;
  readonly query: string;
}

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

  /** @param span what is shown */
  show({ command, status: { keepsAll } }: LiveMirror, span: Span): void {
    const part = partOf(span);
    const said = `${keepsAll} ${part?.query} ${this.#names.length}`;
    if (said === this.#shown) return;
    this.#shown = said;
    this.#note.textContent = keepsAll
      ? "All samples, as they came."
      : "There were more samples than are kept: all is one sample a stack, with its sums. A window is the samples themselves.";
    const link = (name: string, text: string, query: string): HTMLElement => {
      const made = element("a", "", text);
      made.href = `${name}${query}`;
      made.download = name;
      return made;
    };
    this.#speedscope.replaceChildren(...(this.#names.includes(SPEEDSCOPE) ? speedscopeLinks(command, part) : []));
    this.#list.replaceChildren(
      ...this.#names.map((name) => {
        const item = element("li", "");
        item.append(link(name, name, ""));
        if (part !== undefined) item.append(" ", link(name, part.text, part.query));
        return item;
      }),
    );
  }
}

/** The window that is shown; undefined where all is, or what no one else knows of: since a reset. */
function partOf(span: Span): Part | undefined {
  if (span.kind === "last") return { text: `last ${span.seconds} s`, query: `?last=${span.seconds}s` };
  if (span.kind !== "brush") return undefined;
  const { from, to } = span;
  return { text: `window from ${clock(from)} to ${clock(to)}`, query: `?from=${from}s&to=${to}s` };
}

/** speedscope comes with austin and lies beside the page: what it shows goes nowhere else. */
function speedscopeLinks(title: string, part: Part | undefined): Node[] {
  const link = (text: string, query: string): HTMLElement => {
    const made = element("a", "", text);
    const profile = encodeURIComponent(`../${SPEEDSCOPE}${query}`);
    made.href = `speedscope/index.html#profileURL=${profile}&title=${encodeURIComponent(title)}`;
    made.target = "_blank";
    made.rel = "noopener";
    return made;
  };
  const shown = part === undefined ? [] : [" ", link(`the ${part.text}`, part.query)];
  return [
    link("Open in speedscope", ""),
    ...shown,
    element("small", "", " It comes with austin; nothing goes elsewhere."),
  ].map((one) => (typeof one === "string" ? document.createTextNode(one) : one));
}
