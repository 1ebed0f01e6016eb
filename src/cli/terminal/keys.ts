// What a keyboard and a mouse say. In: bytes from a terminal in raw mode. Out: names of keys, such as "q", "up", "enter". Knows no meaning of them.

/** A letter, or the name of another key. */
export type Key = string;

const SEQUENCES: Readonly<Record<string, Key>> = {
  "\x1b[A": "up",
  "\x1b[B": "down",
  "\x1b[C": "right",
  "\x1b[D": "left",
  "\x1bOA": "up",
  "\x1bOB": "down",
  "\x1bOC": "right",
  "\x1bOD": "left",
  "\x1b[H": "home",
  "\x1b[F": "end",
  "\x1bOH": "home",
  "\x1bOF": "end",
  "\x1b[1~": "home",
  "\x1b[4~": "end",
  "\x1b[7~": "home",
  "\x1b[8~": "end",
  "\x1b[5~": "pageup",
  "\x1b[6~": "pagedown",
  "\x1b[3~": "delete",
  "\x1b[Z": "backtab",
};
const CONTROLS: Readonly<Record<string, Key>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x7f": "backspace",
  "\b": "backspace",
  "\x03": "ctrl-c",
  "\x04": "ctrl-d",
  "\x0c": "ctrl-l",
  "\x1a": "ctrl-z",
  "\x1b": "escape",
};
/** SGR mouse reports: button, column, row; M pressed, m released. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a report begins.
const MOUSE = /^\x1b\[<(\d+);(\d+);(\d+)([Mm])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is how a sequence begins.
const SEQUENCE = /^\x1b(?:\[[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|O[\x40-\x7e])/;
const WHEEL: Readonly<Record<number, Key>> = { 64: "wheelup", 65: "wheeldown" };

export interface Click {
  /** From 0. */
  readonly x: number;
  readonly y: number;
}

export interface Pressed {
  readonly key: Key;
  /** Where, for "click". */
  readonly at?: Click;
}

/** The keys in what came at once. A sequence that nobody knows is none. */
export function keysIn(text: string): Pressed[] {
  const keys: Pressed[] = [];
  for (let rest = text; rest !== ""; ) {
    const mouse = MOUSE.exec(rest);
    if (mouse !== null) {
      const [all, button, x, y, how] = mouse as unknown as [string, string, string, string, string];
      const wheel = WHEEL[Number(button)];
      if (wheel !== undefined) keys.push({ key: wheel });
      else if (button === "0" && how === "M") keys.push({ key: "click", at: { x: Number(x) - 1, y: Number(y) - 1 } });
      rest = rest.slice(all.length);
      continue;
    }
    const sequence = SEQUENCE.exec(rest)?.[0];
    if (sequence !== undefined) {
      const key = SEQUENCES[sequence];
      if (key !== undefined) keys.push({ key });
      rest = rest.slice(sequence.length);
      continue;
    }
    const [letter = ""] = rest;
    keys.push({ key: CONTROLS[letter] ?? letter });
    rest = rest.slice(letter.length);
  }
  return keys;
}
