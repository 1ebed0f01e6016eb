// "austin-ts": what of it runs in a page.
import { hottestFunctions, MojoEncoder, readMojo, sampleStream } from "austin-ts";
import { bytesOf } from "./shared.mjs";

export async function run({ profile }) {
  const made = sampleStream([{ pid: 1, thread: "1", frames: [{ kind: "code", scope: "f", filename: "f.py" }] }]);
  return {
    read: await hottestFunctions(readMojo(bytesOf(profile)), 3),
    made: await hottestFunctions(made),
    writes: typeof MojoEncoder,
  };
}
