// The code of a process as a capture has it. In: facts of the log, and the image of the memory. Out: what native frames are made of, and their names as far as they were known.
import { type CodeMapping, type CodeRange, type CodeSource, isIn, type ModuleTable } from "../native/code_source.js";
import { EvalPlaces } from "../native/eval_places.js";
import type { Modules } from "../native/modules.js";
import { type NativeName, placeOf } from "../native/native_name.js";
import type { NativeCall } from "../native/unwinder.js";
import { LogError } from "./error.js";
import type { Image } from "./image.js";
import type { LogCursor } from "./log_cursor.js";

/** As much is read of memory at once: of what nobody captured, no more than that is made room for. */
const PIECE_BYTES = 4096;
const HALF = 2 ** 32;

export class CapturedCode implements CodeSource {
  evals = EvalPlaces.NONE;
  readonly #image: Image;
  readonly #byStart = new Map<bigint, CodeMapping>();
  #mappings: readonly CodeMapping[] = [];
  readonly #tables = new Map<bigint, ModuleTable>();
  readonly #paths: string[] = [];
  readonly #names = new Map<bigint, NativeName>();
  #modules: Modules | undefined;

  constructor(image: Image) {
    this.#image = image;
  }

  /** Lowest address first. */
  get mappings(): readonly CodeMapping[] {
    return this.#mappings;
  }

  /** What has changed of them: a part of a fact; undefined: nothing has. */
  change(changes: unknown): void {
    if (changes === undefined) return;
    const { gone, more } = plainOf(changes);
    for (const start of listOf(gone)) this.#byStart.delete(addressOf(start));
    for (const row of listOf(more)) {
      const mapping = mappingOf(row);
      this.#byStart.set(mapping.start, mapping);
    }
    this.#mappings = [...this.#byStart.values()].sort((one, other) => (one.start < other.start ? -1 : 1));
  }

  /** Tables that were found. */
  found(tables: unknown): void {
    for (const row of listOf(tables ?? [])) {
      const [head, bias, address, size] = listOf(row);
      if (bias === undefined) this.#tables.delete(addressOf(head));
      else {
        const bytes = naturalOf(size);
        const table = bytes === 0 ? undefined : { address: addressOf(address), size: bytes };
        this.#tables.set(addressOf(head), { bias: addressOf(bias), table });
      }
    }
  }

  /** Where the eval loop lies. */
  hasEvals(evals: unknown): void {
    this.evals = new EvalPlaces(
      listOf(evals).map((range) => {
        const [start, end] = listOf(range);
        return [addressOf(start), addressOf(end)] as const;
      }),
    );
  }

  /** Names that are known from here on. */
  readNames(cursor: LogCursor): void {
    for (let left = cursor.natural(cursor.bytes.length, "a count of names"); left > 0; left--) {
      const place = cursor.long();
      const name = cursor.text();
      const path = cursor.natural(this.#paths.length, "a module's number");
      if (path === this.#paths.length) this.#paths.push(cursor.text());
      this.#names.set(place, { name, module: this.#paths[path] as string });
    }
  }

  /** Names are of these modules: those of others are forgotten, as they were when it was captured. */
  follow(modules: Modules): void {
    if (this.#modules !== modules) this.#names.clear();
    this.#modules = modules;
  }

  forget(gone: readonly CodeRange[]): void {
    for (const place of this.#names.keys()) if (isIn(gone, place)) this.#names.delete(place);
  }

  nameOf(call: NativeCall): NativeName | undefined {
    return this.#names.get(placeOf(call));
  }

  tableOf({ start }: CodeMapping): ModuleTable | undefined {
    return this.#tables.get(start);
  }

  read(address: bigint, length: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    let at = BigInt.asUintN(64, address);
    for (let left = length; left > 0; ) {
      const piece = new Uint8Array(Math.min(left, PIECE_BYTES));
      const high = Number(at >> 32n) % HALF;
      const known = this.#image.loadKnown(Number(at & 0xffff_ffffn), high, piece.length, piece, 0);
      pieces.push(piece.subarray(0, known));
      if (known < piece.length) break;
      at = BigInt.asUintN(64, at + BigInt(known));
      left -= known;
    }
    return pieces.length === 1 ? (pieces[0] as Uint8Array) : joined(pieces);
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function plainOf(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw new LogError("a fact of code is no object");
  return value as Record<string, unknown>;
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new LogError("a fact of code is no list");
  return value;
}

function addressOf(value: unknown): bigint {
  if (typeof value !== "string" || !/^[0-9a-f]{1,16}$/.test(value)) throw new LogError("an address of code is none");
  return BigInt(`0x${value}`);
}

function naturalOf(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new LogError("a figure of code is no natural number");
}

function textOf(value: unknown): string {
  if (typeof value !== "string") throw new LogError("a name of code is no text");
  return value;
}

function mappingOf(row: unknown): CodeMapping {
  const [start, end, executable, offset, device, inode, path] = listOf(row);
  return {
    start: addressOf(start),
    end: addressOf(end),
    executable: executable === 1,
    offset: naturalOf(offset),
    device: textOf(device),
    inode: naturalOf(inode),
    path: textOf(path),
  };
}
