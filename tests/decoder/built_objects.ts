// Python objects in built memory: str, bytes, code. In: a layout, and what the objects say. Out: their addresses. It knows
// no frames. Each kind of object has a region of its own, so that a test can tell and hide it by address.
import { type AskedRange, BuiltMemory } from "./built_memory.js";
import type { TargetLayout } from "./layouts.js";

export type Region =
  | "runtime"
  | "interpreter"
  | "gil"
  | "thread"
  | "cframe"
  | "pthread"
  | "chunk"
  | "frame"
  | "code"
  | "type"
  | "name"
  | "filename"
  | "bytecode"
  | "table"
  | "tlbc";

const REGIONS: readonly Region[] = [
  ...(["runtime", "interpreter", "gil", "thread", "cframe", "pthread", "chunk", "frame"] as const),
  ...(["code", "type", "name", "filename", "bytecode", "table", "tlbc"] as const),
];
const REGION_BYTES = 0x0800_0000;
const BASES = { 4: 0x0f00_0000, 8: 0x7f10_0000_0000 } as const;

/** A name: text, or code points where a lone surrogate is wanted. */
export type Name = string | readonly number[];

export interface StringShape {
  /** Bytes a character; by default the fewest. */
  readonly kind?: 1 | 2 | 4;
  /** False for a str whose characters lie elsewhere. */
  readonly compact?: boolean;
}

export interface CodeShape {
  readonly name: Name;
  readonly filename?: Name;
  readonly firstLine?: number;
  /** Code units; unit n is on line `firstLine` + n. */
  readonly units?: number;
  /** co_version; 0 = none. */
  readonly version?: number;
  readonly flags?: number;
  readonly argumentCount?: number;
  readonly firstTraceable?: number;
  /** co_nlocalsplus; frames keep room for one. */
  readonly locals?: number;
  /** The code unit that returns; none, by default. */
  readonly returnUnit?: number;
  readonly nameShape?: StringShape;
}

/** A code object that was built. */
export interface BuiltCode {
  readonly address: number;
  readonly name: number;
  readonly filename: number;
  readonly table: number;
  readonly shape: Required<Omit<CodeShape, "nameShape">>;
}

export const FIRST_COLUMN = 5;
export const LAST_COLUMN = 9;
const TABLE_LNOTAB = 0;
const TABLE_LINES = 1;
const LOCALS = 1;
const STACK_SIZE = 3;
/** RETURN_VALUE (opcode.h, opcode_ids.h). */
const RETURN_VALUE: Readonly<Record<number, number>> = { 11: 83, 12: 83, 13: 36, 14: 35, 15: 33 };

export class BuiltObjects {
  readonly memory = new BuiltMemory();
  readonly wordSize: 4 | 8;
  readonly #used = new Map<Region, number>();
  #codeType = 0;
  #lastVersion = 0;

  constructor(readonly layout: TargetLayout) {
    this.wordSize = layout.wordSize;
  }

  regionStart(region: Region): number {
    return BASES[this.wordSize] + REGIONS.indexOf(region) * REGION_BYTES;
  }

  /** Bytes of a region that were given out. */
  used(region: Region): number {
    return this.#used.get(region) ?? 0;
  }

