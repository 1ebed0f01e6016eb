import { defineConfig } from "vitest/config";

// Where .ci/run wants a report to count from.
const report = process.env.AUSTIN_TS_VITEST_REPORT;

export default defineConfig({
  test: {
    include: ["tests/{unit,decoder,formats,live}/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Live tests share two processors with their targets: one file at a time keeps them honest.
    fileParallelism: false,
    reporters: report ? ["default", ["json", { outputFile: report }]] : ["default"],
  },
});
