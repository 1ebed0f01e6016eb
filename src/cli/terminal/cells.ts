// A screen of cells. In: texts with a style, at places. Out: the bytes that turn what a terminal shows into that: only cells that have changed.
// Whatever a text holds, a cell never gets what would move the cursor or change the terminal.
import stringWidth from "string-width";
import { printable } from "./text_table.js";

const PLAIN = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter();

/** How a cell looks. Colours are of the 256 that terminals have. */
export interface Look {
  readonly colour?: number;
  readonly background?: number;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly reverse?: boolean;
  readonly underline?: boolean;
}

export interface ScreenOptions {
  /** Without them, only bold, dim, reverse and underlined are left. */
  readonly hasColours: boolean;
  /** Only ASCII is written. */
  readonly isAscii: boolean;
}

/** What stands for characters that a terminal without UTF-8 has not. */
const ASCII: Readonly<Record<string, string>> = {
  "├": "|",
  "└": "`",
  "│": "|",
  "─": "-",
  "●": "*",
  "◆": "*",
  "▲": "^",
  "▼": "v",
  "±": "~",
  "…": ".",
  "▏": " ",
  "▎": " ",
  "▍": " ",
  "▌": "#",
  "▋": "#",
  "▊": "#",
  "▉": "#",
  "█": "#",
  "▁": "_",
  "▂": "_",
  "▃": ".",
  "▄": "-",
  "▅": "-",
  "▆": "=",
  "▇": "#",
  "→": ">",
  "←": "<",
  "↑": "^",
  "↓": "v",
  "×": "x",
  "·": ".",
};

/** Stands right of a character that takes two cells. */
const REST = "";

export class Cells {
  width = 0;
  height = 0;
  readonly #options: ScreenOptions;
  #texts: string[] = [];
  #looks: string[] = [];
  #shownTexts: (string | undefined)[] = [];
  #shownLooks: string[] = [];
  readonly #codes = new Map<Look, string>();

  constructor(options: ScreenOptions) {
    this.#options = options;
  }

  get hasColours(): boolean {
    return this.#options.hasColours;
  }

  /** Another size, or a terminal that shows nobody knows what: all is written anew. */
  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.#shownTexts = new Array<string | undefined>(width * height).fill(undefined);
    this.#shownLooks = new Array<string>(width * height).fill("");
    this.clear();
  }

  /** Begin a picture. */
  clear(): void {
    this.#texts = new Array<string>(this.width * this.height).fill(" ");
    this.#looks = new Array<string>(this.width * this.height).fill("");
  }

  /**
   * Write a text; what goes beyond `end` or the edge is cut.
   * @returns the column behind it
   */
  put(x: number, y: number, text: string, look: Look = {}, end = this.width): number {
    if (y < 0 || y >= this.height) return x;
    const code = this.#codeOf(look);
    const last = Math.min(end, this.width);
    // What is far too long is not looked at.
    const clean = PLAIN.test(text) ? text : printable(text.slice(0, 8 * this.width));
    let at = x;
    if (PLAIN.test(clean)) {
      for (let i = 0; i < clean.length && at < last; i++, at++) if (at >= 0) this.#set(at, y, clean[i] as string, code);
      return at;
    }
    for (const { segment } of segmenter.segment(clean)) {
      const shown = this.#options.isAscii && !PLAIN.test(segment) ? (ASCII[segment] ?? "?") : segment;
      const wide = PLAIN.test(shown) ? 1 : stringWidth(shown);
      if (wide === 0) continue;
      if (at + wide > last) break;
      if (at >= 0) {
        this.#set(at, y, shown, code);
        if (wide === 2) this.#set(at + 1, y, REST, code);
      }
      at += wide;
    }
    return at;
  }

  /** Give a part of a line a look, with spaces where there is nothing. */
  fill(x: number, y: number, width: number, look: Look): void {
    this.put(x, y, " ".repeat(Math.max(0, Math.min(width, this.width - x))), look);
  }

  #set(x: number, y: number, text: string, code: string): void {
    const at = y * this.width + x;
    this.#texts[at] = text;
    this.#looks[at] = code;
  }

  #codeOf(look: Look): string {
    let code = this.#codes.get(look);
    if (code !== undefined) return code;
    const parts: (string | number)[] = [];
    if (look.bold) parts.push(1);
    if (look.dim) parts.push(2);
    if (look.underline) parts.push(4);
    if (look.reverse || (look.background !== undefined && !this.#options.hasColours)) parts.push(7);
    if (this.#options.hasColours) {
      if (look.colour !== undefined) parts.push(`38;5;${look.colour}`);
      if (look.background !== undefined) parts.push(`48;5;${look.background}`);
    }
    code = parts.length === 0 ? "" : `\x1b[${parts.join(";")}m`;
    // Looks that are made for one cell only must not be kept for ever.
    if (this.#codes.size > 4096) this.#codes.clear();
    this.#codes.set(look, code);
    return code;
  }

  /** What makes a terminal show this picture. */
  changes(): string {
    const parts: string[] = [];
    let code = "";
    for (let y = 0; y < this.height; y++) {
      let cursor = -1;
      for (let x = 0; x < this.width; x++) {
        const at = y * this.width + x;
        const text = this.#texts[at] as string;
        const look = this.#looks[at] as string;
        if (this.#shownTexts[at] === text && this.#shownLooks[at] === look) continue;
        this.#shownTexts[at] = text;
        this.#shownLooks[at] = look;
        if (text === REST) continue;
        if (cursor !== x) parts.push(`\x1b[${y + 1};${x + 1}H`);
        if (look !== code) {
          parts.push(`\x1b[0m${look}`);
          code = look;
        }
        parts.push(text);
        cursor = x + (this.#texts[at + 1] === REST && x + 1 < this.width ? 2 : 1);
      }
    }
    if (code !== "") parts.push("\x1b[0m");
    return parts.join("");
  }

  /** The picture as lines of text. */
  lines(): string[] {
    return Array.from({ length: this.height }, (_, y) =>
      this.#texts
        .slice(y * this.width, (y + 1) * this.width)
        .join("")
        .trimEnd(),
    );
  }
}
