// What a flame graph's colours mean. In: whether profiles are compared, and what is drawn. Out: a line of swatches and words.
import type { ComparisonFacts } from "../../src/views/diff_data.js";
import type { FlameData } from "../../src/views/flame_data.js";
import { legendOf } from "./colours.js";
import { differenceColour } from "./difference.js";
import { element } from "./elements.js";

const DIFFERENCES: readonly (readonly [colour: string, text: string])[] = [
  [differenceColour(0.6), "more in the second"],
  [differenceColour(-0.6), "less in the second"],
  [differenceColour(0), "no difference beyond the sampling error"],
];

export class Legend {
  readonly element = element("p", "legend");

  /** These data are drawn now. */
  show(data: FlameData, comparison: ComparisonFacts | undefined): void {
    const entries = comparison === undefined ? legendOf(data) : DIFFERENCES;
    const cut = data.cut > 0 ? `The ${data.cut} smallest frames are drawn together.` : "";
    this.element.replaceChildren(...entries.flatMap(([colour, text]) => [swatch(colour), `${text} `]), cut);
  }
}

function swatch(colour: string): HTMLElement {
  const one = element("span", "swatch");
  one.style.backgroundColor = colour;
  return one;
}
