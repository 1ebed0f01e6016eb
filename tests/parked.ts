// Running the parked targets. In: an interpreter and a theme. Out: the target at each of its stages, with its account.
import type { Account } from "./account.js";
import type { Python } from "./pythons.js";
import { startTarget, type Target } from "./target.js";
import type { Theme } from "./themes.js";

/** Run `visit` with the running target at each of the theme's stages, then stop it. */
export async function atEachStage(
  python: Python,
  { script, options, stages }: Theme,
  visit: (account: Account, target: Target<Account>, stage: number) => void | Promise<void>,
): Promise<void> {
  const target = await startTarget<Account>(python, script, [], options);
  try {
    await visit(target.ready, target, 0);
    for (let stage = 1; stage < stages; stage++) await visit(await target.next(), target, stage);
  } finally {
    await target.stop();
  }
}
