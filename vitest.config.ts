import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/{unit,decoder,live}/**/*.test.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Live tests share two processors with their targets: one file at a time keeps them honest.
    fileParallelism: false,
  },
});
