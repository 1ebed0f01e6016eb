// What the words say of stacks. In: frames. Out: whether a stack is wanted, and which of its frames are shown. The live
// sampler asks it of frames by their ids, everybody else of samples.
import type { Frame } from "../model/frame.js";
import { fileOf } from "./frame_file.js";
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

/** Of a file's name, or of a function's. */
type NameTest = (name: string) => boolean;

interface NameTests {
  readonly wanted: readonly NameTest[];
  readonly unwanted: readonly NameTest[];
}

/** Names that are known at once, of files and of functions: programs may make new ones all the time. */
const MOST_NAMES = 65_536;

export class StackFilter {
  readonly #modules: NameTests;
  readonly #functions: NameTests;
  /** Bits of which a stack must have each. */
  readonly #needed: number;
  /** Bits of frames whose runs are shown as their first. */
  readonly #collapsed: number;
  /** Bits that are known of files and of functions: a match costs, and there are fewer of them than frames. */
  readonly #files = new Map<string, number>();
  readonly #scopes = new Map<string, number>();

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

  /** What the words say of a frame. */
  bitsOf(frame: Frame): number {
    return frame.kind === "invalid" ? 0 : this.bitsOfCode(fileOf(frame), frame.scope);
  }

  /** The same of a frame of code. */
  bitsOfCode(filename: string, scope: string): number {
    let file = this.#files.get(filename);
    if (file === undefined) {
      if (this.#files.size >= MOST_NAMES) this.#files.clear();
      file = this.#fileBits(filename);
      this.#files.set(filename, file);
    }
    let name = this.#scopes.get(scope);
    if (name === undefined) {
      if (this.#scopes.size >= MOST_NAMES) this.#scopes.clear();
      name = testBits(this.#functions, scope, Bit.FUNCTION);
      this.#scopes.set(scope, name);
    }
    return file | name;
  }

  #fileBits(filename: string): number {
    const bits = testBits(this.#modules, filename, Bit.MODULE);
    if (this.#collapsed === 0) return bits;
    const library = isStandardLibrary(filename) ? Bit.STANDARD_LIBRARY : 0;
    return bits | library | (isImportSystem(filename) ? Bit.IMPORT_SYSTEM : 0);
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
  if (/[\\/]/.test(pattern)) return matches;
  return (filename) => moduleAndPackages(filename).some(matches);
}

function functionTest(pattern: string): NameTest {
  const matches = glob(pattern);
  if (pattern.includes(".")) return matches;
  return (scope) => matches(scope) || matches(scope.slice(scope.lastIndexOf(".") + 1));
}

function testBits({ wanted, unwanted }: NameTests, name: string, bit: number): number {
  const is = (test: NameTest) => test(name);
  return (wanted.some(is) ? bit : 0) | (unwanted.some(is) ? Bit.UNWANTED : 0);
}
