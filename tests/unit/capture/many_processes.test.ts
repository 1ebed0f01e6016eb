// Captures of a family that goes on for days: more processes than a capture has decoders at a time. Decoders are used again, those that are
// done with leave their numbers, and their readers make no more than were in use at a time.
import { describe, expect, it } from "vitest";
import { MAX_DECODERS } from "../../../src/capture/format.js";
import { decodeCapture } from "../../../src/capture/index.js";
import type { Decoder } from "../../../src/decoder/decoder.js";
import { NoRoom } from "../../../src/decoder/errors.js";
import { LocalDecoder, localModule } from "../../../src/decoder/local.js";
import { instantiate } from "../../../src/decoder/wasm.js";
import { CaptureLog } from "../../../src/recording/capture_log.js";
import { Decoders } from "../../../src/sampler/decoders.js";
import { BuiltCapture } from "../../capture/built_capture.js";

function begun(): BuiltCapture {
  return new BuiltCapture("3.13", (target) => {
    target.stack(target.thread(), [{ code: target.code({ name: "main" }) }]);
  });
}

/** Decode, and count the decoders that the reader made. */
async function read(capture: BuiltCapture) {
  capture.end();
  let made = 0;
  const decoded = decodeCapture(await capture.file(50), {
    newDecoder: () => {
      made++;
      return new LocalDecoder();
    },
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of decoded.mojo()) pieces.push(piece);
  const { diverged, samples } = decoded.figures ?? {};
  const isEqual = Buffer.concat(pieces).equals(capture.live);
  return { made, diverged, samples, isEqual, processes: decoded.processes.length, totals: decoded.totals };
}

describe("a capture", () => {
  it("of 1,030 processes, one after the other, is read back whole, with two decoders", async () => {
    const capture = begun();
    const decoders = new Decoders([], () => capture.log.decoder());
    for (let pid = 1000; pid < 2030; pid++) {
      const decoder = decoders.take();
      capture.passBy(pid, decoder);
      decoders.giveBack(decoder);
    }
    const { made, diverged, isEqual, processes, totals } = await read(capture);
    expect({ made, diverged, isEqual, processes }).toEqual({ made: 2, diverged: 0, isEqual: true, processes: 1031 });
    expect(totals?.samples).toBe(1030);
  });

  it("gives the numbers of decoders that are done with to others, which are read with new ones", async () => {
    const capture = begun();
    const decoders: Decoder[] = [];
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 3; i++) decoders.push(capture.log.decoder());
      for (const [i, decoder] of decoders.entries()) capture.passBy(1000 + 10 * round + i, decoder);
      // One is done with that was attached to nothing.
      decoders.push(capture.log.decoder());
      for (const decoder of decoders.splice(0)) decoder.retire();
    }
    const numbers = [capture.log.decoder(), capture.log.decoder()].map(({ number }) => number);
    expect(Math.max(...numbers)).toBeLessThan(5);
    const { made, diverged, isEqual, processes } = await read(capture);
    expect({ made, diverged, isEqual, processes }).toEqual({ made: 10, diverged: 0, isEqual: true, processes: 10 });
  });

  it("has no more decoders at a time than its reader takes", () => {
    const log = new CaptureLog(() => {});
    const instance = instantiate(localModule());
    const all = Array.from({ length: MAX_DECODERS }, () => log.decoder(instance));
    expect(() => log.decoder(instance)).toThrow(NoRoom);
    all[7]?.retire();
    expect(log.decoder(instance).number).toBe(7);
    expect(() => log.decoder(instance)).toThrow(NoRoom);
  });
});
