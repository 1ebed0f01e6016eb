// What one sample of one thread measured. Plain data.

/**
 * What a profile measures. "wall": time of all threads. "cpu": time of those that run. "memory": changes of resident memory.
 * "full": time of all threads, whether they run, and changes of resident memory.
 */
export type Mode = "wall" | "cpu" | "memory" | "full";

/** A metric that the profile's mode doesn't take is undefined. */
export interface Metrics {
  /** Time since the thread's previous sample, in microseconds. */
  readonly timeMicroseconds: number | undefined;
  /** Change of the process's resident memory since its previous reading, in bytes; negative when memory was released. */
  readonly memoryBytes: number | undefined;
}
