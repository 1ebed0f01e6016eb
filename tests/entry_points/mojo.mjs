// "austin-ts/mojo": events, samples and metadata of a profile.
import { MojoError, readMojo, readMojoEvents } from "austin-ts/mojo";
import { bytesOf } from "./shared.mjs";

export async function run({ profile }) {
  const bytes = bytesOf(profile);
  const samples = [];
  const reader = readMojo(bytes);
  for await (const sample of reader) samples.push(sample);
  let events = 0;
  for await (const _ of readMojoEvents(bytes)) events++;
  let error;
  try {
    for await (const _ of readMojo(bytes.subarray(1))) error = "none";
  } catch (thrown) {
    error = [thrown instanceof MojoError, thrown.kind, thrown.offset];
  }
  return { samples, metadata: [...reader.metadata], events, error };
}
