// The shortest intervals at which every sample may be an off-CPU copy: each takes the target off its processor for some 30 us.

export const OFF_CPU_INTERVAL_MICROSECONDS = 1000;

/**
 * The same where nothing else proves the stacks: one in twenty of these copies comes too late or shows nothing for certain, and
 * 1,000 a second are to be left.
 */
export const PACED_INTERVAL_MICROSECONDS = 900;
