// How native frames are sampled, where some are wanted. Plain data, and what is loaded only then.
import type { OpenNative } from "./native_ticks.js";
import type { ProcessOptions } from "./process_options.js";

/** Why a process is sampled without native frames. */
export interface NativeMissing {
  readonly pid: number;
  /** In words; undefined where a thread that runs could not be held. */
  readonly hindrance: string | undefined;
  /** The error number of that. */
  readonly errno: number;
}

export interface NativeOptions extends ProcessOptions {
  /** Where native frames are wanted: what takes samples with them. */
  readonly openNative?: OpenNative | undefined;
  /** Called where there are none, for the first time of each process. */
  readonly nativeMissing?: ((missing: NativeMissing) => void) | undefined;
}
