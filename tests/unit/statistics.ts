// The figures of a run that had everything, for tests of what is said of them.
import type { RunStatistics } from "../../src/model/statistics.js";

export const FULL: RunStatistics = {
  durationMicroseconds: 2_000_000,
  ticks: 20_000,
  samples: 19_000,
  processes: 1,
  processesNotSampled: {},
  missedTicks: 1_000,
  takenTicks: 19_000,
  longTicks: 190,
  incomplete: 19,
  takenMicroseconds: 1_900_000,
  incompleteMicroseconds: 38_000,
  reasons: { "torn stack": 3, "unreadable frame": 16, cycle: 0 },
  proofs: {
    tried: 19_100,
    proven: 18_000,
    retried: 800,
    still: 295,
    unverified: 5,
    dropped: 100,
    copies: 400,
    failedCopies: 20,
  },
  gapMicroseconds: 4321,
  collectorMicroseconds: 500_000,
  stillMicroseconds: 1_500_000,
  stillUnavailable: "pthread_setaffinity_np to processor 3 failed with errno 22",
  stillPrevented: {
    "pthread_setaffinity_np to processor 3 failed with errno 22": 5,
    "pthread_create failed with errno 11": 2,
  },
  sampling: { minimumMicroseconds: 8, averageMicroseconds: 11.5, maximumMicroseconds: 1234 },
  output: { path: "app.mojo", bytes: 123_456 },
};
