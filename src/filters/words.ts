// What a user may ask to see of a profile: the same words when sampling and on saved files. Plain data.
import { MisuseError } from "../model/error.js";

/** What runs of frames may be shown as their first: the standard library's, or those of the import system. */
export const COLLAPSIBLE = ["stdlib", "imports"] as const;
export type Collapsible = (typeof COLLAPSIBLE)[number];

/** Whether threads ran when they were sampled. */
export const STATES = ["running", "idle"] as const;
export type State = (typeof STATES)[number];

/** Most values of one word, and characters of one value: each is compared with each name, and both may be anybody's. */
export const MOST_VALUES = 100;
export const MOST_CHARACTERS = 300;

/** Absent words ask for nothing. Samples must satisfy all words; of one word's values, any. */
export interface FilterWords {
  readonly processes?: readonly number[] | undefined;
  /** Each an id in decimal, an id in hexadecimal behind 0x, either behind `INTERPRETER:`, or a glob of names. */
  readonly threads?: readonly string[] | undefined;
  /** Only threads whose id is that of their process. */
  readonly mainThread?: boolean | undefined;
  /**
   * Globs (`*`, `?`, `[...]`) of modules, one of which must be on the stack; behind `!`, of modules that must not be. A module
   * includes those below it. With a slash in it, a glob is compared with the path of the file.
   */
  readonly modules?: readonly string[] | undefined;
  /** Globs of functions in the same way: of qualified names, or, without a dot in the glob, of their last parts. */
  readonly functions?: readonly string[] | undefined;
  readonly state?: State | undefined;
  /** Time from the profile's start, in microseconds: samples that end after `from`, and not after `to`. */
  readonly window?: { readonly from: number; readonly to: number } | undefined;
  readonly collapse?: readonly Collapsible[] | undefined;
}

const arrayOf = (isOne: (value: unknown) => boolean) => (value: unknown) => Array.isArray(value) && value.every(isOne);
const isText = (value: unknown): boolean => typeof value === "string";
const isTime = (value: unknown): boolean => typeof value === "number" && !Number.isNaN(value);
const isWindow = (value: unknown): boolean => {
  if (typeof value !== "object" || value === null) return false;
  const { from, to } = value as Record<string, unknown>;
  return isTime(from) && isTime(to);
};

/** What each word must be, and that in words. */
const WORDS: Readonly<Record<keyof FilterWords, readonly [(value: unknown) => boolean, string]>> = {
  processes: [arrayOf(Number.isInteger), "an array of process ids"],
  threads: [arrayOf(isText), "an array of strings"],
  mainThread: [(value) => typeof value === "boolean", "true or false"],
  modules: [arrayOf(isText), "an array of globs"],
  functions: [arrayOf(isText), "an array of globs"],
  state: [(value) => STATES.some((one) => one === value), STATES.map((one) => `"${one}"`).join(" or ")],
  window: [isWindow, "{ from, to }, two numbers"],
  collapse: [
    arrayOf((value) => COLLAPSIBLE.some((one) => one === value)),
    `an array of ${COLLAPSIBLE.map((one) => `"${one}"`).join(" and ")}`,
  ],
};

/** Programs in plain JavaScript have no other check. @throws MisuseError that names the word */
export function checkWords(words: FilterWords): void {
  for (const [name, value] of Object.entries(words)) {
    const word = Object.hasOwn(WORDS, name) ? WORDS[name as keyof FilterWords] : undefined;
    if (word === undefined)
      throw new MisuseError(`no filter is called ${name}: there are ${Object.keys(WORDS).join(", ")}`);
    const [isRight, kind] = word;
    if (value !== undefined && !isRight(value)) throw new MisuseError(`the filter ${name} must be ${kind}`);
  }
}

/** Whether the words ask for anything. */
export function asksForSomething(words: FilterWords): boolean {
  return Object.values(words).some((value) => (Array.isArray(value) ? value.length > 0 : Boolean(value)));
}

/** The words as JSON has them: those that ask for something, and no end of a window that has none. */
export function plainWords(words: FilterWords): object {
  const { window, ...others } = words;
  const asking = Object.entries(others).filter(([, value]) => (Array.isArray(value) ? value.length > 0 : value));
  if (window === undefined) return Object.fromEntries(asking);
  const { from, to } = window;
  return { ...Object.fromEntries(asking), window: to === Number.POSITIVE_INFINITY ? { from } : { from, to } };
}
