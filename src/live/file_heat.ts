// What was spent on each line of one file. In: a model, a tally of it, the file's name. Out: its lines, as heat pages have them. Knows no sources.
import type { HotLine } from "../analysis/line_heat.js";
import type { LiveModel } from "./model.js";
import { FIRST_OF_PLACE } from "./stacks.js";
import type { Tally } from "./tally.js";

/** By line number; lines that are not known are left out. */
export function fileHeat(
  { stacks, places }: Pick<LiveModel, "stacks" | "places">,
  tally: Tally,
  filename: string,
): ReadonlyMap<number, HotLine> {
  const lines = new Map<number, { own: number; total: number; places: number }>();
  for (const [place, { function: name, line }] of places.lines.entries()) {
    if (name.filename !== filename || name.kind !== "code" || line === 0 || (tally.placeTotal[place] ?? 0) === 0)
      continue;
    const of = lines.get(line) ?? { own: 0, total: 0, places: 0 };
    of.own += tally.placeOwn[place] as number;
    of.total += tally.placeTotal[place] as number;
    of.places++;
    lines.set(line, of);
  }
  // Where one line is of several functions, a stack may be on it in more than one of them, and counts once.
  if ([...lines.values()].some((of) => of.places > 1)) {
    for (const of of lines.values()) if (of.places > 1) of.total = 0;
    addShared(stacks, places, tally, (place) => {
      const at = places.lines[place];
      if (at === undefined || at.function.filename !== filename || at.function.kind !== "code") return undefined;
      const of = lines.get(at.line);
      return of !== undefined && of.places > 1 ? of : undefined;
    });
  }
  return lines;
}

/** @param lineOf of a place, the line that it shares with others */
function addShared(
  { count, parent, place, first }: LiveModel["stacks"],
  { lines }: LiveModel["places"],
  tally: Tally,
  lineOf: (place: number) => { total: number } | undefined,
): void {
  const shared = lines.map((_, number) => lineOf(number));
  for (let stack = 0; stack < count; stack++) {
    const total = tally.total[stack] as number;
    const of = shared[place[stack] as number];
    if (total === 0 || of === undefined || ((first[stack] as number) & FIRST_OF_PLACE) === 0) continue;
    let caller = parent[stack] as number;
    while (caller >= 0 && shared[place[caller] as number] !== of) caller = parent[caller] as number;
    if (caller < 0) of.total += total;
  }
}
