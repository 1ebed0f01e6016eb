// Captures that nobody ever wrote: for a while a seeded mutator makes some, and whatever comes, the decoder answers, soon. More of
// them, by hand: npm run fuzz:captures. Beside them, the ones that somebody who means harm would write.
import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MAX_BLOCK_BYTES, METHOD_DEFLATE } from "../../../src/capture/format.js";
import { CaptureError, decodeCapture } from "../../../src/capture/index.js";
import { fileHead, frame } from "../../../src/recording/blocks.js";
import { LogBuffer } from "../../../src/recording/log_buffer.js";
import { ProfileSelection } from "../../../src/sinks/selection.js";
import { fileOf, smallCapture } from "../../capture/built_capture.js";
import { Hostile } from "../../capture/hostile.js";
import { Mutator } from "../../capture/mutator.js";
import { variedCapture } from "../../capture/varied_capture.js";
import { formatNames } from "../../decoder/layouts.js";

const SEED = 20_261_124;
const MILLISECONDS = 20_000;
/** Of the processor. */
const HANG_MILLISECONDS = 1000;
const MEMORY_BYTES = 200e6;

describe("captures that nobody wrote", () => {
  it("are answered", async () => {
    const filters = { modules: ["json.*"], window: { from: 5000, to: 90_000 }, collapse: ["stdlib"] as const };
    const captures = [
      ...formatNames.map((format) => smallCapture(format)),
      variedCapture("3.12", "full", 3, new ProfileSelection(filters)),
    ];
    const originals = await Promise.all(
      captures.map(async (capture) => {
        return { file: await capture.file(), log: Buffer.concat(capture.pieces) };
      }),
    );
    const mutator = new Mutator(originals, SEED);
    const hostile = new Hostile();
    const end = performance.now() + MILLISECONDS;
    let count = 0;
    while (performance.now() < end) {
      const capture = mutator.next();
      await hostile.decode(capture).catch((error: unknown) => {
        throw new Error(`mutation ${count} of seed ${SEED} breaks the decoder`, { cause: error });
      });
      count++;
    }
    const { figures } = hostile;
    expect(figures.decoded + figures.refused).toBe(count);
    expect(figures.withProfile).toBeGreaterThan(count / 20);
    expect(figures.slowestMilliseconds).toBeLessThan(HANG_MILLISECONDS);
    expect(figures.memoryBytes).toBeLessThan(MEMORY_BYTES);
  }, 120_000);
});

describe("a capture that means harm", () => {
  const refused = async (file: Uint8Array, detail: RegExp): Promise<void> => {
    const decoding = (async () => {
      for await (const _ of decodeCapture(file).mojo());
    })();
    await expect(decoding).rejects.toThrow(CaptureError);
    await expect(decoding).rejects.toThrow(detail);
  };
  /** A log of an attached decoder, and what a test adds. */
  const logWith = (add: (log: LogBuffer) => void): Uint8Array => {
    const { pieces } = smallCapture("3.12");
    const log = new LogBuffer();
    for (const piece of pieces.slice(0, 2)) log.copy(piece, 0, piece.length);
    add(log);
    return fileOf(log.bytes.slice(0, log.length));
  };

  const bytes = (values: readonly number[]) => (log: LogBuffer) => {
    for (const value of values) log.byte(value);
  };
  const integers = (values: readonly number[]) => (log: LogBuffer) => {
    for (const value of values) log.integer(value);
  };

  it("is no bomb", async () => {
    const bomb = deflateRawSync(new Uint8Array(256 << 20));
    const before = process.memoryUsage().arrayBuffers;
    const claims = (length: number) => Buffer.concat([fileHead(), ...frame(bomb, length, METHOD_DEFLATE)]);
    await refused(claims(1000), /does not inflate to what it claims/);
    await refused(claims(256 << 20), /larger than any writer makes/);
    await refused(claims(MAX_BLOCK_BYTES), /does not inflate to what it claims/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MEMORY_BYTES);
  });

  it("has no lengths that are absurd", async () => {
    await refused(logWith(bytes([2, 0])), /cut off/);
    const fill = (add: (log: LogBuffer) => void) =>
      logWith((log) => {
        for (const byte of [2, 0, 1, 3, 0]) log.byte(byte);
        add(log);
      });
    await refused(
      fill((log) => log.integer(1e9)),
      /count of ranges/,
    );
    await refused(
      fill((log) => log.integer(32_000)),
      /count of ranges is too large/,
    );
    await refused(
      fill((log) => log.integer(-1)),
      /count of ranges/,
    );
    const range = (length: number, add: (log: LogBuffer) => void) =>
      fill((log) => {
        log.integer(1);
        log.integer(1);
        log.word(0);
        log.word(0);
        log.integer(length);
        log.integer(0);
        add(log);
      });
    await refused(
      range(5 << 20, () => {}),
      /length of a range/,
    );
    await refused(range(64, integers([1, 65, 0])), /behind its end/);
    await refused(range(64, integers([1, -5, 0])), /behind its end|place in a range/);
    await refused(range(64, integers([7])), /step to a range|does not have/);
  });

  it("has no events, decoders or processes that were never there", async () => {
    await refused(
      logWith((log) => log.byte(77)),
      /77 is no event/,
    );
    await refused(logWith(bytes([2, 9])), /decoder/);
    await refused(logWith(bytes([5, 9, 0, 0, 0])), /process 9/);
    await refused(
      logWith((log) => log.fact("closed", { process: 0 })),
      /process 0/,
    );
    await refused(
      logWith((log) => log.fact("capture", {})),
      /second capture/,
    );
    await refused(
      logWith((log) => log.fact("attach", { decoder: 1, runtimeAddress: "0x12345678901234567" })),
      /address/,
    );
    await refused(fileOf(Uint8Array.of(1, 2, 0x7b, 0x7b)), /no JSON/);
    await refused(fileOf(Uint8Array.of(1, 2, 0x5b, 0x5d)), /no object/);
  });
});
