// Colours of a flame graph. In: a function, or what has changed of it. Out: a colour. They bear dark text, on light and dark pages.
import type { FlameData } from "../../src/views/flame_data.js";

export const FOUND_COLOUR = "#e754d6";
/** Of frames that are too narrow to be told apart. */
export const NARROW_COLOUR = "#b9b5ad";
export const TEXT_COLOUR = "#1d1d1d";

const COLOURS: Readonly<Record<string, readonly string[]>> = {
  own: ["#f4a261", "#f6b26b", "#ef9a56", "#f3ab74", "#f0a04b"],
  package: ["#9ccc9c", "#a8d5a2", "#8fc493", "#b2d8ac"],
  library: ["#8fb8de", "#9cc2e5", "#84aed6", "#a6cbe9"],
  other: ["#c9c9c9", "#d2d2d2"],
  "": ["#dcd6cc"],
};

/** Whose code it is, in a word for each colour. */
export const ORIGINS: readonly (readonly [colour: string, text: string])[] = [
  [firstOf("own"), "the program"],
  [firstOf("package"), "installed packages"],
  [firstOf("library"), "standard library"],
];

function firstOf(origin: string): string {
  return (COLOURS[origin] as readonly string[])[0] as string;
}

export function colourOf([label, file, origin]: FlameData["names"][number]): string {
  const colours = COLOURS[origin] as readonly string[];
  let hash = 0;
  for (const character of file + label) hash = (hash * 31 + (character.codePointAt(0) as number)) % 9973;
  return colours[hash % colours.length] as string;
}
