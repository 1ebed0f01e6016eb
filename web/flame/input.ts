// How a flame graph is used: keys, the pointer, the search field, what a screen reader is told. In: elements. Out: what is meant by
// their events, told to whoever draws.

const HELP =
  "Arrows go to callers, callees and neighbours; Enter zooms in, Escape out; / finds, n and N go through what is found; c shows callers.";

/** On the element, in pixels of the page. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface SearchMeanings {
  typed(): void;
  /** To the next of what is found, or to the one before. */
  next(step: 1 | -1): void;
  /** Back to what is searched. */
  left(): void;
}

/** Elements for those who can't see the canvas. @param active what is told of the selected function, within `of` */
export function asTree(of: HTMLElement, active: HTMLElement): void {
  of.tabIndex = 0;
  of.setAttribute("role", "tree");
  of.setAttribute("aria-label", `Flame graph. ${HELP}`);
  of.title = HELP;
  active.setAttribute("role", "treeitem");
  active.id = `flame-active-${document.querySelectorAll('[id^="flame-active"]').length}`;
  of.setAttribute("aria-activedescendant", active.id);
}

/** Scroll no further than needed to show `height` pixels from `edge` on. */
export function scrollTo(of: HTMLElement, edge: number, height: number): void {
  const { scrollTop, clientHeight } = of;
  if (edge < scrollTop) of.scrollTop = edge;
  else if (edge + height > scrollTop + clientHeight) of.scrollTop = edge + height - clientHeight;
}

/** @param actionOf what a key does; with others, and with those of the browser, nothing of ours happens */
export function onKeys(of: HTMLElement, actionOf: (key: string) => (() => void) | undefined): void {
  of.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const act = actionOf(event.key);
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
}

/** @param moved told where the pointer is; undefined: elsewhere */
export function onPointer(of: HTMLElement, moved: (to: Point | undefined) => void, clicked: () => void): void {
  const at = (event: MouseEvent): Point => {
    const { left, top } = of.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };
  of.addEventListener("pointermove", (event) => moved(at(event)));
  of.addEventListener("pointerleave", () => moved(undefined));
  of.addEventListener("click", (event) => {
    moved(at(event));
    clicked();
  });
}

export function onSearch(field: HTMLInputElement, { typed, next, left }: SearchMeanings): void {
  field.addEventListener("input", typed);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") next(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") left();
  });
}
