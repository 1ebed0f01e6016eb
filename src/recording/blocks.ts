// The bytes of a capture's file (capture/format.ts). In: pieces of the log. Out: the file's head, and blocks.
import { promisify } from "node:util";
import { constants, deflateRaw } from "node:zlib";
import { crc32 } from "../capture/checksum.js";
import { FORMAT_VERSION, HEAD_BYTES, MAGIC, METHOD_DEFLATE, METHOD_STORED } from "../capture/format.js";

/** Fewer bytes aren't worth compressing. */
const SHORT_BYTES = 128;
const compress = promisify(deflateRaw);

/** First bytes of the file. */
export function fileHead(): Uint8Array {
  return Uint8Array.of(...MAGIC, FORMAT_VERSION);
}

/** A block that holds `bytes`: its pieces. */
export async function blockOf(bytes: Uint8Array): Promise<Uint8Array[]> {
  const deflated = bytes.length < SHORT_BYTES ? undefined : await compress(bytes, { level: constants.Z_BEST_SPEED });
  const isSmaller = deflated !== undefined && deflated.length < bytes.length;
  return frame(isSmaller ? deflated : bytes, bytes.length, isSmaller ? METHOD_DEFLATE : METHOD_STORED);
}

/** A head, and what follows it. */
export function frame(payload: Uint8Array, length: number, method: number): Uint8Array[] {
  const head = new Uint8Array(HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint32(4, length, true);
  view.setUint32(8, method, true);
  view.setUint32(12, crc32(payload, crc32(head.subarray(0, 12))), true);
  return [head, payload];
}
