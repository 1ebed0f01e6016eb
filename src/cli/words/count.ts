// How many of something there are, in words. In: a number and what it counts. Out: text for people.

export function count(number: number, what: string, plural = "s"): string {
  return `${number} ${what}${number === 1 ? "" : plural}`;
}
