// What keys do. In: a key, the state, and what was drawn last. Out: a changed state, or something that is to be done elsewhere. Letters mean the same
// in both cases.
import type { Pressed } from "../terminal/keys.js";
import { chooseAt, nextFound, walkFlame } from "./flame.js";
import { showsBeside } from "./rows.js";
import { type Drawn, VIEW_TOP } from "./screen.js";
import { FOLDS, keyOf, LENGTHS, type Order, PASSING, SPANS, type State, type ViewName } from "./state.js";

/** What only others can do. */
export interface Doings {
  readonly quit: () => void;
  readonly suspend: () => void;
  readonly redraw: () => void;
  /** @param seconds the last ones alone; undefined: all */
  readonly save: (path: string, seconds: number | undefined) => void;
  /** Name that is offered for a file. */
  readonly fileName: (seconds: number | undefined) => string;
  readonly now: () => number;
  readonly width: () => number;
}

const VIEWS: Readonly<Record<string, ViewName>> = {
  l: "live",
  t: "top",
  f: "full",
  g: "graph",
  h: "threads",
  w: "where",
  d: "diff",
  o: "output",
  "?": "help",
  "!": "messages",
};
const MOST_THRESHOLD = 100;
const MOST_TYPED = 4096;

export function press(pressed: Pressed, state: State, drawn: Drawn, doings: Doings): void {
  if (pressed.key === "ctrl-c") doings.quit();
  else if (pressed.key === "ctrl-z") doings.suspend();
  else if (pressed.key === "ctrl-l") doings.redraw();
  else if (state.prompt !== undefined) type(pressed.key, state);
  else if (!(state.view === "graph" && pressGraph(pressed, state, drawn, doings)))
    pressAny(pressed, state, drawn, doings);
}

/** A key goes into the line that is typed. */
function type(key: string, state: State): void {
  const { prompt } = state;
  if (prompt === undefined) return;
  if (key === "enter") {
    state.prompt = undefined;
    prompt.done(prompt.text);
  } else if (key === "escape") {
    state.prompt = undefined;
    prompt.changed?.(prompt.before);
  } else if (key === "backspace") {
    prompt.text = [...prompt.text].slice(0, -1).join("");
    prompt.changed?.(prompt.text);
  } else if ([...key].length === 1 && key >= " " && prompt.text.length < MOST_TYPED) {
    prompt.text += key;
    prompt.changed?.(prompt.text);
  }
}

/** @returns whether the key means something in the flame graph alone */
function pressGraph({ key, at }: Pressed, state: State, drawn: Drawn, doings: Doings): boolean {
  const [width, rows] = [doings.width(), drawn.page];
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case "left":
    case "right":
    case "up":
    case "down":
    case "home":
      walkFlame(state, key, width, rows);
      return true;
    case "pagedown":
    case "wheeldown":
      state.scroll += key === "pagedown" ? rows : 3;
      return true;
    case "pageup":
    case "wheelup":
      state.scroll = Math.max(0, state.scroll - (key === "pageup" ? rows : 3));
      return true;
    case "enter":
      state.zoom = state.chosen;
      state.scroll = 0;
      return true;
    case "escape":
      if (state.zoom < 0) return false;
      state.zoom = state.live.stacks.parent[state.zoom] ?? -1;
      if ((state.live.stacks.parent[state.zoom] ?? -1) < 0) state.zoom = -1;
      state.scroll = 0;
      return true;
    case "i":
      state.isUpright = !state.isUpright;
      return true;
    case "n":
      nextFound(state, width, rows);
      return true;
    case "click":
      if (at === undefined || !chooseAt(state, at.x, at.y - VIEW_TOP - 1, width, rows)) return false;
      return true;
    default:
      return false;
  }
}

