// What is left running is seen: children, and orphans whose parent is gone; and nothing is seen once they are killed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, expect, it } from "vitest";
import { assertNoLeftovers, killLeftovers, leftovers } from "../leftovers.js";

afterAll(() => killLeftovers());

it("sees a child, until it is reaped", async () => {
  const child = spawn("sleep", ["1000"]);
  await once(child, "spawn");
  expect(leftovers().map(({ pid }) => pid)).toEqual([child.pid]);
  expect(assertNoLeftovers).toThrow(/still running:\n {2}\d+ sleep 1000/);
  killLeftovers();
  await once(child, "exit");
  expect(assertNoLeftovers).not.toThrow();
});

it("sees an orphan", async () => {
  const parent = spawn("sh", ["-c", "sleep 1000 >/dev/null 2>&1 & echo $!"]);
  let text = "";
  parent.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  await once(parent, "close");
  expect(leftovers().map(({ pid }) => pid)).toEqual([Number(text)]);
});
