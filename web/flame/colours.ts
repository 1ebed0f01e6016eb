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
  native: ["#c3aee0", "#ccb9e6", "#baa3da", "#d4c4ea"],
  kernel: ["#7fcfc9", "#8ed8d2", "#72c4bd", "#9fdfda"],
  other: ["#c9c9c9", "#d2d2d2"],
  "": ["#dcd6cc"],
};

/** Whose code it is, in a word for each colour. */
const ORIGINS: readonly (readonly [origin: string, text: string])[] = [
  ["own", "the program"],
  ["package", "installed packages"],
  ["library", "standard library"],
  ["native", "native code"],
  ["kernel", "the kernel"],
];
/** They are named only where there are some. */
const RARE: ReadonlySet<string> = new Set(["native", "kernel"]);

/** The same of those that there are. */
export function legendOf({ names }: FlameData): (readonly [colour: string, text: string])[] {
  const shown = ORIGINS.filter(([origin]) => !RARE.has(origin) || names.some((name) => name[2] === origin));
  return shown.map(([origin, text]) => [COLOURS[origin]?.[0] as string, text]);
}

export function colourOf([label, file, origin]: FlameData["names"][number]): string {
  const colours = COLOURS[origin] as readonly string[];
  let hash = 0;
  for (const character of file + label) hash = (hash * 31 + (character.codePointAt(0) as number)) % 9973;
  return colours[hash % colours.length] as string;
}
