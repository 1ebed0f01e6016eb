import { defineConfig } from "vitest/config";

// Where .ci/run wants a report to count from.
const report = process.env.AUSTIN_TS_VITEST_REPORT;
const skips = "./tests/skips.ts";

// What takes long, or goes over once more what others test: `npm run test:all` runs it, `npm test` doesn't, which is to be over in five minutes with all that
// comes before it. Files that are named on the command line run.
const LONG = [
  "tests/decoder/{corpus,extents,replaced}.test.ts",
  "tests/formats/{flamegraph,speedscope}.test.ts",
  "tests/live/{build_native,churn,corpus,crowd,embedded,emulated,killed,live_page,other_processor,package,pages,standard_library,thread_names,wait_for_interpreter,windows}.test.ts",
  "tests/live/command/{capture,children,comparison,convert,convert_peers,embedder,endings,filters,fork_child}.test.ts",
  "tests/live/{held_threads,native_frames}.test.ts",
  "tests/live/command/{connect,kernel_frames,native_capture,native_churn,native_metrics,native_sampling,resolve}.test.ts",
  "tests/live/command/{code_cache,exec,leaderless,save,snippets,times,watched_file}.test.ts",
  "tests/live/command/{heritage,hostile_profile,installed,many_children,many_threads,matrix,packed,pipe,private_capture}.test.ts",
  "tests/live/command/{reading,same_file,serve,terminal,tui,web}.test.ts",
  "tests/unit/capture/{decode,filters,hostile,many_processes,native,other_decoder}.test.ts",
  "tests/unit/reading/hostile.test.ts",
];
const areNamed = process.argv.some((word) => word.includes("tests/"));
const exclude = process.env.AUSTIN_TS_ALL === "1" || areNamed ? [] : LONG;

export default defineConfig({
  test: {
    reporters: report ? ["default", skips, ["json", { outputFile: report }]] : ["default", skips],
    projects: [
      {
        extends: true,
        test: {
          name: "pure",
          include: ["tests/{unit,decoder,formats}/**/*.test.ts"],
          exclude,
          // By default one processor is left idle: on two, only one would work.
          maxWorkers: "100%",
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        // Live tests share two processors with their targets: one file at a time keeps them honest.
        test: {
          name: "live",
          include: ["tests/live/**/*.test.ts"],
          exclude,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // A busy machine makes what is waited for come late, not untrue; vitest's own second is no bound for that.
    expect: { poll: { timeout: 60_000 } },
  },
});
