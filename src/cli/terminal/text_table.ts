// Tables that fit a terminal. In: cells. Out: lines of a width at most. Names of the target come in any script, and may hold
// anything: what would move the cursor is not passed on.
import stringWidth from "string-width";

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
  /** Which end of a text that is too long is kept; "whole": it is never cut. */
  readonly keep: "whole" | "start" | "end";
  /** How big a part of the room that is left the column gets, beside the others' that are cut. */
  readonly weight?: number;
  readonly paint?: (text: string) => string;
}

const GAP = "  ";
const ELLIPSIS = "…";
const LEAST = 8;
/** Units of text that may stand for one column: marks add to a letter. What is beyond them is cut before anything is measured. */
const UNITS_A_COLUMN = 4;
const PLAIN = /^[\x20-\x7e]*$/;
const segmenter = new Intl.Segmenter();

/** @returns lines, the first of which has the titles */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  // Measuring takes time that grows with the square of the length, and names may have as many characters as they like.
  const most = UNITS_A_COLUMN * Math.max(width, LEAST);
  const cells = rows.map((row) =>
    row.map((text, i) => {
      const { keep } = columns[i] as Column;
      return printable(keep === "whole" ? text : clip(text, most, keep));
    }),
  );
  const natural = columns.map(({ title }, i) =>
    cells.reduce((most, row) => Math.max(most, widthOf(row[i] as string)), widthOf(title)),
  );
  const widths = shareOut(columns, natural, width - GAP.length * (columns.length - 1));
  const line = (texts: readonly string[], isTitle: boolean): string =>
    texts
      .map((text, i) => {
        const { keep, align, paint } = columns[i] as Column;
        const room = widths[i] as number;
        const short = keep === "whole" ? text : shorten(text, room, isTitle ? "start" : keep);
        const padding = " ".repeat(Math.max(0, room - widthOf(short)));
        const shown = paint === undefined || isTitle ? short : paint(short);
        return align === "right" ? padding + shown : shown + padding;
      })
      .join(GAP)
      .trimEnd();
  return [
    line(
      columns.map(({ title }) => title),
      true,
    ),
    ...cells.map((row) => line(row, false)),
  ];
}

/** Widths whose sum is `room`, as far as columns may be cut: they share what the others leave by their weight. */
function shareOut(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let open = columns.flatMap(({ keep }, i) => (keep === "whole" ? [] : [i]));
  let left = room - columns.reduce((sum, { keep }, i) => sum + (keep === "whole" ? (natural[i] as number) : 0), 0);
  for (;;) {
    const weight = open.reduce((sum, i) => sum + (columns[i]?.weight ?? 1), 0);
    const part = (i: number): number => Math.floor((left * (columns[i]?.weight ?? 1)) / weight);
    const content = open.filter((i) => (natural[i] as number) <= part(i));
    if (content.length === 0) {
      for (const i of open) widths[i] = Math.max(LEAST, part(i));
      return widths;
    }
    left -= content.reduce((sum, i) => sum + (natural[i] as number), 0);
    open = open.filter((i) => !content.includes(i));
  }
}

/** Columns that a text takes, of which most have one a letter. */
export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

/** Cut a text that is far too long for any column; it is not measured. */
function clip(text: string, units: number, keep: "start" | "end"): string {
  if (text.length <= units) return text;
  // Half a character is none.
  if (keep === "start") return text.slice(0, units).replace(/[\ud800-\udbff]$/, "") + ELLIPSIS;
  return ELLIPSIS + text.slice(-units).replace(/^[\udc00-\udfff]/, "");
}

/** Cut a text to a width, on characters as people see them. */
export function shorten(text: string, width: number, keep: "start" | "end"): string {
  if (text.length > UNITS_A_COLUMN * width) return shorten(clip(text, UNITS_A_COLUMN * width - 1, keep), width, keep);
  if (widthOf(text) <= width) return text;
  const pieces = [...segmenter.segment(text)].map(({ segment }) => segment);
  if (keep === "end") pieces.reverse();
  const kept: string[] = [];
  let used = 1;
  for (const piece of pieces) {
    used += widthOf(piece);
    if (used > width) break;
    kept.push(piece);
  }
  return keep === "end" ? ELLIPSIS + kept.reverse().join("") : kept.join("") + ELLIPSIS;
}

/** A text without control characters, tabs as spaces. */
export function printable(text: string): string {
  return text.replaceAll("\t", "    ").replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}
