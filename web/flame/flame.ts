// A flame graph in a page. In: an element, and a tree of functions with their values. Out: the drawn graph with its controls: series,
// search, zoom, callers, by mouse and by keyboard; what it shows is in the page's address. Two profiles that are compared are drawn as
// one graph, coloured by what has changed.
import { type ComparedData, type ComparisonFacts, comparisonOf } from "../../src/views/diff_data.js";
import type { FlameData } from "../../src/views/flame_data.js";
import { addressOf, readAddress } from "./address.js";
import { type Box, placeOf } from "./boxes.js";
import { boxAtPoint, draw, edgeOf, type Picture, ROW_HEIGHT } from "./canvas.js";
import { colourOf, FOUND_COLOUR } from "./colours.js";
import { differenceColour, type Measure } from "./difference.js";
import { button, choice, element } from "./elements.js";
import { Legend } from "./legend.js";
import { follow, indexOf, keyOf, pathTo } from "./paths.js";
import { Findings } from "./search.js";
import { callersOf, hasLanes, withoutLanes } from "./transform.js";
import { FlameTree } from "./tree.js";
import { changeOf, describeBox, describeFound, describeNode, nameOf, type Shown } from "./words.js";

const HELP =
  "Arrows go to callers, callees and neighbours; Enter zooms in, Escape out; / finds, n and N go through what is found; c shows callers.";
/** Pixels: what is narrower can't be seen to be selected. */
const LEAST_SELECTED = 3;

export interface FlameWishes {
  /** Whether what is shown is in the page's address; absent: it is. */
  readonly hasAddress?: boolean;
  /** Told which function one has gone to. */
  readonly onSelect?: (name: FlameData["names"][number]) => void;
}

/** A graph that is there, and may get other figures. */
export interface ShownFlame {
  /** What is zoomed into, selected and searched for stays, as far as it is there. */
  update(data: FlameData | ComparedData): void;
  search(word: string): void;
}

export function showFlame(
  container: HTMLElement,
  data: FlameData | ComparedData,
  wishes: FlameWishes = {},
): ShownFlame {
  return new Flame(container, data, wishes);
}

class Flame {
  #whole: FlameTree;
  readonly #wishes: FlameWishes;
  /** Whether there are threads to be put together. */
  #hasLanes: boolean;
  /** The series that is shown at first. */
  readonly #first: number;
  readonly #place = element("div", "chart");
  readonly #canvas = element("canvas", "");
  readonly #room = element("div", "room");
  readonly #active = element("div", "unseen");
  readonly #details = element("p", "details");
  readonly #search = element("input", "search");
  readonly #count = element("span", "count");
  readonly #lanes: HTMLSelectElement;
  readonly #legend = new Legend();
  readonly #reset: HTMLButtonElement;
  readonly #callersButton: HTMLButtonElement;
  #tree: FlameTree;
  #found: Findings;
  #series: number;
  #measure: Measure = "shares";
  #isRootAtTop = true;
  #isMerged = false;
  #callers: number | undefined;
  #zoom = 0;
  #selected = 0;
  #hovered: Box | undefined;
  /** Where the pointer is on the canvas. */
  #pointer: { readonly x: number; readonly y: number } | undefined;
  /** Rows of what is zoomed into. */
  #rows = 0;
  #isDrawing = false;

