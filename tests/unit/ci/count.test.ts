// The line that .ci/run ends with: it adds both suites up, and fails when a test failed or a suite ran nothing.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../pythons.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "count-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function count(log: string, report?: object): { status: number | null; lines: string[] } {
  writeFileSync(join(folder, "log"), log);
  const reportPath = join(folder, report ? "report.json" : "absent.json");
  if (report) writeFileSync(reportPath, JSON.stringify(report));
  const script = join(projectRoot, ".ci/count.mjs");
  const { status, stdout } = spawnSync(process.execPath, [script, join(folder, "log"), reportPath], {
    encoding: "utf8",
  });
  return { status, lines: stdout.trim().split("\n") };
}

const log = "  [Summary]\n    [Tests]: \u001b[32m43\u001b[39m / 43\n   [Groups]: \u001b[32m11\u001b[39m / 11\n";
const passing = { numPassedTests: 7, numFailedTests: 0, numPendingTests: 2, numTodoTests: 1, testResults: [] };

describe("count.mjs", () => {
  it("adds the suites up", () => {
    expect(count(log, passing)).toEqual({ status: 0, lines: ["50 passed, 0 failed, 3 skipped"] });
  });

  it("fails with an assembly spec that fails", () => {
    const { status, lines } = count(log.replace("43\u001b", "41\u001b"), passing);
    expect({ status, last: lines.at(-1) }).toEqual({ status: 1, last: "48 passed, 2 failed, 3 skipped" });
  });

  it("fails with a failed test, and names it", () => {
    const assertionResults = [{ status: "failed", fullName: "the test" }];
    const testResults = [{ name: "a.test.ts", status: "failed", message: "", assertionResults }];
    const { status, lines } = count(log, { ...passing, numFailedTests: 1, testResults });
    expect({ status, lines }).toEqual({
      status: 1,
      lines: ["failed: a.test.ts: the test", "50 passed, 1 failed, 3 skipped"],
    });
  });

  it("counts a file that couldn't be loaded as a failure", () => {
    const testResults = [{ name: "a.test.ts", status: "failed", message: "no module", assertionResults: [] }];
    const { status, lines } = count(log, { ...passing, testResults });
    expect({ status, last: lines.at(-1) }).toEqual({ status: 1, last: "50 passed, 1 failed, 3 skipped" });
  });

  it.each<[string, string, object | undefined, string]>([
    ["as-pect", "a crash", passing, "as-pect ran nothing"],
    ["vitest", log, undefined, "vitest ran nothing"],
    ["vitest", log, { ...passing, numPassedTests: 0 }, "vitest ran nothing"],
  ])("fails when %s ran nothing", (_, text, report, expected) => {
    const { status, lines } = count(text, report);
    expect(status).toBe(1);
    expect(lines).toContain(`${expected} (${join(folder, "log")})`);
  });

  it("adds up several runs, and fails with one of them", () => {
    const paths = ["one", "other"].flatMap((name) => [join(folder, `${name}.log`), join(folder, `${name}.json`)]);
    for (const [i, path] of paths.entries()) writeFileSync(path, i % 2 === 0 ? log : JSON.stringify(passing));
    const script = join(projectRoot, ".ci/count.mjs");
    const run = () => spawnSync(process.execPath, [script, ...paths], { encoding: "utf8" });
    expect(run()).toMatchObject({ status: 0, stdout: "100 passed, 0 failed, 6 skipped\n" });
    rmSync(paths[1] as string);
    const { status, stdout } = run();
    expect({ status, last: stdout.trim().split("\n").at(-1) }).toEqual({
      status: 1,
      last: "93 passed, 0 failed, 3 skipped",
    });
  });
});
