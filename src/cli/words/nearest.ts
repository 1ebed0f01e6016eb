// The word that was probably meant. In: a word, and those that there are. Out: the nearest, if it is near enough.

/** Letters left out, put in, changed or swapped. */
const MOST_SLIPS = 2;
/** Characters of a name that are looked at: names are anybody's, and comparing takes their product. */
const MOST_COMPARED = 200;

/** @returns the first of the nearest; undefined where none can be reached by few slips, for its length */
export function nearest(word: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Math.min(MOST_SLIPS, Math.floor(word.length / 3)) + 1;
  for (const one of words) {
    // Each slip changes the length by one at most.
    if (Math.abs(one.length - word.length) >= least) continue;
    const slips = slipsBetween(word, one);
    if (slips < least) {
      least = slips;
      best = one;
    }
  }
  return best;
}

/**
 * Names that may have been meant, in their order: those that hold the word, in any case, or are reached by few slips, as a whole or by
 * what stands behind their last dot.
 */
export function namesNear(word: string, names: readonly string[]): readonly string[] {
  const plain = word.replace(/^\.+|\.+$/g, "").toLowerCase();
  if (plain === "") return [];
  return names.filter((name) => {
    const lower = name.slice(0, MOST_COMPARED).toLowerCase();
    const last = lower.slice(lower.lastIndexOf(".") + 1);
    return lower.includes(plain) || nearest(plain, [lower, last]) !== undefined;
  });
}

/** The optimal string alignment distance (Damerau's, where no part is changed twice). */
function slipsBetween(a: string, b: string): number {
  let [before, last]: [number[], number[]] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + (isSame ? 0 : 1),
        isSwapped ? (before[j - 2] as number) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [before, last] = [last, row];
  }
  return last[b.length] as number;
}
