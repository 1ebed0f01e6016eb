// What one sample of one thread measured. Plain data.

/** A metric that the profile's mode doesn't take is undefined. */
export interface Metrics {
  /** Time since the thread's previous sample, in microseconds. */
  readonly timeMicroseconds: number | undefined;
  /** Change of the process's resident memory since its previous reading, in bytes; negative when memory was released. */
  readonly memoryBytes: number | undefined;
}
