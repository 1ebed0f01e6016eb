// How far two figures may be apart by chance. In: a value in two profiles. Out: the difference, its standard error, and whether it is
// beyond what sampling explains. Knows no stacks.
//
// A sample hits a function or it doesn't: of n samples, the share p that does has the standard error sqrt(p (1 - p) / n) (binomial).
// Whether two profiles differ is asked of the share that both together have (pooled), so that a function which one of them never
// shows has an error, too. Samples may stand for unequal times w: then n is (sum w)^2 / sum w^2 (Kish). In absolute terms, a profile
// has r = n / T samples a unit of time; the pooled time t has the variance t (1 - t / T) / r in each.

/** One of two profiles that are compared. */
export interface Side {
  /** All that was measured. */
  readonly total: number;
  /** To how many samples of equal weight its samples amount. */
  readonly samples: number;
}

export interface Difference {
  /** Second minus first. */
  readonly difference: number;
  /** Standard error of the difference. */
  readonly error: number;
}

/** Kish's number of samples of equal weight. @param squares sum of the squares of the samples' values */
export function effectiveSamples(total: number, squares: number): number {
  return squares === 0 ? 0 : (total * total) / squares;
}

/** The difference of the shares of the whole that a function has. @param values of the function, in each profile */
export function differenceOfShares(values: readonly [number, number], sides: readonly [Side, Side]): Difference {
  const [first, second] = sides;
  const shares = [share(values[0], first), share(values[1], second)] as const;
  const pooled = (shares[0] * first.samples + shares[1] * second.samples) / (first.samples + second.samples || 1);
  const variance = pooled * (1 - pooled);
  const error = Math.sqrt(Math.max(0, variance) * (inverse(first.samples) + inverse(second.samples)));
  return { difference: shares[1] - shares[0], error };
}

/** The difference of the values themselves. */
export function differenceOfValues(values: readonly [number, number], sides: readonly [Side, Side]): Difference {
  const rates = sides.map(({ total, samples }) => (total === 0 ? 0 : samples / total)) as [number, number];
  const pooled = (values[0] * rates[0] + values[1] * rates[1]) / (rates[0] + rates[1] || 1);
  const variance = sides.reduce((sum, { total }, i) => {
    const rate = rates[i] as number;
    return rate === 0 ? sum : sum + (pooled * Math.max(0, 1 - pooled / total)) / rate;
  }, 0);
  return { difference: values[1] - values[0], error: Math.sqrt(variance) };
}

function share(value: number, { total }: Side): number {
  return total === 0 ? 0 : value / total;
}

function inverse(samples: number): number {
  return samples === 0 ? 0 : 1 / samples;
}

/** In how many of a hundred comparisons of equal programs a table may show any difference at all. */
export const FALSE_ALARMS_PERCENT = 5;

/**
 * How many standard errors a difference must be away from 0 to be more than chance, where so many are looked at: all together are
 * to be right in 95 of 100 comparisons (Bonferroni).
 */
export function criticalErrors(comparisons: number): number {
  return normalQuantile(1 - FALSE_ALARMS_PERCENT / 100 / 2 / Math.max(1, comparisons));
}

/** @returns x below which the standard normal distribution has the probability `p`, for p of 0.5 and above */
function normalQuantile(p: number): number {
  // Bisection over the tail: exact enough (1e-9), and nothing to get wrong.
  let low = 0;
  let high = 40;
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (upperTail(middle) > 1 - p) low = middle;
    else high = middle;
  }
  return low;
}

/** Probability of the standard normal distribution above x >= 0: the continued fraction of Mills' ratio, or the series near 0. */
function upperTail(x: number): number {
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x < 2) {
    let term = x;
    let sum = x;
    for (let k = 1; k < 60; k++) {
      term *= (x * x) / (2 * k + 1);
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = x;
  for (let k = 120; k > 0; k--) fraction = x + k / fraction;
  return density / fraction;
}

/** Whether a difference is more than chance. */
export function isBeyondChance({ difference, error }: Difference, critical: number): boolean {
  return Math.abs(difference) > critical * error;
}
