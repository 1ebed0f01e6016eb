// A reporter for vitest: what was skipped, by file and title, with the reason. In: a run that is over. Out: lines on standard
// output. A run of some tests by their names (-t) leaves out the others, which says nothing.
import type { Reporter, TestCase, TestModule, TestSuite, Vitest } from "vitest/node";
import { lackOf } from "./needs.js";

interface Skip {
  readonly title: string;
  readonly reason: string;
}

/** The outermost title that says what is lacking, or the test's own. */
function skipOf(test: TestCase): Skip {
  const titles: string[] = [test.name];
  for (let parent: TestSuite | TestModule = test.parent; parent.type === "suite"; parent = parent.parent) {
    titles.unshift(parent.name);
  }
  for (const [i, one] of titles.entries()) {
    const { title, lack } = lackOf(one);
    if (lack !== undefined) return { title: [...titles.slice(0, i), title].join(" > "), reason: `lacks ${lack}` };
  }
  const result = test.result();
  const note = result.state === "skipped" ? result.note : undefined;
  return { title: titles.join(" > "), reason: note ?? "no reason given" };
}

export default class Skips implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#vitest?.config.testNamePattern !== undefined) return;
    const lines: string[] = [];
    let tests = 0;
    for (const module of modules) {
      const counts = new Map<string, number>();
      for (const test of module.children.allTests("skipped")) {
        const { title, reason } = skipOf(test);
        const line = `${title}: ${reason}`;
        counts.set(line, (counts.get(line) ?? 0) + 1);
        tests++;
      }
      for (const [line, count] of counts) lines.push(`  ${module.relativeModuleId} > ${line} (${count})`);
    }
    if (tests > 0) console.log(`Skipped, ${tests} tests:\n${lines.join("\n")}\n`);
  }
}
