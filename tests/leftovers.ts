// In: nothing. Out: the processes that descend from this one, orphans included. Knows nothing of tests or sampling.
// Every descendant carries a mark in its environment, so that one whose parent ended is found too.
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

const NAME = "AUSTIN_TS_DESCENDS_FROM";
const mark = randomUUID();
process.env[NAME] = mark;

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** What this process started, or descends from what it started, and still runs. Zombies are not seen: they run no more. */
export function leftovers(): Leftover[] {
  const found: Leftover[] = [];
  for (const entry of readdirSync("/proc")) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${entry}/environ`, "latin1").includes(`${NAME}=${mark}`)) continue;
      found.push({ pid, command: readFileSync(`/proc/${entry}/cmdline`, "latin1").replaceAll("\0", " ") });
    } catch {
      // It ended while we looked, or it isn't ours to look at.
    }
  }
  return found;
}

/** Kill what is left. @param isMeant of a command and its arguments, whether it is among it */
export function killLeftovers(isMeant: (command: string) => boolean = () => true): void {
  for (const { pid, command } of leftovers()) {
    if (!isMeant(command)) continue;
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/**
 * Check that nothing is left.
 * @throws an error that lists what is
 */
export function assertNoLeftovers(): void {
  const list = leftovers();
  if (list.length > 0) {
    throw new Error(`still running:\n${list.map(({ pid, command }) => `  ${pid} ${command}`).join("\n")}`);
  }
}
