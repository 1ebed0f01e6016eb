// "austin-ts/capture": a capture decoded by the Wasm that the package has, from bytes and from a file as pages have it.
import { CaptureError, decodeCapture } from "austin-ts/capture";
import { base64Of, bytesOf } from "./shared.mjs";

export async function run({ capture, native }) {
  const bytes = bytesOf(capture);
  const decoding = decodeCapture(bytes);
  const mojo = await base64Of(decoding.mojo());
  const withNative = await base64Of(decodeCapture(bytesOf(native)).mojo());
  let samples = 0;
  for await (const _ of decodeCapture(new Blob([bytes]), { filters: {} })) samples++;
  const [{ stacks }] = await decodeCapture([bytes]).stacks();
  let error;
  try {
    await base64Of(decodeCapture(bytes.subarray(1)).mojo());
  } catch (thrown) {
    error = [thrown instanceof CaptureError, thrown.kind, thrown.problem];
  }
  return { mojo, withNative, samples, stacks, processes: decoding.processes, error };
}
