// A profile whose native frames are those of their sources. In: samples, and who knows the files. Out: samples; other frames are as they were.
import type { Sample } from "../model/sample.js";
import { type SampleStream, withSamples } from "../model/sample_stream.js";
import type { Resolver } from "./resolver.js";

export function resolvedSamples(samples: SampleStream, resolver: Resolver): SampleStream {
  return withSamples(samples, () => {
    const inner = samples[Symbol.asyncIterator]();
    return {
      next: async (): Promise<IteratorResult<Sample>> => {
        const next = await inner.next();
        if (next.done) return next;
        const { frames } = next.value;
        const resolved = resolver.known(frames) ?? (await resolver.stack(frames));
        return resolved === frames ? next : { done: false, value: { ...next.value, frames: resolved } };
      },
      return: async (): Promise<IteratorResult<Sample>> => {
        await inner.return?.();
        return { done: true, value: undefined };
      },
    };
  });
}
