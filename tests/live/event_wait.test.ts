// The wait that rests the event loop: each thing that must wake it does, long before the time that was asked for.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { openProcess, WOKEN, waitUntil } from "../../src/memory/event_wait.js";
import { Clock } from "../../src/sampler/clock.js";
import { EventWait } from "../../src/sampler/event_wait.js";
import { freshPath } from "../austin.js";

/** Longer than any of it may take: a wait that isn't woken ends with WOKEN.time, and the test fails. */
const LONG_MICROSECONDS = 20_000_000;
const far = (): number => Clock.now() + LONG_MICROSECONDS;

/** Until nothing of what runs beside the tests wants a turn. */
async function calm(): Promise<void> {
  do await nextTurn();
  while (waitUntil(0, -1) === WOKEN.eventLoop);
}

describe("a wait", () => {
  const wait = new EventWait();
  afterEach(() => wait.close());

  it("ends at its time", async () => {
    await calm();
    const time = Clock.now() + 5000;
    // What runs beside the tests may wake it.
    while (waitUntil(time, -1) !== WOKEN.time) await nextTurn();
    expect(Clock.now()).toBeGreaterThanOrEqual(time);
  });

  it("is ended by a signal, which came before or comes meanwhile", async () => {
    const signals: string[] = [];
    process.once("SIGUSR2", (signal) => signals.push(signal));
    await calm();
    process.kill(process.pid, "SIGUSR2");
    expect(waitUntil(far(), -1)).toBe(WOKEN.eventLoop);
    await nextTurn();
    await nextTurn();
    expect(signals).toEqual(["SIGUSR2"]);
    process.once("SIGUSR2", (signal) => signals.push(signal));
    const child = spawn("sh", ["-c", "sleep 0.1; kill -USR2 $PPID"], { stdio: "ignore" });
    await once(child, "spawn");
    while (signals.length < 2) {
      expect(waitUntil(far(), -1)).toBe(WOKEN.eventLoop);
      await nextTurn();
    }
    if (child.exitCode === null) await once(child, "exit");
  });

  it("is ended by a timer, and by a write that has ended", async () => {
    await calm();
    let fired = false;
    setTimeout(() => {
      fired = true;
    }, 20);
    let isWritten = false;
    while (!fired) {
      expect(waitUntil(far(), -1)).toBe(WOKEN.eventLoop);
      await nextTurn();
    }
    writeFile(freshPath(), "text", () => {
      isWritten = true;
    });
    while (!isWritten) {
      expect(waitUntil(far(), -1)).toBe(WOKEN.eventLoop);
      await nextTurn();
    }
  });

  it("is ended by the end of a process that isn't our child", async () => {
    const shell = spawn("sh", ["-c", "sleep 0.2 >&- & echo $!"], { stdio: ["ignore", "pipe", "ignore"] });
    const [text] = (await once(shell.stdout, "data")) as [Buffer];
    await once(shell, "close");
    const pid = Number(text.toString());
    const descriptor = openProcess(pid);
    expect(descriptor, "pidfd_open").toBeGreaterThanOrEqual(0);
    wait.watch(pid);
    let woken: number = WOKEN.eventLoop;
    while (woken === WOKEN.eventLoop) {
      woken = waitUntil(far(), descriptor);
      await nextTurn();
    }
    expect(woken).toBe(WOKEN.process);
    expect(wait.until(far())).toBe(false);
    wait.close();
    expect(openProcess(2 ** 30)).toBe(-1);
  });
});