  constructor(container: HTMLElement, data: FlameData | ComparedData, wishes: FlameWishes) {
    this.#wishes = wishes;
    this.#whole = new FlameTree(data);
    this.#hasLanes = this.#comparison === undefined && hasLanes(this.#whole);
    this.#first = this.#comparison === undefined ? 0 : 1;
    const {
      series = this.#first,
      isMerged = false,
      isRootAtTop = true,
      ...shown
    } = readAddress(this.#hasAddress ? location.hash : "");
    this.#series = series < data.series.length ? series : this.#first;
    this.#isMerged = isMerged && this.#hasLanes;
    this.#isRootAtTop = isRootAtTop;
    if (shown.callers !== undefined && shown.callers < data.names.length) this.#callers = shown.callers;
    this.#search.value = shown.search ?? "";
    this.#tree = this.#whole;
    this.#found = new Findings(this.#whole, "");
    this.#reset = button("Whole profile", "Escape", () => this.#backToAll());
    this.#lanes = choice("Threads", ["By thread", "Threads merged"], this.#isMerged ? 1 : 0, (index) => {
      this.#isMerged = index === 1;
      this.#change();
    });
    this.#callersButton = button("Callers", "What calls the selected function (c)", () => this.#toggleCallers());
    this.#place.append(this.#canvas, this.#room, this.#active);
    container.replaceChildren(this.#controls(), this.#legend.element, this.#details, this.#place);
    this.#listen();
    this.#change(shown.zoom ?? 0);
    new ResizeObserver(() => this.#redraw()).observe(this.#place);
  }

  update(data: FlameData | ComparedData): void {
    const [zoom, selected] = [pathTo(this.#tree, this.#zoom), pathTo(this.#tree, this.#selected)];
    const name = this.#callers === undefined ? undefined : this.#whole.data.names[this.#callers];
    const fromEnd = this.#place.scrollHeight - this.#place.scrollTop;
    this.#whole = new FlameTree(data);
    this.#hasLanes = this.#comparison === undefined && hasLanes(this.#whole);
    this.#callers = name && indexOf(data, keyOf(name));
    this.#makeTree();
    this.#zoom = follow(this.#tree, zoom);
    this.#selected = follow(this.#tree, selected);
    this.#find();
    this.#layOut();
    if (!this.#isRootAtTop) this.#place.scrollTop = this.#place.scrollHeight - fromEnd;
    this.#hover(this.#boxUnder());
  }

  search(word: string): void {
    this.#search.value = word;
    this.#find();
    this.#layOut();
  }

  get #comparison(): ComparisonFacts | undefined {
    return comparisonOf(this.#whole.data);
  }

  get #hasAddress(): boolean {
    return this.#wishes.hasAddress !== false;
  }

  #makeTree(): void {
    const tree = this.#isMerged && this.#hasLanes ? new FlameTree(withoutLanes(this.#whole)) : this.#whole;
    this.#tree = this.#callers === undefined ? tree : new FlameTree(callersOf(tree, this.#callers));
    this.#callersButton.textContent = this.#callers === undefined ? "Callers" : "Stacks";
    this.#lanes.hidden = !this.#hasLanes;
    this.#legend.show(this.#whole.data, this.#comparison);
  }

  /** Another tree, series or place is to be shown. */
  #change(zoom = 0): void {
    this.#makeTree();
    const tree = this.#tree;
    this.#zoom = zoom < tree.size ? zoom : 0;
    this.#selected = this.#zoom;
    this.#hovered = undefined;
    this.#find();
    this.#layOutFromRoot();
  }

  #layOutFromRoot(): void {
    this.#layOut();
    if (!this.#isRootAtTop) this.#place.scrollTop = this.#place.scrollHeight;
  }

  #layOut(): void {
    const { depth, end, totals } = this.#tree;
    let deepest = depth[this.#zoom] as number;
    for (let node = this.#zoom; node < (end[this.#zoom] as number); node++) {
      if (totals[this.#series]?.[node] !== 0) deepest = Math.max(deepest, depth[node] as number);
    }
    this.#rows = deepest + 1;
    const height = this.#rows * ROW_HEIGHT;
    this.#place.style.height = `${height}px`;
    // The canvas stays where it is, and takes its own height of the room that there is to scroll.
    this.#room.style.height = `${height}px`;
    this.#tell();
    this.#redraw();
    if (!this.#hasAddress) return;
    const address = addressOf(
      {
        series: this.#series,
        zoom: this.#zoom,
        search: this.#search.value,
        isRootAtTop: this.#isRootAtTop,
        isMerged: this.#isMerged,
        callers: this.#callers,
      },
      this.#first,
    );
    if (address !== location.hash) history.replaceState(null, "", address === "" ? "#" : address);
  }

  #find(): void {
    this.#found = new Findings(this.#tree, this.#search.value);
  }

  #redraw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      const picture = this.#picture();
      this.#canvas.style.width = `${picture.width}px`;
      this.#canvas.style.height = `${picture.height}px`;
      this.#room.style.marginTop = `${-picture.height}px`;
      draw(this.#canvas, picture);
    });
  }

  #picture(): Picture {
    const shown = this.#shown;
    return {
      tree: this.#tree,
      series: this.#series,
      zoom: this.#zoom,
      width: this.#place.clientWidth,
      top: this.#place.scrollTop,
      height: this.#place.clientHeight,
      rows: this.#rows,
      isRootAtTop: this.#isRootAtTop,
      selected: this.#selected,
      outline: "#111",
      foundColour: FOUND_COLOUR,
      colour: (node) => this.#colour(shown, node),
      label: (node) => nameOf(this.#tree, node)[0],
      isFound: (first, last) => this.#found.isAny(first, last),
    };
  }

  // ---- controls

  #controls(): HTMLElement {
    const bar = element("div", "controls");
    const { series } = this.#whole.data;
    const isCompared = this.#comparison !== undefined;
    if (series.length > 1) {
      const labels = series.map(({ label }) => (isCompared ? `Widths: ${label}` : label));
      bar.append(choice("What is summed up", labels, this.#series, (index) => this.#set(() => (this.#series = index))));
    }
    if (isCompared) {
      const set = (index: number) => this.#set(() => (this.#measure = index === 0 ? "shares" : "values"));
      bar.append(choice("What is compared", ["Normalised: shares of the whole", "Absolute"], 0, set));
    }
    const ends = ["Root at the top", "Root at the bottom"];
    bar.append(
      choice("Where the root is", ends, this.#isRootAtTop ? 0 : 1, (index) =>
        this.#set(() => (this.#isRootAtTop = index === 0)),
      ),
    );
    bar.append(this.#lanes);
    this.#search.type = "search";
    this.#search.placeholder = "Find functions or files";
    this.#search.setAttribute("aria-label", "Find functions or files");
    bar.append(
      this.#search,
      button("↑", "The one before (N)", () => this.#next(-1)),
      button("↓", "The next one (n)", () => this.#next(1)),
      this.#count,
      this.#callersButton,
      this.#reset,
    );
    return bar;
  }

  /** Something else of the same tree. */
  #set(change: () => void): void {
    change();
    this.#layOutFromRoot();
  }

  #listen(): void {
    this.#place.tabIndex = 0;
    this.#place.setAttribute("role", "tree");
    this.#place.setAttribute("aria-label", `Flame graph. ${HELP}`);
    this.#place.title = HELP;
    this.#active.setAttribute("role", "treeitem");
    this.#active.id = `flame-active-${document.querySelectorAll('[id^="flame-active"]').length}`;
    this.#place.setAttribute("aria-activedescendant", this.#active.id);
    this.#place.addEventListener("scroll", () => this.#redraw(), { passive: true });
    this.#place.addEventListener("keydown", (event) => this.#onKey(event));
    this.#canvas.addEventListener("pointermove", (event) => {
      this.#point(event);
      this.#hover(this.#boxUnder());
    });
    this.#canvas.addEventListener("pointerleave", () => {
      this.#pointer = undefined;
      this.#hover(undefined);
    });
    this.#canvas.addEventListener("click", (event) => {
      this.#point(event);
      const box = this.#boxUnder();
      if (box !== undefined) this.#zoomTo(box.count === 1 ? box.first : (this.#tree.parent[box.first] as number));
    });
    this.#search.addEventListener("input", () => {
      this.#find();
      this.#layOut();
    });
    this.#search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.#next(event.shiftKey ? -1 : 1);
      else if (event.key === "Escape") this.#place.focus();
    });
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const away = this.#isRootAtTop ? "ArrowDown" : "ArrowUp";
    const tree = this.#tree;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => this.#walk(away === "ArrowDown"),
      ArrowUp: () => this.#walk(away === "ArrowUp"),
      ArrowRight: () => this.#select(tree.sibling(this.#selected, 1)),
      ArrowLeft: () => this.#select(tree.sibling(this.#selected, -1)),
      Home: () => this.#select(0),
      Enter: () => this.#zoomTo(this.#selected),
      " ": () => this.#zoomTo(this.#selected),
      Escape: () => this.#backToAll(),
      Backspace: () => this.#zoomTo(Math.max(0, tree.parent[this.#zoom] as number)),
      "/": () => this.#search.focus(),
      n: () => this.#next(1),
      N: () => this.#next(-1),
      c: () => this.#toggleCallers(),
    };
    const act = keys[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  #point(event: MouseEvent): void {
    const { left, top } = this.#canvas.getBoundingClientRect();
    this.#pointer = { x: event.clientX - left, y: event.clientY - top };
  }

  #boxUnder(): Box | undefined {
    return this.#pointer && boxAtPoint(this.#picture(), this.#pointer.x, this.#pointer.y);
  }

  // ---- going about

  #walk(isAway: boolean): void {
    const { parent } = this.#tree;
    if (isAway) this.#select(this.#tree.child(this.#selected, this.#series));
    else if ((parent[this.#selected] as number) >= 0) this.#select(parent[this.#selected] as number);
  }

  #zoomTo(node: number): void {
    this.#zoom = node;
    this.#go(node);
    this.#layOut();
    this.#reveal();
  }

  #backToAll(): void {
    if (this.#callers !== undefined && this.#zoom === 0) this.#toggleCallers();
    else this.#zoomTo(0);
  }

  #toggleCallers(): void {
    const isFunction = nameOf(this.#tree, this.#selected)[2] !== "";
    if (this.#callers === undefined && !isFunction) {
      this.#show("Select a function first: its callers are shown then.");
      return;
    }
    this.#callers = this.#callers === undefined ? this.#tree.data.name[this.#selected] : undefined;
    this.#change();
  }

  #next(step: 1 | -1): void {
    this.#select(this.#found.next(this.#selected, step));
  }

  #select(node: number | undefined): void {
    if (node === undefined) return;
    this.#go(node);
    const tree = this.#tree;
    const isShown = tree.isWithin(node, this.#zoom) || tree.isWithin(this.#zoom, node);
    const isNarrow = () => placeOf(this.#picture(), node).width < LEAST_SELECTED;
    if (!isShown || isNarrow()) {
      this.#zoom = Math.max(0, tree.parent[node] as number);
      if (isNarrow()) this.#zoom = node;
      this.#layOut();
    } else {
      this.#tell();
      this.#redraw();
    }
    this.#reveal();
  }

  #go(node: number): void {
    this.#selected = node;
    this.#wishes.onSelect?.(nameOf(this.#tree, node));
  }

  /** Scroll to the row of the selected node. */
  #reveal(): void {
    const edge = edgeOf(this.#tree.depth[this.#selected] as number, this.#rows, this.#isRootAtTop);
    const { scrollTop, clientHeight } = this.#place;
    if (edge < scrollTop) this.#place.scrollTop = edge;
    else if (edge + ROW_HEIGHT > scrollTop + clientHeight) this.#place.scrollTop = edge + ROW_HEIGHT - clientHeight;
  }

  #hover(box: Box | undefined): void {
    this.#hovered = box;
    this.#tell();
  }

  // ---- words

  /** What lies under the pointer, or is selected, and what is found. */
  #tell(): void {
    const shown = this.#shown;
    const selected = describeNode(shown, this.#selected);
    this.#show(this.#hovered === undefined ? selected : describeBox(shown, this.#hovered));
    this.#count.textContent = this.#search.value === "" ? "" : describeFound(shown, this.#found.found);
    if (this.#active.textContent !== selected) this.#active.textContent = selected;
    this.#active.setAttribute("aria-level", String((this.#tree.depth[this.#selected] as number) + 1));
  }

  #show(text: string): void {
    this.#details.textContent = text;
  }

  get #shown(): Shown {
    return {
      tree: this.#tree,
      series: this.#series,
      zoom: this.#zoom,
      measure: this.#measure,
      comparison: this.#comparison,
    };
  }

  #colour(shown: Shown, node: number): string {
    const { tree, comparison } = shown;
    if (comparison === undefined) return colourOf(nameOf(tree, node));
    return differenceColour(changeOf(shown, comparison, node).shade);
  }
}
