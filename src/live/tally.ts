// What is to be seen of a profile at this moment: the sums of a window, summed up by stack, function and line. In: the arrays of the model and
// what is asked for. Out: arrays, which are the same each time. It goes over all stacks, callees before callers, and keeps nothing.
import { type FilterWords, StackFilter } from "../filters/index.js";
import { frameOf, type Places } from "./places.js";
import { FIRST_OF_FUNCTION, FIRST_OF_PLACE, type Stacks } from "./stacks.js";
import { grown, type Sums } from "./sums.js";
import type { LiveThread } from "./thread.js";

/** Which samples: those of `of` without those of `without`, which is older. */
export interface Window {
  readonly of: Sums;
  readonly without?: Sums | undefined;
}

/** What of it. */
export interface Scope {
  /** All where it is absent. */
  readonly thread?: ((thread: LiveThread) => boolean) | undefined;
  /** Modules, functions and what is collapsed; other words choose samples and are none of this. */
  readonly words?: Pick<FilterWords, "modules" | "functions" | "collapse"> | undefined;
  /** Only stacks with a function whose name or file has this text, in any case. */
  readonly text?: string | undefined;
}

const MATCHES = 1 << 30;

export class Tally {
  /** By stack: of its own, and in total. 0 where the scope leaves it out. */
  own = new Float64Array(1024);
  total = new Float64Array(1024);
  /** By stack: whether its frame is shown; those that are not are collapsed into the next shown caller. */
  isShown = new Uint8Array(1024);
  functionOwn = new Float64Array(1024);
  functionTotal = new Float64Array(1024);
  placeOwn = new Float64Array(1024);
  placeTotal = new Float64Array(1024);
  /** Of the whole scope. */
  all = 0;
  /** Of the threads of the scope, whatever else it leaves of it. */
  whole = 0;
  #bits = new Int32Array(1024);
  #shownAs = new Int32Array(1024);
  #placeBits = new Int32Array(1024);

  /** @param column a metric's, or the last one, which counts samples */
  compute(
    stacks: Stacks,
    places: Places,
    threads: readonly LiveThread[],
    { of, without }: Window,
    column: number,
    scope: Scope = {},
  ): void {
    const { count } = stacks;
    this.#reserve(count, places);
    const plus = of.columns[column] as Float64Array;
    const minus = without?.columns[column];
    if (isEmpty(scope)) this.#takeAll(count, plus, minus);
    else this.#take(stacks, places, threads, plus, minus, scope);
    this.total.set(this.own.subarray(0, count));
    this.#sumUp(stacks, places, (scope.words?.collapse ?? []).length > 0);
  }

