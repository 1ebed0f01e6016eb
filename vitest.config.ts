import { defineConfig } from "vitest/config";

// Where .ci/run wants a report to count from.
const report = process.env.AUSTIN_TS_VITEST_REPORT;
const skips = "./tests/skips.ts";

export default defineConfig({
  test: {
    reporters: report ? ["default", skips, ["json", { outputFile: report }]] : ["default", skips],
    projects: [
      {
        extends: true,
        test: { name: "pure", include: ["tests/{unit,decoder,formats}/**/*.test.ts"], sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        // Live tests share two processors with their targets: one file at a time keeps them honest.
        test: {
          name: "live",
          include: ["tests/live/**/*.test.ts"],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
