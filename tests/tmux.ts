// A terminal that is not ours: tmux. In: a command and a size. Out: what it shows, and keys for it. Knows nothing of what runs in it.
import { execFileSync, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { unlessThere } from "./needs.js";

let number = 0;

export const tmuxLack = unlessThere(spawnSync("tmux", ["-V"]).status === 0, "tmux");

export class Tmux {
  readonly #socket = `austin-test-${process.pid}-${number++}`;

  /** @param command for sh; when it is over, the terminal shows OVER and its exit status */
  constructor(command: string, width: number, height: number, cwd: string) {
    this.#run(
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      "-x",
      `${width}`,
      "-y",
      `${height}`,
      "-c",
      cwd,
      `${command}; echo "OVER $?"; exec cat`,
    );
  }

  #run(...args: string[]): string {
    return execFileSync("tmux", ["-L", this.#socket, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  /** What it shows, once that has a text. */
  async shows(text: string | RegExp): Promise<string> {
    for (;;) {
      const screen = this.#run("capture-pane", "-p");
      if (typeof text === "string" ? screen.includes(text) : text.test(screen)) return screen;
      await sleep(50);
    }
  }

  keys(...keys: string[]): void {
    this.#run("send-keys", ...keys);
  }

  resize(width: number, height: number): void {
    this.#run("resize-window", "-x", `${width}`, "-y", `${height}`);
  }

  /** One of tmux's facts, such as "alternate_on". */
  fact(name: string): string {
    return this.#run("display-message", "-p", `#{${name}}`).trim();
  }

  /** Process that runs in it. */
  get pid(): number {
    return Number(this.fact("pane_pid"));
  }

  close(): void {
    spawnSync("tmux", ["-L", this.#socket, "kill-server"]);
  }
}
