// The first sample of a process: the very look that finds its interpreter ready. In: an attached decoder. Out: the sample, in
// the decoder, and its times. From that look to the first tick some milliseconds pass, on a busy machine many, and a short
// program may end in them, or run no Python any more.
import type { Decoder } from "../decoder/index.js";
import type { LiveMemory } from "../memory/live.js";
import { modeWants } from "../profile/recorder.js";
import { Clock } from "./clock.js";
import { OffCpuMemory } from "./off_cpu_memory.js";
import type { ProcessOptions } from "./process_options.js";
import { unprovenWants } from "./unproven.js";

/** When it was taken; times in microseconds. */
export interface FirstSample {
  /** When the look began: from then on the process's time counts. */
  readonly since: number;
  readonly time: number;
}

/** @returns undefined where the process has no interpreter at this moment */
export function takeFirst(decoder: Decoder, live: LiveMemory, options: ProcessOptions): FirstSample | undefined {
  const { checkpoint, proof, mayCopyOffCpu, onlyOffCpu, showUnproven } = decoder.wants;
  const how = { auto: mayCopyOffCpu, always: onlyOffCpu, never: showUnproven }[options.still];
  const memory = new OffCpuMemory(live);
  try {
    const since = Clock.now();
    memory.due = since;
    const outcome = decoder.sample(
      memory,
      checkpoint | proof | how | unprovenWants(decoder.wants) | modeWants(decoder, options),
    );
    return outcome === "sampled" ? { since, time: memory.began } : undefined;
  } finally {
    memory.close();
  }
}
