// What the view tells: at the bottom, as many lines as it takes; and all that it has told, for who wants to read it again. In: texts. Out: lines.
import { printable, shorten, widthOf } from "../terminal/text_table.js";
import { BOLD, DIM, type Line, TITLES, WARNING } from "./looks.js";
import type { State } from "./state.js";

/** So much of the screen's height a message may take. */
const MOST_SHARE = 1 / 3;
const MORE = " (! shows all)";

const PLAIN = /^[\x20-\x7e]*$/;
/** Longer than that, a text is too wide for any screen: it isn't measured, which takes long. */
const UNITS_A_CELL = 4;

/** A text in lines of a width, broken between words where that can be. */
export function broken(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of printable(text).split(/(?<=\s)/)) {
    if (line !== "" && isWider(line + word, width)) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += word;
    while (isWider(line, width)) {
      const piece = beginningOf(line, width);
      lines.push(piece);
      line = line.slice(piece.length);
    }
  }
  return [...lines, line.trimEnd()];
}

function isWider(text: string, width: number): boolean {
  return text.length > UNITS_A_CELL * width || widthOf(text.trimEnd()) > width;
}

/** As many characters, as people see them, as fit; one at least. */
function beginningOf(text: string, width: number): string {
  if (PLAIN.test(text.slice(0, width))) return text.slice(0, width);
  const cut = shorten(text, width + 1, "start").slice(0, -1);
  return cut === "" ? ([...text][0] as string) : cut;
}

/** @param height lines that there are */
export function messageLines(message: string, width: number, height: number): string[] {
  const room = Math.max(8, width - 2);
  const lines = broken(message, room);
  const most = Math.max(1, Math.floor(height * MOST_SHARE));
  if (lines.length <= most) return lines;
  const last = `${shorten(lines.slice(most - 1).join(" "), Math.max(1, room - MORE.length), "start")}${MORE}`;
  return [...lines.slice(0, most - 1), last];
}

/** All that was told, and what holds now. */
export function saidLines(state: State, width: number): Line[] {
  const { live, messages } = state;
  const notes = [
    ...(live.letGo.stacks > 0 ? [`${live.letGo.stacks} rare stacks are summed up with others.`] : []),
    ...(live.letGo.threads > 0 ? [`${live.letGo.threads} ended threads are summed up as one.`] : []),
    ...(live.isRecentShort ? [`Of the last ${live.recentSeconds} s, ${live.recentHeld.toFixed(1)} s are kept.`] : []),
  ];
  const lines = (text: string, look = {}): Line[] => broken(text, width).map((line) => [[line, look]]);
  return [
    ...notes.flatMap((note) => lines(note, WARNING)),
    [["MESSAGES, the last one at the end", TITLES]],
    ...messages.flatMap(({ at, text }) => [
      [[new Date(at).toTimeString().slice(0, 8), DIM]] as Line,
      ...lines(text, BOLD),
    ]),
    ...(messages.length === 0 ? [[["Nothing was said yet.", DIM]] as Line] : []),
  ];
}
