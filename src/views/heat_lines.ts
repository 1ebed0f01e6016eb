// How lines of a source are shown with what was spent on them: which are near to hot ones, and how strong a line's colour is. In: numbers of lines, hot ones.
// Out: runs of lines, open or folded; an opacity. It makes no HTML.

/** Lines around hot ones that are shown; the rest can be unfolded. */
const AROUND = 8;

export interface Block {
  readonly isOpen: boolean;
  readonly from: number;
  readonly to: number;
  readonly all: readonly number[];
}

/** Runs of lines, those that are far from any hot line folded. @param hasSource without one, nothing is to be folded */
export function blocksOf(numbers: readonly number[], hot: ReadonlyMap<number, unknown>, hasSource: boolean): Block[] {
  const near = new Set<number>();
  for (const line of hot.keys()) for (let i = line - AROUND; i <= line + AROUND; i++) near.add(i);
  const result: { isOpen: boolean; from: number; to: number; all: number[] }[] = [];
  for (const line of numbers) {
    const isOpen = !hasSource || near.has(line);
    const last = result.at(-1);
    if (last === undefined || last.isOpen !== isOpen) result.push({ isOpen, from: line, to: line, all: [line] });
    else {
      last.to = line;
      last.all.push(line);
    }
  }
  return result;
}

/** Lines of a source, if there is one, and hot ones beyond it, in their order. @param length lines that the source has; undefined without one */
export function shownLines(length: number | undefined, hot: ReadonlyMap<number, unknown>): number[] {
  const inOrder = [...hot.keys()].sort((a, b) => a - b);
  if (length === undefined) return inOrder;
  const behind = inOrder.filter((line) => line > length);
  return [...Array.from({ length }, (_, i) => i + 1), ...behind];
}

/** The colour of a line that has so much of the hottest one's own; undefined where it has nothing. */
export function heatColour(own: number, most: number): string | undefined {
  // The eye tells small from nothing better by the root.
  const strength = Math.sqrt(own / most);
  return strength > 0 ? `rgba(240,110,40,${(0.06 + 0.6 * strength).toFixed(3)})` : undefined;
}
