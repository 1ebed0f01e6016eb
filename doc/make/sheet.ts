// The cheat sheet's page: where each word and each line stands. In: the facts. Out: marks on one page of A4 across, in
// points from its upper left corner. Knows neither SVG nor PDF.
import { type Facts, forms, sentence } from "./facts.js";
import { type Font, widthOf, wrapText } from "./fonts.js";

export type Colour = "ink" | "accent" | "faint";

export interface Text {
  readonly kind: "text";
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly text: string;
  readonly font: Font;
  readonly size: number;
  readonly colour: Colour;
}

export interface Rule {
  readonly kind: "rule";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly colour: Colour;
}

export interface Page {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly marks: readonly (Text | Rule)[];
}

const WIDTH = 842;
const HEIGHT = 595;
const MARGIN = 28;
const GAP = 24;
const BODY = 8.3;
const LEADING = 10.4;
const TERM = 130;
const LEFT = 484;

/** A column being filled, from the top down. */
class Column {
  readonly marks: (Text | Rule)[] = [];
  y: number;

  constructor(
    readonly x: number,
    readonly width: number,
    top: number,
  ) {
    this.y = top;
  }

  text(text: string, font: Font, size: number, colour: Colour, x = this.x): void {
    if (x + widthOf(text, font, size) > this.x + this.width + 0.01)
      throw new Error(`the sheet is too narrow for '${text}'`);
    this.marks.push({ kind: "text", x, y: this.y, text, font, size, colour });
  }

  heading(text: string): void {
    this.y += 8;
    this.text(text, "Helvetica-Bold", 11, "accent");
    this.y += 4;
    this.marks.push({ kind: "rule", x: this.x, y: this.y, width: this.width, colour: "accent" });
    this.y += 12;
  }

  /** A term and what it means, side by side; the meaning begins a line lower where the term is wide. */
  entry(term: string, meaning: string, indent: number): void {
    this.text(term, "Courier-Bold", BODY - 0.6, "ink");
    if (widthOf(term, "Courier-Bold", BODY - 0.6) > indent - 4) this.y += LEADING;
    for (const line of wrapText(meaning, "Helvetica", BODY, this.width - indent)) {
      this.text(line, "Helvetica", BODY, "ink", this.x + indent);
      this.y += LEADING;
    }
    this.y += 1.4;
  }

  paragraph(text: string, colour: Colour = "ink"): void {
    for (const line of wrapText(text, "Helvetica", BODY, this.width)) {
      this.text(line, "Helvetica", BODY, colour);
      this.y += LEADING;
    }
    this.y += 2;
  }

  /** A command, broken between its words as a shell lets it be. */
  command(text: string): void {
    const lines = wrapText(text, "Courier-Bold", BODY - 0.6, this.width - 12);
    for (const [index, line] of lines.entries()) {
      const broken = index < lines.length - 1 ? `${line} \\` : line;
      this.text(broken, "Courier-Bold", BODY - 0.6, "ink", this.x + (index === 0 ? 0 : 10));
      this.y += LEADING;
    }
    this.y += 2;
  }
}

/**
 * Lay the sheet out.
 * @throws Error when it doesn't fit on its page
 */
export function layOutSheet(facts: Facts): Page {
  const top = new Column(MARGIN, WIDTH - 2 * MARGIN, MARGIN + 14);
  top.text("austin", "Helvetica-Bold", 20, "accent");
  const beside = MARGIN + widthOf("austin", "Helvetica-Bold", 20) + 12;
  top.text(`${facts.summary} - austin-ts ${facts.version}`, "Helvetica", 10, "faint", beside);
  top.y += 16;
  top.paragraph(facts.purpose);

  const left = new Column(MARGIN, LEFT, top.y);
  left.heading("Options");
  left.command(`austin ${facts.usage}`);
  for (const option of facts.options) left.entry(forms(option), sentence(option), TERM);

  const right = new Column(MARGIN + LEFT + GAP, WIDTH - 2 * MARGIN - LEFT - GAP, top.y);
  right.heading("Examples");
  for (const example of facts.examples) right.command(example);
  right.heading("See the profile");
  right.command(facts.opening);
  right.heading("Exit codes");
  for (const [code, meaning] of facts.exitCodes) right.entry(code, meaning, 26);
  right.paragraph(facts.exitNote, "faint");

  for (const { y } of [left, right]) {
    if (y > HEIGHT - MARGIN + LEADING)
      throw new Error(`the sheet needs ${Math.ceil(y)} of ${HEIGHT} points: make it denser`);
  }
  const marks = [...top.marks, ...left.marks, ...right.marks];
  return { title: "austin: cheat sheet", width: WIDTH, height: HEIGHT, marks };
}

/** A length with two decimals at most, the same on every machine. */
export function points(value: number): string {
  return String(Math.round(value * 100) / 100);
}
