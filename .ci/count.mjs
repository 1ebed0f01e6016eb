// In: of each run of `npm test`, its log and vitest's JSON report. Out: the names of failed tests, then one line with the counts of
// both suites in all runs. Exits with 1 if a test failed or a suite ran nothing.
import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

/** Counts of as-pect's summary, `[Tests]: passed / all`; undefined if it never came to its summary. */
function countAssembly(log) {
  const summary = /\[Tests\]: *(\d+) *\/ *(\d+)/.exec(stripVTControlCharacters(log));
  if (summary === null) return undefined;
  const passed = Number(summary[1]);
  return { passed, failed: Number(summary[2]) - passed, skipped: 0 };
}

/** Counts of vitest's JSON report. A file that couldn't be loaded counts as one failure. */
function countVitest(report) {
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.length,
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
}

/** Titles of what failed in vitest's JSON report. */
function failures(report) {
  return report.testResults.flatMap(({ name, status, assertionResults, message }) => {
    const failed = assertionResults
      .filter((result) => result.status === "failed")
      .map(({ fullName }) => `${name}: ${fullName}`);
    return status === "failed" && failed.length === 0 ? [`${name}: ${message}`] : failed;
  });
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function main(...paths) {
  let ok = true;
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (let i = 0; i < paths.length; i += 2) {
    const [logPath, reportPath] = paths.slice(i, i + 2);
    const text = read(reportPath);
    const report = text && JSON.parse(text);
    const suites = [
      ["as-pect", countAssembly(read(logPath) ?? "")],
      ["vitest", report && countVitest(report)],
    ];
    for (const line of report ? failures(report).slice(0, 200) : []) console.log(`failed: ${line.slice(0, 400)}`);
    for (const [name, counts] of suites) {
      if (counts === undefined || counts.passed + counts.failed === 0) {
        console.log(`${name} ran nothing (${logPath})`);
        ok = false;
        continue;
      }
      for (const key of Object.keys(total)) total[key] += counts[key];
    }
  }
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = ok && total.failed === 0 ? 0 : 1;
}

main(...process.argv.slice(2));