function pressAny({ key, at }: Pressed, state: State, drawn: Drawn, doings: Doings): void {
  const letter = key.length === 1 ? key.toLowerCase() : key;
  const { live } = state;
  const now = doings.now();
  const view = VIEWS[letter];
  if (view !== undefined) {
    state.show(view);
    // The last of it is what is new.
    if (view === "output" || view === "messages") state.cursor = Number.MAX_SAFE_INTEGER;
    return;
  }
  switch (letter) {
    case "q":
      doings.quit();
      return;
    case "left":
    case "[":
      goThread(state, -1);
      return;
    case "right":
    case "]":
      goThread(state, 1);
      return;
    case "*":
      state.thread = undefined;
      return;
    case "up":
      move(state, -1);
      return;
    case "down":
      move(state, 1);
      return;
    case "wheelup":
      move(state, -3);
      return;
    case "wheeldown":
      move(state, 3);
      return;
    case "pageup":
      move(state, -drawn.page);
      return;
    case "pagedown":
      move(state, drawn.page);
      return;
    case "home":
      state.cursor = 0;
      return;
    case "end":
      state.cursor = Number.MAX_SAFE_INTEGER;
      return;
    case "click":
      if (at !== undefined && at.y > VIEW_TOP) state.cursor = state.scroll + at.y - VIEW_TOP - 1;
      return;
    case "enter":
      enter(state, drawn);
      return;
    case "escape":
      goBack(state);
      return;
    case "p":
      if (state.isPaused) live.thaw();
      else live.freeze();
      state.say(state.isPaused ? "Paused." : "Resumed.", now);
      return;
    case "r":
      live.reset();
      state.window = "reset";
      state.say("Reset.", now);
      return;
    case "a":
    case "b":
      live.mark(letter);
      state.say(`Mark ${key.toUpperCase()} is set.`, now);
      return;
    case "tab":
    case "backtab":
      state.window = next(SPANS, state.window, letter === "tab" ? 1 : -1);
      return;
    case "{":
    case "}":
      if (live.isFrozen) {
        state.say("Paused: P goes on, and the window can be chosen then.", now);
        return;
      }
      live.recentSeconds = longer(live.recentSeconds, letter === "}" ? 1 : -1);
      state.say(`The window is the last ${live.recentSeconds} s.`, now);
      return;
    case "<":
    case ">":
      state.order = next(orders(doings.width(), state), state.order, letter === ">" ? 1 : -1);
      return;
    case "v":
      state.isReversed = !state.isReversed;
      return;
    case "k":
      state.unit = state.unit === "line" ? "function" : "line";
      return;
    case "m":
      state.metric = (state.metric + 1) % live.metrics.length;
      return;
    case "z":
      state.fold = (state.fold + 1) % FOLDS.length;
      return;
    case "+":
    case "=":
      state.threshold = Math.min(MOST_THRESHOLD, state.threshold + 1);
      return;
    case "-":
      state.threshold = Math.max(0, state.threshold - 1);
      return;
    case "/":
      askFilter(state);
      return;
    case "s":
      askFile(state, undefined, doings);
      return;
    case "e":
      askFile(state, live.recentSeconds, doings);
      return;
  }
}

/** Those of columns that are there. */
function orders(width: number, state: State): readonly Order[] {
  return showsBeside({ width }, state) ? ["own", "total", "recent", "name"] : ["own", "total", "name"];
}

function move(state: State, rows: number): void {
  state.cursor = Math.max(0, Math.min(state.cursor, Number.MAX_SAFE_INTEGER) + rows);
}

/** All, then one after another, and around. */
function goThread(state: State, step: 1 | -1): void {
  const keys = [undefined, ...state.threads.map(keyOf)];
  state.thread = next(keys, state.thread, step);
  state.zoom = -1;
}

function next<T>(all: readonly T[], now: T, step: number): T {
  return all[(all.indexOf(now) + step + all.length) % all.length] as T;
}

function longer(seconds: number, step: 1 | -1): number {
  const at = LENGTHS.findIndex((one) => one >= seconds);
  return LENGTHS[Math.max(0, Math.min(LENGTHS.length - 1, (at < 0 ? LENGTHS.length - 1 : at) + step))] as number;
}

function enter(state: State, drawn: Drawn): void {
  if (state.view === "threads") {
    const thread = state.threads[state.cursor];
    if (thread !== undefined) state.thread = keyOf(thread);
    state.show("live");
    return;
  }
  const to = drawn.functions[state.cursor] ?? -1;
  if (to < 0) return;
  state.detail = to;
  state.show("detail");
  state.cursor = 0;
  state.scroll = 0;
}

function goBack(state: State): void {
  if (PASSING.includes(state.view)) state.show(state.back);
  else if (state.filter !== "") state.filter = "";
  else state.thread = undefined;
}

function askFilter(state: State): void {
  const set = (text: string): void => {
    state.filter = text;
  };
  state.prompt = { title: "Filter:", text: state.filter, before: state.filter, done: set, changed: set };
}

function askFile(state: State, seconds: number | undefined, doings: Doings): void {
  const name = doings.fileName(seconds);
  state.prompt = {
    title: seconds === undefined ? "Save all as:" : `Save the last ${seconds} s as:`,
    text: name,
    before: name,
    done: (path) => {
      if (path !== "") doings.save(path, seconds);
    },
  };
}
