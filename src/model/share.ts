// How much there was, and how much of it was left out. Plain data.

/** Sums over thread samples. */
export interface Amount {
  readonly samples: number;
  readonly microseconds: number;
  /** Net change of memory. */
  readonly bytes: number;
}

/** What there was and what of it was left out. */
export interface Share {
  readonly all: Amount;
  readonly leftOut: Amount;
}
