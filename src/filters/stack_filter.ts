// What the words say of stacks. In: frames. Out: whether a stack is wanted, and which of its frames are shown. The live
// sampler asks it of frames by their ids, everybody else of samples.
import type { Frame } from "../model/frame.js";
import { glob } from "./glob.js";
import { isImportSystem, isStandardLibrary, moduleAndPackages } from "./module.js";
import type { FilterWords } from "./words.js";

/** What the words say of one frame, in bits. */
const Bit = {
  MODULE: 1,
  FUNCTION: 2,
  UNWANTED: 4,
  STANDARD_LIBRARY: 8,
  IMPORT_SYSTEM: 16,
} as const;

type NameTest = (frame: { readonly scope: string; readonly filename: string }) => boolean;

interface NameTests {
  readonly wanted: readonly NameTest[];
  readonly unwanted: readonly NameTest[];
}

export class StackFilter {
  readonly #modules: NameTests;
  readonly #functions: NameTests;
  /** Bits of which a stack must have each. */
  readonly #needed: number;
  /** Bits of frames whose runs are shown as their first. */
  readonly #collapsed: number;

  constructor(words: FilterWords) {
    this.#modules = split(words.modules ?? [], moduleTest);
    this.#functions = split(words.functions ?? [], functionTest);
    this.#needed =
      (this.#modules.wanted.length > 0 ? Bit.MODULE : 0) | (this.#functions.wanted.length > 0 ? Bit.FUNCTION : 0);
    const collapse = words.collapse ?? [];
    this.#collapsed =
      (collapse.includes("stdlib") ? Bit.STANDARD_LIBRARY : 0) | (collapse.includes("imports") ? Bit.IMPORT_SYSTEM : 0);
  }

  /** Whether any stack can be unwanted. */
  get selects(): boolean {
    return this.#needed !== 0 || this.#modules.unwanted.length > 0 || this.#functions.unwanted.length > 0;
  }

  /** Whether frames can be left out of wanted stacks. */
  get collapses(): boolean {
    return this.#collapsed !== 0;
  }

  /** What the words say of a frame: keep it, it costs several matches. */
  bitsOf(frame: Frame): number {
    if (frame.kind !== "code") return 0;
    const is = (test: NameTest) => test(frame);
    let bits = 0;
    if (this.#modules.wanted.some(is)) bits |= Bit.MODULE;
    if (this.#functions.wanted.some(is)) bits |= Bit.FUNCTION;
    if (this.#modules.unwanted.some(is) || this.#functions.unwanted.some(is)) bits |= Bit.UNWANTED;
    if (this.#collapsed === 0) return bits;
    if (isStandardLibrary(frame.filename)) bits |= Bit.STANDARD_LIBRARY;
    if (isImportSystem(frame.filename)) bits |= Bit.IMPORT_SYSTEM;
    return bits;
  }

  /** Whether a stack is wanted. @param all the bits of its frames, joined by `or` */
  wants(all: number): boolean {
    return (all & this.#needed) === this.#needed && (all & Bit.UNWANTED) === 0;
  }

  /**
   * Whether a frame is shown: not if it goes on with the run of its caller.
   *
   * @param caller bits of the frame before it, 0 for the root
   */
  shows(bits: number, caller: number): boolean {
    return (bits & caller & this.#collapsed) === 0;
  }
}

function split(globs: readonly string[], test: (pattern: string) => NameTest): NameTests {
  return {
    wanted: globs.filter((one) => !one.startsWith("!")).map(test),
    unwanted: globs.filter((one) => one.startsWith("!")).map((one) => test(one.slice(1))),
  };
}

function moduleTest(pattern: string): NameTest {
  const matches = glob(pattern);
  if (/[\\/]/.test(pattern)) return ({ filename }) => matches(filename);
  return ({ filename }) => moduleAndPackages(filename).some(matches);
}

function functionTest(pattern: string): NameTest {
  const matches = glob(pattern);
  if (pattern.includes(".")) return ({ scope }) => matches(scope);
  return ({ scope }) => matches(scope) || matches(scope.slice(scope.lastIndexOf(".") + 1));
}
