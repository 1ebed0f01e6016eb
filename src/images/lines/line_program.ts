// A line program (DWARF 2 to 5, 6.2.5): a state machine whose rows say which line the instructions from an address on are of. In: a unit's bytes and its head. Out: its
// sequences, each of them a stretch of code; or the rows of one. Bytes that make no sense end it.
import type { LineHeader } from "./line_header.js";

/** Rows of one sequence. A row holds up to the next one's address. */
export class LineRows {
  addresses = new Float64Array(256);
  files = new Uint32Array(256);
  lines = new Uint32Array(256);
  length = 0;

  /** @param limit more rows are none of a real sequence's */
  constructor(readonly limit: number) {}

  add(address: number, file: number, line: number): void {
    const at = this.length;
    if (at >= this.limit) return;
    if (at === this.lines.length) this.#grow();
    this.addresses[at] = address;
    this.files[at] = file;
    this.lines[at] = line;
    this.length = at + 1;
  }

  #grow(): void {
    const { addresses, files, lines } = this;
    this.addresses = new Float64Array(2 * this.length);
    this.addresses.set(addresses);
    this.files = new Uint32Array(2 * this.length);
    this.files.set(files);
    this.lines = new Uint32Array(2 * this.length);
    this.lines.set(lines);
  }
}

/** Told of each sequence: its code, and where in the unit it begins. @returns whether to go on */
export type SequenceEnded = (low: number, high: number, start: number) => boolean;

/**
 * Run a program.
 *
 * @param start where in `bytes` a sequence begins
 * @param rows takes the rows, of all sequences up to where `ended` says to stop
 */
export function runLineProgram(
  bytes: Uint8Array,
  littleEndian: boolean,
  header: LineHeader,
  start: number,
  ended: SequenceEnded,
  rows?: LineRows,
): void {
  const { leastInstruction, mostOperations, lineBase, lineRange, opcodeBase, operands } = header;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length;
  let at = start;
  let begin = start;
  let [address, operation, file, line] = [0, 0, 1, 1];
  let low = -1;

  const uleb = (): number => {
    let value = 0;
    let scale = 1;
    while (at < end) {
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
      scale *= 128;
    }
    return value;
  };
  const sleb = (): number => {
    let value = 0;
    let scale = 1;
    while (at < end) {
      const byte = bytes[at++] as number;
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return (byte & 0x40) !== 0 ? value - scale : value;
    }
    return value;
  };
  const advance = (by: number): void => {
    if (mostOperations === 1) address += leastInstruction * by;
    else {
      address += leastInstruction * Math.floor((operation + by) / mostOperations);
      operation = (operation + by) % mostOperations;
    }
  };
  const row = (): void => {
    if (low < 0) low = address;
    rows?.add(address, file, line);
  };

  while (at < end) {
    const opcode = bytes[at++] as number;
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      advance(Math.floor(adjusted / lineRange));
      line += lineBase + (adjusted % lineRange);
      row();
      continue;
    }
    switch (opcode) {
      case 0: {
        const length = uleb();
        const next = at + length;
        if (length === 0 || next > end) return;
        const extended = bytes[at++] as number;
        if (extended === 1) {
          row();
          // Nothing was told before: it has no code.
          if (!ended(low, address, begin)) return;
          [address, operation, file, line] = [0, 0, 1, 1];
          low = -1;
          begin = next;
        } else if (extended === 2) {
          if (length === 9) address = Number(view.getBigUint64(at, littleEndian));
          else if (length === 5) address = view.getUint32(at, littleEndian);
          else return;
          operation = 0;
        }
        at = next;
        break;
      }
      case 1:
        row();
        break;
      case 2:
        advance(uleb());
        break;
      case 3:
        line += sleb();
        break;
      case 4:
        file = uleb();
        break;
      case 8:
        advance(Math.floor((255 - opcodeBase) / lineRange));
        break;
      case 9:
        if (at + 2 > end) return;
        address += view.getUint16(at, littleEndian);
        operation = 0;
        at += 2;
        break;
      default:
        // Columns, marks of statements and blocks, and what later versions may have.
        for (let left = operands[opcode - 1] as number; left > 0; left--) uleb();
    }
  }
}
