// Which threads a fill tells of: written and read again, where they are as before, others, none, and of another target.
import { expect, it } from "vitest";
import { LogError } from "../../../src/capture/error.js";
import { FillReader } from "../../../src/capture/fills.js";
import {
  END,
  FILL,
  FORMAT_VERSION,
  HOLD_ENDED,
  INTERRUPTED,
  OFF_CPU,
  OFF_CPU_ASKED,
  TOLD,
} from "../../../src/capture/format.js";
import { BlockBudget, Image } from "../../../src/capture/image.js";
import { LogCursor } from "../../../src/capture/log_cursor.js";
import { ReplayedMemory } from "../../../src/capture/replay.js";
import { type OffCpuAnswer, REQUEST_BYTES } from "../../../src/memory/source.js";
import { FillWriter } from "../../../src/recording/fill_writer.js";
import { LogBuffer } from "../../../src/recording/log_buffer.js";

/** A request for 8 bytes at an address, and room for them. */
function requestOf(address: number): Uint8Array {
  const memory = new Uint8Array(REQUEST_BYTES + 8);
  new Uint32Array(memory.buffer).set([address, 0, 8, REQUEST_BYTES, 8]);
  return memory;
}

class Log {
  readonly log = new LogBuffer();
  readonly #writer = new FillWriter(this.log, new Image(new BlockBudget()), new BlockBudget(), () => {});

  fill(offCpu: OffCpuAnswer, interrupted = false): number {
    const before = this.log.length;
    this.#writer.write(requestOf(0x1000), 0, 1, 0, 0, { interrupted, offCpuAsked: true, offCpu });
    return this.log.length - before;
  }

  reset(): void {
    this.#writer.reset();
  }

  get cursor(): LogCursor {
    return new LogCursor(this.log.bytes.slice(0, this.log.length));
  }
}

function readerOf(): FillReader {
  return new FillReader(new Image(new BlockBudget()), () => {});
}

it("is read as it was written, whatever was told before", () => {
  const log = new Log();
  const lists = [[5, 3, 4711], [3, 5, 4711], [4, 5, 4711], [], [4], [7], [2 ** 32 - 1, 1]];
  const lengths = lists.map((list) => log.fill(list));
  expect(lengths[1]).toBe(Math.min(...lengths));
  const cursor = log.cursor;
  const reader = readerOf();
  for (const list of lists) {
    expect(cursor.byte()).toBe(FILL);
    reader.readHead(cursor, 0);
    reader.read(cursor);
    expect(reader.offCpu).toEqual(list.toSorted((one, other) => one - other));
    expect([reader.interrupted, reader.offCpuAsked]).toEqual([false, true]);
  }
  expect(cursor.isAtEnd).toBe(true);
});

it.each([[[]], [[3, 5]]])("is nothing of what was told of another target, be it %j", (told) => {
  const log = new Log();
  log.fill([3, 5]);
  log.reset();
  log.fill(told);
  const { cursor } = log;
  const reader = readerOf();
  for (const list of [[3, 5], told]) {
    reader.reset();
    cursor.byte();
    reader.readHead(cursor, 0);
    reader.read(cursor);
    expect(reader.offCpu).toEqual(list);
  }
});

it("is told apart from every other answer", () => {
  const answers: readonly OffCpuAnswer[] = [false, true, "held", "all", [1]];
  const bits = answers.map((answer) => {
    const log = new Log();
    log.fill(answer);
    const { cursor } = log;
    cursor.byte();
    const reader = readerOf();
    reader.readHead(cursor, 0);
    expect(reader.offCpu).toEqual(answer);
    return reader.flags & (INTERRUPTED | OFF_CPU | OFF_CPU_ASKED);
  });
  expect(new Set(bits).size).toBe(answers.length);
  expect(bits.at(-1)).toBe(TOLD);
  expect(FORMAT_VERSION).toBe(5);
});

it.each<[string, OffCpuAnswer]>([
  ["several", [3, 5]],
  ["all", "all"],
  ["one", true],
  ["one that was held", "held"],
])("holds of a copy of %s that another decoder asks for in other words", (_, answer) => {
  const log = new Log();
  log.fill(answer);
  if (answer === "held") {
    // A part of it, and its verdict.
    log.fill(false);
    for (const byte of [HOLD_ENDED, 1]) log.log.byte(byte);
  }
  log.log.byte(END);
  const memory = new ReplayedMemory(readerOf());
  memory.begin(log.cursor);
  // The decoder asks for less than was copied.
  const request = requestOf(0x1000);
  new Uint32Array(request.buffer)[2] = 4;
  expect(memory.fillOffCpu(request, 0, 1)).toEqual(answer === "held" || answer);
  expect(memory.diverged).toBe(true);
  expect(memory.fillOffCpu(requestOf(0x2000), 0, 1)).toBe(false);
});

it("is refused where there are more than any process has", () => {
  const log = new LogBuffer();
  log.byte(TOLD);
  log.integer(0);
  log.integer((1 << 16) + 2);
  expect(() => readerOf().readHead(new LogCursor(log.bytes.slice(0, log.length)), 0)).toThrow(LogError);
});
