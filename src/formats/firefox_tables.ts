// The tables that all threads of a Firefox profile share. In: the stacks of a profile. Out: numbers of stacks in a state, and the
// tables' JSON. A stack in a state (idle, collecting) is the same stack with another frame on top, which has the state's category.
import type { Frame } from "../model/frame.js";
import { Numbers, nameOf } from "./frame_table.js";
import type { Stacks } from "./lanes.js";
import { ROOT } from "./stack_table.js";
import { jsonArray, jsonObject } from "./text_buffer.js";

const IDLE = 1;
const GC = 2;
const NOWHERE = { line: 0, column: 0 };
const KIND = { code: 3, kernel: 4, invalid: 5 } as const;

/** A category for every number above; exactly one is grey: what nothing else is said of. */
export const CATEGORIES = [
  ["Other", "grey"],
  ["Idle", "transparent"],
  ["Garbage collection", "orange"],
  ["Python", "blue"],
  ["Kernel", "brown"],
  ["Invalid", "red"],
].map(([name, color]) => ({ name, color, subcategories: ["Other"] }));

export const GC_CATEGORY = GC;

interface OwnFrame {
  readonly frame: Frame;
  readonly category: number;
}

interface Function {
  readonly name: number;
  readonly source: number | null;
}

export class FirefoxTables {
  readonly #stacks: Stacks;
  readonly #strings = new Numbers<string>();
  readonly #frames = new Numbers<OwnFrame>();
  /** Stacks in a state: their number behind those of the tree, by node and category. */
  readonly #own = new Map<number, number>();
  /** Nodes of the tree. */
  readonly #ownParents: number[] = [];
  readonly #ownFrames: number[] = [];
  /** Numbers of the frames, by those of the stacks' own. */
  readonly #frameNumbers: number[] = [];

  /** Stacks of the tree: all of it but its root. */
  get #ownOffset(): number {
    return this.#stacks.tree.length - 1;
  }

  constructor(stacks: Stacks) {
    this.#stacks = stacks;
    const { frames } = stacks.table;
    frames.forEach((frame, number) => {
      this.#frameNumbers.push(this.#frameOf(number, KIND[frame.kind]));
    });
  }

  string(text: string): number {
    return this.#strings.numberOf(text, () => text);
  }

  /** @returns the number of the stack in the state; null for the empty stack */
  stackOf(node: number, idle: boolean, gc: boolean): number | null {
    if (node === ROOT) return null;
    if (!idle && !gc) return node - 1;
    const { tree } = this.#stacks;
    const category = idle ? IDLE : GC;
    const key = 2 * node + (idle ? 0 : 1);
    let number = this.#own.get(key);
    if (number === undefined) {
      number = this.#ownOffset + this.#own.size;
      this.#own.set(key, number);
      this.#ownParents.push(tree.parentOf(node));
      this.#ownFrames.push(this.#frameOf(tree.frameOf(node), category));
    }
    return number;
  }

  /** The tables; after all stacks were asked for. */
  *json(): Generator<string> {
    const frames = this.#frames.values;
    const functions = new Numbers<Function>();
    const sources = new Numbers<number>();
    const functionOf = frames.map(({ frame }) => this.#functionOf(frame, functions, sources));
    const locationOf = ({ frame }: OwnFrame) => (frame.kind === "code" ? frame.location : NOWHERE);
    yield* jsonObject({
      stackTable: this.#stackTable(),
      frameTable: table(frames, {
        address: () => -1,
        lib: () => -1,
        inlineDepth: () => 0,
        category: ({ category }) => category,
        subcategory: () => 0,
        func: (_, at) => functionOf[at] as number,
        nativeSymbol: () => null,
        innerWindowID: () => 0,
        line: (one) => locationOf(one).line || null,
        column: (one) => locationOf(one).column || null,
        originalLocation: () => null,
      }),
      funcTable: table(functions.values, {
        name: ({ name }) => name,
        isJS: () => false,
        relevantForJS: () => false,
        resource: () => -1,
        source: ({ source }) => source,
        lineNumber: () => null,
        columnNumber: () => null,
        originalLocation: () => null,
      }),
      resourceTable: table([], { name: () => null, host: () => null, type: () => null }),
      nativeSymbols: table([], { libIndex: () => 0, address: () => 0, name: () => 0, functionSize: () => null }),
      sources: table(sources.values, {
        id: () => null,
        filename: (filename) => filename,
        startLine: () => 1,
        startColumn: () => 1,
        sourceMapURL: () => null,
        content: () => null,
      }),
      sourceLocationTable: table([], { source: () => 0, line: () => 0, column: () => 0 }),
      stringArray: jsonArray(this.#strings.values, (text) => JSON.stringify(text)),
    });
  }

  *#stackTable(): Generator<string> {
    const { tree } = this.#stacks;
    const inTree = this.#ownOffset;
    const all = { [Symbol.iterator]: () => count(inTree + this.#own.size) };
    yield* jsonObject({
      frame: jsonArray(all, (at) =>
        at < inTree ? this.#frameNumbers[tree.frameOf(at + 1)] : this.#ownFrames[at - inTree],
      ),
      // How far before it its parent stands, 0 for none.
      prefixOffset: jsonArray(all, (at) => {
        const parent = at < inTree ? tree.parentOf(at + 1) : (this.#ownParents[at - inTree] as number);
        return parent === ROOT ? 0 : at - (parent - 1);
      }),
      length: [String(inTree + this.#own.size)],
    });
  }

  #frameOf(number: number, category: number): number {
    const frame = this.#stacks.table.frames[number] as Frame;
    return this.#frames.numberOf(`${number},${category}`, () => ({ frame, category }));
  }

  #functionOf(frame: Frame, functions: Numbers<Function>, sources: Numbers<number>): number {
    const name = nameOf(frame);
    const filename = frame.kind === "code" ? frame.filename : undefined;
    return functions.numberOf(`${filename ?? ""}\0${frame.kind}\0${name}`, () => ({
      name: this.string(name),
      source: filename === undefined ? null : sources.numberOf(filename, () => this.string(filename)),
    }));
  }
}

function* count(end: number): Generator<number> {
  for (let at = 0; at < end; at++) yield at;
}

type Column<T> = (one: T, at: number) => number | boolean | null;

/** A table as Firefox Profiler has it: a list for each column, and their length. */
function* table<T>(rows: readonly T[], columns: Readonly<Record<string, Column<T>>>): Generator<string> {
  const lists = Object.entries(columns).map(([name, of]) => [
    name,
    jsonArray(rows.entries(), ([at, one]) => of(one, at)),
  ]);
  yield* jsonObject({ ...Object.fromEntries(lists), length: [String(rows.length)] });
}
