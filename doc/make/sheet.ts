// The cheat sheet's two pages, tasks and options: where each word and each line stands. In: tasks and facts. Out: marks on pages of A4
// across, in points from their upper left corners. Knows neither SVG nor PDF.
import { type Facts, forms, headingAt, sentence } from "./facts.js";
import { type Font, widthOf, wrapText } from "./fonts.js";
import type { Task } from "./tasks.js";

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
const NARROW_TERM = 98;
const INDENT = 12;

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

  /** The heading of a part of what stands under a heading. */
  subheading(text: string): void {
    this.y += 2.5;
    this.text(text, "Helvetica-Bold", BODY, "faint");
    this.y += LEADING;
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

  /** What a command above it does. */
  indented(text: string): void {
    this.y -= 2;
    for (const line of wrapText(text, "Helvetica", BODY, this.width - INDENT)) {
      this.text(line, "Helvetica", BODY, "ink", this.x + INDENT);
      this.y += LEADING;
    }
    this.y += 1;
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

/** Both pages. @throws Error where one doesn't hold what is to stand on it */
export function layOutSheet(facts: Facts, tasks: readonly Task[]): readonly [tasks: Page, options: Page] {
  return [layOutTasks(facts, tasks), layOutOptions(facts)];
}

function layOutTasks(facts: Facts, tasks: readonly Task[]): Page {
  const [top, left, right] = begin(facts, 0.5);
  for (const [index, { question, answers }] of tasks.entries()) {
    const column = index < tasks.length / 2 ? left : right;
    column.heading(question);
    for (const [command, meaning] of answers) {
      column.command(command);
      column.indented(meaning);
    }
  }
  return finish("austin: what to ask it", [top, left, right]);
}

function layOutOptions(facts: Facts): Page {
  const [top, left, right] = begin(facts, 0.54);
  const columnOf = (group: string): Column => (group === "Filters" || group === "Help" ? right : left);
  left.heading("Options");
  left.command(`austin ${facts.usage}`);
  right.heading("Filters, of all commands that read profiles, too");
  for (const [index, option] of facts.options.entries()) {
    const column = columnOf(option.group);
    const group = headingAt(facts.options, index);
    if (group !== undefined && group !== "Filters") column.subheading(group);
    column.entry(forms(option), sentence(option), column === left ? TERM : NARROW_TERM);
  }
  right.heading("Exit codes");
  for (const [code, meaning] of facts.exitCodes) right.entry(code, meaning, 26);
  right.paragraph(facts.exitNote, "faint");
  return finish("austin: options", [top, left, right]);
}

/** The title, and two columns below it. @param share of the left one */
function begin(facts: Facts, share: number): [top: Column, left: Column, right: Column] {
  const top = new Column(MARGIN, WIDTH - 2 * MARGIN, MARGIN + 14);
  top.text("austin", "Helvetica-Bold", 20, "accent");
  const beside = MARGIN + widthOf("austin", "Helvetica-Bold", 20) + 12;
  top.text(`${facts.summary} - austin-ts ${facts.version}`, "Helvetica", 10, "faint", beside);
  top.y += 16;
  top.paragraph(facts.purpose);
  const width = WIDTH - 2 * MARGIN - GAP;
  const left = new Column(MARGIN, width * share, top.y);
  return [top, left, new Column(MARGIN + left.width + GAP, width - left.width, top.y)];
}

/** @throws Error where a column is longer than the page */
function finish(title: string, columns: readonly Column[]): Page {
  for (const { y } of columns) {
    if (y > HEIGHT - MARGIN + LEADING)
      throw new Error(`'${title}' needs ${Math.ceil(y)} of ${HEIGHT} points: make it denser`);
  }
  return { title, width: WIDTH, height: HEIGHT, marks: columns.flatMap(({ marks }) => marks) };
}

/** A length with two decimals at most, the same on every machine. */
export function points(value: number): string {
  return String(Math.round(value * 100) / 100);
}