  /** The own sums of all stacks. */
  #takeAll(count: number, plus: Float64Array, minus: Float64Array | undefined): void {
    const { own } = this;
    let all = 0;
    const length = Math.min(count, plus.length);
    own.set(plus.subarray(0, length));
    own.fill(0, length, count);
    if (minus !== undefined) {
      const shared = Math.min(count, minus.length);
      for (let stack = 0; stack < shared; stack++) (own[stack] as number) -= minus[stack] as number;
    }
    for (let stack = 0; stack < count; stack++) all += own[stack] as number;
    this.isShown.fill(1, 0, count);
    this.all = all;
    this.whole = all;
  }

  /** Those that the scope leaves. */
  #take(
    { count, parent, place, thread }: Stacks,
    places: Places,
    threads: readonly LiveThread[],
    plus: Float64Array,
    minus: Float64Array | undefined,
    scope: Scope,
  ): void {
    const filter = scope.words && new StackFilter(scope.words);
    const needed = this.#bitsOfPlaces(places, filter, scope.text);
    const wanted = scope.thread === undefined ? undefined : threads.map(scope.thread);
    const { own, isShown } = this;
    const [bits, shownAs, placeBits] = [this.#bits, this.#shownAs, this.#placeBits];
    const collapses = filter?.collapses === true;
    let all = 0;
    let whole = 0;
    own.fill(0, 0, count);
    for (let stack = 0; stack < count; stack++) {
      const caller = parent[stack] as number;
      const at = place[stack] as number;
      const mine = at < 0 ? 0 : (placeBits[at] as number);
      bits[stack] = caller < 0 ? 0 : (bits[caller] as number) | mine;
      let as = stack;
      if (collapses && caller >= 0) {
        const before = place[caller] as number;
        if (filter?.shows(mine, before < 0 ? 0 : (placeBits[before] as number)) === false)
          as = shownAs[caller] as number;
      }
      shownAs[stack] = as;
      isShown[stack] = as === stack ? 1 : 0;
      const value = (plus[stack] ?? 0) - (minus?.[stack] ?? 0);
      if (value === 0 || wanted?.[thread[stack] as number] === false) continue;
      whole += value;
      const found = bits[stack] as number;
      if ((found & needed) !== needed || filter?.wants(found) === false) continue;
      (own[as] as number) += value;
      all += value;
    }
    this.all = all;
    this.whole = whole;
  }

  #sumUp(stacks: Stacks, places: Places, collapses: boolean): void {
    const { count, parent, place, first } = stacks;
    const { own, total, isShown, functionOwn, functionTotal, placeOwn, placeTotal } = this;
    const { functionOf } = places;
    functionOwn.fill(0);
    functionTotal.fill(0);
    placeOwn.fill(0);
    placeTotal.fill(0);
    for (let stack = count - 1; stack >= 0; stack--) {
      const sum = total[stack] as number;
      const caller = parent[stack] as number;
      if (sum === 0 || caller < 0) continue;
      (total[caller] as number) += sum;
      if (isShown[stack] === 0) continue;
      const at = place[stack] as number;
      const of = functionOf[at] as number;
      (placeOwn[at] as number) += own[stack] as number;
      (functionOwn[of] as number) += own[stack] as number;
      const bits = collapses ? this.#firstShown(stack, stacks, functionOf) : (first[stack] as number);
      if ((bits & FIRST_OF_PLACE) !== 0) (placeTotal[at] as number) += sum;
      if ((bits & FIRST_OF_FUNCTION) !== 0) (functionTotal[of] as number) += sum;
    }
  }

  /** As `Stacks.first`, of callers that are shown. */
  #firstShown(stack: number, { first, parent, place }: Stacks, functionOf: Int32Array): number {
    let bits = FIRST_OF_FUNCTION | FIRST_OF_PLACE;
    if (first[stack] === bits) return bits;
    const at = place[stack] as number;
    for (let caller = parent[stack] as number; (place[caller] as number) >= 0; caller = parent[caller] as number) {
      if (this.isShown[caller] === 0) continue;
      if (place[caller] === at) return 0;
      if (functionOf[place[caller] as number] === functionOf[at]) bits &= ~FIRST_OF_FUNCTION;
    }
    return bits;
  }

  /** @returns bits that a stack must have besides what the filter wants */
  #bitsOfPlaces({ lines }: Places, filter: StackFilter | undefined, text: string | undefined): number {
    const sought = text?.toLowerCase() ?? "";
    for (const [number, line] of lines.entries()) {
      let bits = filter === undefined ? 0 : filter.bitsOf(frameOf(line));
      if (sought !== "") {
        const { scope, filename } = line.function;
        if (`${scope}\n${filename}`.toLowerCase().includes(sought)) bits |= MATCHES;
      }
      this.#placeBits[number] = bits;
    }
    return sought === "" ? 0 : MATCHES;
  }

  #reserve(count: number, { lines, functions }: Places): void {
    this.own = grown(this.own, count);
    this.total = grown(this.total, count);
    this.isShown = grown(this.isShown, count);
    this.#bits = grown(this.#bits, count);
    this.#shownAs = grown(this.#shownAs, count);
    this.#placeBits = grown(this.#placeBits, lines.length);
    this.placeOwn = grown(this.placeOwn, lines.length);
    this.placeTotal = grown(this.placeTotal, lines.length);
    this.functionOwn = grown(this.functionOwn, functions.length);
    this.functionTotal = grown(this.functionTotal, functions.length);
  }
}

function isEmpty({ thread, words, text = "" }: Scope): boolean {
  return thread === undefined && words === undefined && text === "";
}
