// Why there is no decoder, or none any more.
import { AustinError } from "../model/error.js";

/** There can't be one more decoder. */
export abstract class NoRoom extends AustinError {
  /** Why a process isn't sampled for want of it, in a few words for statistics. */
  abstract readonly why: string;
}

/** The system gives no room for an instance's memory: V8 sets 10 GiB of addresses aside for each, where it may. */
export class NoAddressSpace extends NoRoom {
  override readonly name = "NoAddressSpace";
  readonly kind = "no-address-space";
  readonly why = "no address space for its decoder";
  constructor(options?: ErrorOptions) {
    super("there is no room for the decoder's memory in this process's address space (RLIMIT_AS)", options);
  }
}

/** The decoder did what it never should: whatever it was given, this is a bug. */
export class DecoderBroken extends AustinError {
  override readonly name = "DecoderBroken";
  readonly kind = "decoder-broken";
}
