// A flame graph in a page. In: an element, and a tree of functions with their values. Out: the drawn graph with its controls: series,
// search, zoom, callers; what it shows is in the page's address. Two profiles that are compared are one graph, coloured by what has changed.
import { type ComparedData, type ComparisonFacts, comparisonOf } from "../../src/views/diff_data.js";
import type { FlameData } from "../../src/views/flame_data.js";
import { addressOf, readAddress } from "./address.js";
import { type Box, placeOf } from "./boxes.js";
import { boxAtPoint, draw, edgeOf, type Picture, ROW_HEIGHT } from "./canvas.js";
import { colourOf, FOUND_COLOUR } from "./colours.js";
import { asSearchField, choices } from "./controls.js";
import { differenceColour, type Measure } from "./difference.js";
import { button, choice, element, putAddress } from "./elements.js";
import { asTree, onKeys, onPointer, onSearch, type Point, scrollTo } from "./input.js";
import { Legend } from "./legend.js";
import { follow, indexOf, keyOf, pathTo } from "./paths.js";
import { Findings } from "./search.js";
import { callersOf, hasLanes, withoutLanes } from "./transform.js";
import { FlameTree } from "./tree.js";
import { changeOf, describeBox, describeFound, describeNode, nameOf, type Shown } from "./words.js";

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
  #pointer: Point | undefined;
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
    const { value: search } = this.#search;
    const shown = { search, isRootAtTop: this.#isRootAtTop, isMerged: this.#isMerged, callers: this.#callers };
    putAddress(addressOf({ series: this.#series, zoom: this.#zoom, ...shown }, this.#first));
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
    const shown = { series: this.#series, isRootAtTop: this.#isRootAtTop };
    const bar = element("div", "controls");
    bar.append(
      ...choices(this.#whole.data, this.#comparison !== undefined, shown, {
        series: (index) => this.#set(() => (this.#series = index)),
        measure: (measure) => this.#set(() => (this.#measure = measure)),
        isRootAtTop: (isRootAtTop) => this.#set(() => (this.#isRootAtTop = isRootAtTop)),
      }),
      this.#lanes,
      asSearchField(this.#search),
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
    asTree(this.#place, this.#active);
    this.#place.addEventListener("scroll", () => this.#redraw(), { passive: true });
    onKeys(this.#place, (key) => this.#actionOf(key));
    onPointer(
      this.#canvas,
      (pointer) => {
        this.#pointer = pointer;
        this.#hover(this.#boxUnder());
      },
      () => {
        const box = this.#boxUnder();
        if (box !== undefined) this.#zoomTo(box.count === 1 ? box.first : (this.#tree.parent[box.first] as number));
      },
    );
    onSearch(this.#search, {
      typed: () => {
        this.#find();
        this.#layOut();
      },
      next: (step) => this.#next(step),
      left: () => this.#place.focus(),
    });
  }

  /** What a key does; undefined: nothing. */
  #actionOf(key: string): (() => void) | undefined {
    const { parent } = this.#tree;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowDown: () => this.#walk(this.#isRootAtTop),
      ArrowUp: () => this.#walk(!this.#isRootAtTop),
      ArrowRight: () => this.#select(this.#tree.sibling(this.#selected, 1)),
      ArrowLeft: () => this.#select(this.#tree.sibling(this.#selected, -1)),
      Home: () => this.#select(0),
      Enter: () => this.#zoomTo(this.#selected),
      " ": () => this.#zoomTo(this.#selected),
      Escape: () => this.#backToAll(),
      Backspace: () => this.#zoomTo(Math.max(0, parent[this.#zoom] as number)),
      "/": () => this.#search.focus(),
      n: () => this.#next(1),
      N: () => this.#next(-1),
      c: () => this.#toggleCallers(),
    };
    return actions[key];
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
      this.#details.textContent = "Select a function first: its callers are shown then.";
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
    scrollTo(this.#place, edge, ROW_HEIGHT);
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
    this.#details.textContent = this.#hovered === undefined ? selected : describeBox(shown, this.#hovered);
    this.#count.textContent = this.#search.value === "" ? "" : describeFound(shown, this.#found.found);
    if (this.#active.textContent !== selected) this.#active.textContent = selected;
    this.#active.setAttribute("aria-level", String((this.#tree.depth[this.#selected] as number) + 1));
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