  /** Where there is something to read, region by region. */
  usedRanges(): { readonly start: number; readonly length: number }[] {
    return [...this.#used].map(([region, length]) => ({ start: this.regionStart(region), length }));
  }

  /** How many of `ranges` begin in each region. */
  countByRegion(ranges: readonly { readonly address: number }[]): Record<Region, number> {
    const counts = REGIONS.map((region) => {
      const start = this.regionStart(region);
      return [region, ranges.filter(({ address }) => address >= start && address < start + REGION_BYTES).length];
    });
    return Object.fromEntries(counts);
  }

  /** The fills since they were forgotten but those of guards alone: of code objects and what they point to. */
  walkFills(): AskedRange[][] {
    return this.memory.fills.filter((ranges) => {
      const { code, name, filename, table, tlbc } = this.countByRegion(ranges);
      return code + name + filename + table + tlbc < ranges.length;
    });
  }

  /** Address of `bytes` zeros. */
  allocate(region: Region, bytes: number): number {
    const used = this.used(region);
    this.#used.set(region, used + Math.ceil(bytes / 16) * 16);
    const address = this.regionStart(region) + used;
    this.memory.write(address, new Uint8Array(bytes));
    return address;
  }

  hideRegion(region: Region): void {
    this.memory.hide(this.regionStart(region), REGION_BYTES);
  }

  word(address: number, value: number): void {
    this.memory.number(address, this.wordSize, value);
  }

  /** Write a field that the layout has; nothing where it has none. */
  field(address: number, name: string, value: number | bigint, size: number = this.wordSize): void {
    if (this.layout.has(name)) this.memory.number(address + this.layout.at(name), size, value);
  }

  /** What a field that the layout has holds. */
  read(address: number, name: string, size: number = this.wordSize): number {
    return Buffer.from(this.memory.read(address + this.layout.at(name), size)).readUIntLE(0, Math.min(size, 6));
  }

  string(region: Region, text: Name, shape: StringShape = {}): number {
    const bytes = this.layout.at("unicodeCompactData") + 8 + text.length * 4;
    const address = this.allocate(region, bytes);
    this.writeString(address, text, shape, region);
    return address;
  }

  /** Write a str over what lies at `address`. */
  writeString(address: number, text: Name, shape: StringShape = {}, region: Region = "name"): void {
    const { layout } = this;
    const points = typeof text === "string" ? Array.from(text, (one) => one.codePointAt(0) as number) : text;
    const largest = points.reduce((a, b) => Math.max(a, b), 0);
    const kind = shape.kind ?? (largest < 0x100 ? 1 : largest < 0x10000 ? 2 : 4);
    const compact = shape.compact ?? true;
    const ascii = kind === 1 && largest < 0x80;
    const state =
      (kind << layout.at("unicodeKindShift")) |
      (Number(compact) << layout.at("unicodeCompactShift")) |
      (Number(ascii) << layout.at("unicodeAsciiShift"));
    this.field(address, "unicodeLength", points.length);
    this.field(address, "unicodeState", state, 4);
    let data = address + layout.at(ascii ? "unicodeAsciiData" : "unicodeCompactData");
    if (!compact) {
      data = this.allocate(region, points.length * kind);
      this.field(address, "unicodeCompactData", data);
    }
    const bytes = Buffer.alloc(points.length * kind);
    for (const [i, point] of points.entries()) bytes.writeUIntLE(point, i * kind, kind);
    this.memory.write(data, bytes);
  }

  bytes(region: Region, content: Uint8Array): number {
    const address = this.allocate(region, this.layout.at("bytesData") + content.length + 1);
    this.writeBytes(address, content);
    return address;
  }

  writeBytes(address: number, content: Uint8Array): void {
    this.field(address, "bytesSize", content.length);
    this.memory.write(address + this.layout.at("bytesData"), content);
  }

  /** Address of PyCode_Type. */
  codeType(): number {
    if (this.#codeType === 0) {
      this.#codeType = this.allocate("type", 64);
      const name = this.allocate("type", 16);
      this.memory.write(name, Buffer.from("code\0"));
      this.word(this.#codeType + this.layout.at("bytesSize") + this.wordSize, name);
    }
    return this.#codeType;
  }

  code(shape: CodeShape): BuiltCode {
    const { name, filename = "/app/main.py", firstLine = 10, units = 8, nameShape = {} } = shape;
    const { flags = 3, argumentCount = 0, firstTraceable = 0, version = ++this.#lastVersion } = shape;
    const { locals = LOCALS, returnUnit = -1 } = shape;
    const code: BuiltCode = {
      address: this.allocate("code", 256 + units * 2),
      name: this.string("name", name, nameShape),
      filename: this.string("filename", filename),
      table: this.bytes("table", this.table(units)),
      shape: { name, filename, firstLine, units, version, flags, argumentCount, firstTraceable, locals, returnUnit },
    };
    this.writeCode(code);
    return code;
  }

  /** The version of the next code object. */
  protected get nextVersion(): number {
    return this.#lastVersion + 1;
  }

  /** Number a code object that takes the place of another. */
  protected takeVersion(): number {
    return ++this.#lastVersion;
  }

  /** Write a code object over what lies at its address; `shape` in place of what it was built with. */
  writeCode({ address, name, filename, table, shape: built }: BuiltCode, shape: Partial<CodeShape> = {}): void {
    const { units, version, flags, argumentCount, firstTraceable, firstLine } = { ...built, ...shape };
    const { locals, returnUnit } = { ...built, ...shape };
    this.field(address, "objectType", this.codeType());
    this.field(address, "codeFilename", filename);
    this.field(address, "codeName", name);
    this.field(address, "codeQualname", name);
    this.field(address, "codeTable", table);
    this.field(address, "codeFirstLine", firstLine, 4);
    this.field(address, "codeFlags", flags, 4);
    this.field(address, "codeArgumentCount", argumentCount, 4);
    this.field(address, "codeStackSize", STACK_SIZE, 4);
    this.field(address, "codeUnits", units);
    this.field(address, "codeFirstTraceable", firstTraceable, 4);
    this.field(address, "codeLocalsCount", locals, 4);
    this.field(address, "codeFrameSize", this.frameWords(), 4);
    this.field(address, "codeVersion", version, 4);
    if (returnUnit >= 0 && this.layout.has("codeAdaptive")) {
      this.memory.write(address + this.layout.at("codeAdaptive"), new Uint8Array(units * 2));
      const opcode = RETURN_VALUE[this.layout.version.minor] as number;
      this.memory.number(address + this.layout.at("codeAdaptive") + returnUnit * 2, 1, opcode);
    }
    if (this.layout.has("codeBytes")) {
      this.field(address, "codeBytes", this.bytes("bytecode", new Uint8Array(units * 2)));
    }
  }

  /** Where a thread's own copy of the code's bytecode lies, made where there is none (free-threaded 3.14+). */
  localBytecode(code: BuiltCode, index: number): number {
    let array = this.read(code.address, "codeTlbc");
    const size = array === 0 ? 0 : this.read(array, "tlbcSize");
    if (index >= size) {
      const larger = this.allocate("tlbc", this.layout.at("tlbcEntries") + (index + 1) * this.wordSize);
      this.field(larger, "tlbcSize", index + 1);
      const entries = this.layout.at("tlbcEntries");
      this.memory.write(larger + entries, this.memory.read(array + entries, size * this.wordSize));
      this.field(code.address, "codeTlbc", larger);
      array = larger;
    }
    const entry = array + this.layout.at("tlbcEntries") + index * this.wordSize;
    const known = Buffer.from(this.memory.read(entry, this.wordSize)).readUIntLE(0, Math.min(this.wordSize, 6));
    if (known !== 0) return known;
    const copy = this.allocate("bytecode", Math.max(code.shape.units * 2, 64));
    this.word(entry, copy);
    return copy;
  }

  /** Words of a frame on the datastack. */
  frameWords(): number {
    return this.layout.at("frameLocals") / this.wordSize + LOCALS + STACK_SIZE;
  }

  /** The location table of `units` code units, each on a line of its own. */
  table(units: number): Uint8Array {
    const kind = this.layout.at("tableKind");
    const entries = Array.from({ length: units }, (_, unit) => {
      const lines = unit === 0 ? 0 : 1;
      if (kind === TABLE_LNOTAB) return unit === 0 ? [] : [2, lines];
      if (kind === TABLE_LINES) return [2, lines];
      // The long form: line delta, line end delta, column + 1, column end + 1 (code 14, one unit)
      return [0x80 | (14 << 3), lines << 1, 0, FIRST_COLUMN, LAST_COLUMN];
    });
    return Uint8Array.from(entries.flat());
  }

  /** What a frame of this code at code unit `unit` reads as in samples.ts. */
  text({ shape: { name, filename, firstLine } }: BuiltCode, unit: number, scope: Name = name): string {
    const line = firstLine + unit;
    const columns = this.layout.at("tableKind") > TABLE_LINES ? `:${FIRST_COLUMN}-${line}:${LAST_COLUMN}` : "";
    const words = [scope, filename].map((one) => (typeof one === "string" ? one : String.fromCodePoint(...one)));
    return `${words.join(" ")}:${line}${columns}`;
  }
}
