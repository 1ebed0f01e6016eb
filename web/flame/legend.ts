// What a flame graph's colours mean. In: whether profiles are compared, and what else is to be said. Out: a line of swatches and words.
import type { ComparisonFacts } from "../../src/views/diff_data.js";
import { ORIGINS } from "./colours.js";
import { differenceColour } from "./difference.js";
import { element } from "./elements.js";

export function legend(comparison: ComparisonFacts | undefined, more: HTMLElement): HTMLElement {
  const line = element("p", "legend");
  const entry = (colour: string, text: string): void => {
    const swatch = element("span", "swatch");
    swatch.style.backgroundColor = colour;
    line.append(swatch, `${text} `);
  };
  if (comparison === undefined) {
    for (const [colour, text] of ORIGINS) entry(colour, text);
  } else {
    entry(differenceColour(0.6), "more in the second");
    entry(differenceColour(-0.6), "less in the second");
    entry(differenceColour(0), "no difference beyond the sampling error");
  }
  line.append(more);
  return line;
}
