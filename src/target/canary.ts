// Who else was sent a signal that we got. In: nothing. Out: whether a process that stands beside us, in our process group,
// got one. Terminals, shells and `timeout` send theirs to the whole group: then a command of ours has it already, and to
// pass it on would cut off the clean-up that the first has begun. Nothing else tells: the sender is the same either way.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { host } from "../host/index.js";
import { ignoring } from "./launcher.js";

export class Canary {
  readonly #process: ChildProcess | undefined;

  /** It ends with us, however we end: its input does. */
  constructor() {
    if (host.sharesSignals) return;
    // What we don't heed, the command doesn't either, and it is no end of the canary.
    const script = [...ignoring(host.inherited().ignored), "exec cat"].join("\n");
    const canary = spawn("/bin/sh", ["-c", script], { stdio: ["pipe", "ignore", "ignore"] });
    // Without it, what is sent to the group is taken for ours alone.
    canary.on("error", () => {});
    canary.stdin?.on("error", () => {});
    this.#process = canary;
  }

  /** Whether it has got a signal. The first ends it, so of later ones nothing is known. */
  get isStruck(): boolean {
    if (this.#process === undefined) return host.sharesSignals;
    const { pid, exitCode, signalCode } = this.#process;
    return pid !== undefined && (exitCode !== null || signalCode !== null || host.isStruck(pid));
  }

  /** Resolves when it has ended. */
  async close(): Promise<void> {
    if (this.#process === undefined) return;
    const { pid, exitCode, signalCode } = this.#process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }
}
