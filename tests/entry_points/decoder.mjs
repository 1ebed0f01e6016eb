// "austin-ts/decoder": decoders of one's own for a capture, and one that reads memory which isn't there.
import { decodeCapture } from "austin-ts/capture";
import { Decoder } from "austin-ts/decoder";
import { base64Of, bytesOf } from "./shared.mjs";

const nothing = {
  fill(memory, requests, count) {
    const view = new DataView(memory.buffer);
    for (let i = 0; i < count; i++) view.setUint32(requests + 24 * i + 16, 0, true);
    return 0;
  },
};

export async function run({ capture }) {
  const decoder = new Decoder();
  const facts = { runtimeAddress: 4096n, wordSize: 8, hasDebugOffsets: true, ownPid: 1 };
  const outcome = decoder.attach({ ...facts, version: { major: 3, minor: 14, micro: 0 } }, nothing);
  const mojo = await base64Of(decodeCapture(bytesOf(capture), { newDecoder: () => new Decoder() }).mojo());
  return { outcome, mojo, wants: decoder.wants };
}
