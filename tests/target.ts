// In: an interpreter and a program of tests/targets. Out: the running process, once it has said that it is ready.
// Knows nothing of sampling. Whatever a test file leaves running is killed when the file ends.
import { isAbsolute, join } from "node:path";
import { afterAll } from "vitest";
import { killLeftovers } from "./leftovers.js";
import { type Python, projectRoot } from "./pythons.js";
import { startCommand, stopAll, type Target, type TargetOptions } from "./started.js";

export { assertNoLeftovers } from "./leftovers.js";
export type { Target, TargetOptions } from "./started.js";

afterAll(async () => {
  await stopAll();
  killLeftovers();
});

/** Absolute path of a program in tests/targets. */
export function targetPath(script: string): string {
  return isAbsolute(script) ? script : join(projectRoot, "tests/targets", script);
}

/**
 * Start `script` (a name in tests/targets, or an absolute path) on `python` and wait for its ready line.
 * @throws an error that names both and carries the target's stderr, if it ends or says nothing before it is ready
 */
export function startTarget<R = { pid: number }>(
  python: Python,
  script: string,
  args: readonly string[] = [],
  { pythonArguments = [], ...options }: TargetOptions = {},
): Promise<Target<R>> {
  const words = [...(python.emulator ?? []), python.path, ...pythonArguments, targetPath(script), ...args];
  return startCommand<R>(words as [string, ...string[]], `${script} on Python ${python.name}`, options);
}
