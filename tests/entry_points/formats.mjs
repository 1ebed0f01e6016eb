// "austin-ts/formats": the profile in every format.
import * as formats from "austin-ts/formats";
import { readMojo } from "austin-ts/mojo";
import { base64Of, bytesOf } from "./shared.mjs";

export async function run({ profile }) {
  const written = {};
  for (const format of Object.values(formats)) {
    if (typeof format.write !== "function") continue;
    const chunks = format.write(readMojo(bytesOf(profile)), { name: "profile" });
    // The same may be compressed in several ways.
    written[format.name] = await base64Of(format === formats.pprof ? inflated(chunks) : chunks);
  }
  return written;
}

async function* inflated(chunks) {
  const pieces = [];
  for await (const chunk of chunks) pieces.push(chunk);
  yield* new Blob(pieces).stream().pipeThrough(new DecompressionStream("gzip"));
}
