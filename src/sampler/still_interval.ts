// The shortest interval at which every sample may be a still copy: each takes the target off its processor for some 30 us.

export const STILL_INTERVAL_MICROSECONDS = 1000;
