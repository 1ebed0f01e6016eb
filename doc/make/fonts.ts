// How wide text is in the fonts that every PDF reader has. In: text of ASCII. Out: points. The widths are those of Adobe's
// font metrics, in thousandths of the size, for the characters 32 to 126.

export type Font = "Helvetica" | "Helvetica-Bold" | "Courier-Bold";

const FIRST = 32;
const COURIER = 600;

const HELVETICA = `
278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556
1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556
333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584`;

const HELVETICA_BOLD = `
278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 333 333 584 584 584 611
975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556
333 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584`;

const WIDTHS: Readonly<Partial<Record<Font, readonly number[]>>> = {
  Helvetica: HELVETICA.trim().split(/\s/).map(Number),
  "Helvetica-Bold": HELVETICA_BOLD.trim().split(/\s/).map(Number),
};

/**
 * Width of a text, in points.
 * @throws Error when a character is not ASCII: it could come out as another
 */
export function widthOf(text: string, font: Font, size: number): number {
  let thousandths = 0;
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < FIRST || code > 126) throw new Error(`the sheet can't show '${character}' of '${text}'`);
    thousandths += WIDTHS[font]?.[code - FIRST] ?? COURIER;
  }
  return (thousandths * size) / 1000;
}

/** Break a text into lines of at most `width` points. */
export function wrapText(text: string, font: Font, size: number, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && widthOf(longer, font, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
