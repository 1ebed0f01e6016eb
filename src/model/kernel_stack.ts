// What a thread does in the kernel while it waits. Knows no system.

export interface KernelStack {
  /** Names, outermost first; at least one. */
  readonly functions: readonly string[];
  /** There may be more that called these. */
  readonly isCut: boolean;
}
