// Those who were launched with a command: it, and who descends from it within its process group, as a terminal sees it. In:
// signals to pass on. Out: when all of them have ended. Who has left the group, a daemon, was meant to outlive the command:
// it is never signalled and never waited for.
import { setTimeout as sleep } from "node:timers/promises";
import { host, ProcessDenied, ProcessGone } from "../host/index.js";
import type { LaunchedProcess } from "./launch.js";
import type { Member, ProcessTree } from "./tree.js";

const PAUSE_MILLISECONDS = 10;

export class LaunchedFamily {
  readonly #launched: LaunchedProcess;
  readonly #tree: ProcessTree;
  readonly #groups: ReadonlySet<number>;
  /** What the run was ended with: those who begin later are told, too. */
  #ending: NodeJS.Signals | undefined;
  readonly #told = new Set<number>();

  constructor(launched: LaunchedProcess, tree: ProcessTree) {
    this.#launched = launched;
    this.#tree = tree;
    // It may come to lead a group of its own.
    this.#groups = new Set([tree.rootGroup, launched.pid]);
  }

  /**
   * The command has been sent `signal`, or somebody else has sent it to the whole group.
   * @param reaches whom it has reached: after SIGINT, the others are told at once, as a terminal does it; else when the
   * command has ended, as it may end them itself
   */
  ending(signal: NodeJS.Signals, reaches: "command" | "group"): void {
    this.#ending = signal;
    if (reaches === "group") {
      for (const { pid } of this.#others()) if (!isDeaf(pid, signal)) this.#told.add(pid);
    } else if (signal === "SIGINT") this.#tell();
  }

  /** Send `signal` to all others who are left. */
  insist(signal: NodeJS.Signals): void {
    for (const { pid } of this.#others()) send(pid, signal);
  }

  /** Let those go on who are stopped: they hear of nothing before. */
  wake(): void {
    for (const { pid } of this.#others()) if (host.isStopped(pid)) send(pid, "SIGCONT");
  }

  /** From now on nobody is waited for. */
  leave(): void {
    this.#ending = undefined;
  }

  /** Resolves when the command has ended; where the run was ended, the others, too. */
  get ended(): Promise<void> {
    return this.#untilEnded();
  }

  async #untilEnded(): Promise<void> {
    await this.#launched.ended;
    while (this.#ending !== undefined && this.#others().length > 0) {
      this.#tell();
      await sleep(PAUSE_MILLISECONDS);
    }
  }

  #tell(): void {
    const signal = this.#ending;
    if (signal === undefined) return;
    for (const { pid } of this.#others()) {
      if (this.#told.has(pid)) continue;
      this.#told.add(pid);
      send(pid, isDeaf(pid, signal) ? "SIGTERM" : signal);
    }
  }

  #others(): Member[] {
    return this.#tree.living().filter(({ pid }) => pid !== this.#launched.pid && this.#groups.has(groupOf(pid)));
  }
}

/** Whether it ignores the signal that a terminal sends; shells start those in the background so. */
function isDeaf(pid: number, signal: NodeJS.Signals): boolean {
  return signal === "SIGINT" && host.ignoresSignal(pid, signal);
}

function groupOf(pid: number): number {
  try {
    return host.readStat(pid).group;
  } catch (error) {
    if (error instanceof ProcessGone || error instanceof ProcessDenied) return 0;
    throw error;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended, or it has become somebody whom we may not signal.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ESRCH" && code !== "EPERM") throw error;
  }
}
