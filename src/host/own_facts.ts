// What a system tells of ourselves: what we were started with, and where we run. Plain data.

export interface Inherited {
  /** Signals that were ignored, by number. */
  readonly ignored: readonly number[];
  readonly blocked: readonly number[];
  /** The soft limit of open files, a number or "unlimited"; undefined where it isn't known. */
  readonly openFiles: string | undefined;
  /** Descriptors that were open, in order; undefined where they aren't known. */
  readonly descriptors: readonly number[] | undefined;
  /** Its entries in their order, in bytes: most are `NAME=value`. */
  readonly environment: readonly Buffer[];
}

export interface Surroundings {
  /** The system's name, its release and the processor. */
  readonly system: string;
  /** The security modules in force, as the kernel lists them. */
  readonly securityModules: string | undefined;
  /** What hints at a container; empty when nothing does. */
  readonly containerHints: readonly string[];
  /** How user ids are mapped, if we are in a user namespace of our own. */
  readonly userMap: string | undefined;
}
