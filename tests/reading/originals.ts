// Good profiles of every kind that is read, small enough to be broken many thousand times: what the mutator begins with.
import { formatNamed } from "../../src/formats/registry.js";
import type { Mode } from "../../src/model/metrics.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../formats/made_profile.js";

const MODES: readonly Mode[] = ["wall", "cpu", "memory", "full"];
const FORMATS = ["mojo", "austin", "collapsed"];
const TICKS = 8;

export async function originals(): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [...MOJO_4];
  for (const mode of MODES) {
    for (const name of FORMATS) {
      const metadata = { ...METADATA, mode, gc: "on" };
      const samples = streamOf(madeSamples(mode, 7, TICKS), metadata, { duration: "8000", "left out": "3/8" });
      const format = await formatNamed(name);
      if (format === undefined) throw new Error(`there is no format ${name}`);
      all.push(await bytesOf(format.write(samples)));
    }
  }
  return all;
}

/** A file, a function and two frames of process 1, in a sample of its thread. */
const BEGIN = [2, 1, 0, 0x31, 0, 11, 2, 0x61, 0, 3, 1, 2, 2, 10, 0, 0, 0, 3, 2, 2, 2, 20, 0, 0, 0];
const AGAIN = [2, 1, 0, 0x31, 0];
const HEADER = [0x4d, 0x4f, 0x4a, 4];

/** Stacks of tasks in both drafts, each followed by a sample that repeats its stack. */
const MOJO_4: readonly Uint8Array[] = [
  [...BEGIN, 14, 6, 2, 2, 5, 1, 5, 2, 15, 6, 7, 16, 6, 5, 1, 9, 7, ...AGAIN, 14, 6, 0, 0, 13, 5, 2, 9, 8, 10, 0x41],
  [...BEGIN, 14, 6, 2, 5, 1, 5, 2, 9, 50, 15, 6, 7, 5, 1, 9, 7, ...AGAIN, 14, 6, 2, 4, 9, 3, 13, 5, 2, 9, 8],
].map((events) => Uint8Array.from([...HEADER, ...events]));
