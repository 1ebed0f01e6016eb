import { afterEach, describe, expect, it } from "vitest";
import { Activity, Patience } from "../../../src/target/patience.js";
import { park, stopCommands } from "../../command.js";

afterEach(stopCommands);

describe("patience", () => {
  it("is over when nothing was done for 5 s", () => {
    const patience = new Patience(1000);
    expect(patience.isOver("9 1", 1000)).toBe(false);
    expect(patience.isOver("9 1", 5999)).toBe(false);
    expect(patience.isOver("9 2", 6000)).toBe(false);
    expect(patience.isOver("9 2", 10_999)).toBe(false);
    expect(patience.isOver(undefined, 11_000)).toBe(false);
    expect(patience.isOver("9 2", 11_100)).toBe(false);
    expect(patience.isOver("9 2", 16_100)).toBe(true);
  });

  it("is over after 30 s of work", () => {
    const patience = new Patience(0);
    for (let now = 0; now < 30_000; now += 100) expect(patience.isOver(undefined, now)).toBe(false);
    expect(patience.isOver(undefined, 30_000)).toBe(true);
  });
});

describe("activity", () => {
  it("is the same text while a process waits", async () => {
    const { pid } = await park("sh", ["-c", "echo ready; read x"]);
    const activity = new Activity(pid);
    await expect.poll(() => activity.look()).toMatch(/^\d+ \d+$/);
    expect(activity.look()).toBe(activity.look());
    activity.close();
  });

  it("is work while a child works", async () => {
    const { pid, line } = await park("sh", ["-c", "while :; do :; done & echo ready $!; wait"]);
    const activity = new Activity(pid);
    await expect.poll(() => activity.look()).toBeUndefined();
    activity.close();
    process.kill(Number(line), "SIGKILL");
  });
});
