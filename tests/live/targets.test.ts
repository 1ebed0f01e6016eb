// The parked targets themselves: on every interpreter they get ready, and their accounts tell what they are made for.
// A judge that knew nothing, or a target that parked nothing, would make every comparison with it worthless.
import { describe, expect, it } from "vitest";
import type { Account, AccountedThread } from "../account.js";
import { atEachStage } from "../parked.js";
import { eachPython, type Python } from "../pythons.js";
import { assertNoLeftovers, startTarget } from "../target.js";
import { themes } from "../themes.js";

function find(account: Account, name: string): AccountedThread {
  const thread = account.threads.find((candidate) => candidate.name === name);
  if (thread === undefined) throw new Error(`no thread ${name} among ${account.threads.map((t) => t.name).join(", ")}`);
  return thread;
}

function names(thread: AccountedThread): string[] {
  return thread.frames.map(({ name }) => name);
}

async function accounts(python: Python, title: string): Promise<Account[]> {
  const theme = themes.find((candidate) => candidate.title === title);
  if (theme === undefined) throw new Error(`no theme ${title}`);
  const seen: Account[] = [];
  await atEachStage(python, theme, (account) => {
    seen.push(account);
  });
  return seen;
}

describe.each(eachPython())("parked targets on Python %s", (_, python) => {
  const rows = themes.filter(({ on }) => on?.(python) ?? true).map((theme) => [theme.title, theme] as const);

  it.each(rows)("%s: every thread has a stack with lines, and none is in the account's own code", async (_, theme) => {
    await atEachStage(python, theme, (account, target) => {
      expect(account.pid).toBe(target.pid);
      expect(account.version).toEqual(python.version);
      expect(account.threads.length).toBeGreaterThanOrEqual(2);
      for (const { name, frames } of account.threads) {
        const leaf = frames.at(-1);
        expect(leaf?.line, name).toBeGreaterThan(0);
        if (name !== "watcher") expect(leaf?.file, name).not.toMatch(/account\.py$/);
        if (python.version[1] >= 11) expect(leaf?.position?.[0], name).toBe(leaf?.line);
        if (python.version[1] >= 11) expect(leaf?.qualname, name).not.toBeNull();
      }
    });
    assertNoLeftovers();
  });

  it("parks inside the frames the shapes are named for", async () => {
    const [calls] = await accounts(python, "calls");
    expect(names(find(calls as Account, "recursion")).filter((name) => name === "recursion")).toHaveLength(51);
    expect(names(find(calls as Account, "class_body")).slice(-2)).toEqual(["Outer", "Inner"]);
    const [suspended] = await accounts(python, "generators and coroutines");
    expect(names(find(suspended as Account, "yield_from")).slice(-3)).toEqual(["outer", "middle", "inner"]);
    expect(names(find(suspended as Account, "asynchronous_generator")).slice(-2)).toEqual(["consume", "numbers"]);
    const [callbacks] = await accounts(python, "callbacks from C");
    expect(names(find(callbacks as Account, "through_ctypes")).slice(-2)).toEqual(["through_ctypes", "<lambda>"]);
    expect(names(find(callbacks as Account, "MainThread")).at(-1)).toBe("on_signal");
  });

  it("has names of every kind, very long ones, and a deep stack", async () => {
    const [named] = await accounts(python, "names and long tables");
    const account = named as Account;
    expect(names(find(account, "función"))).toContain("été");
    expect(names(find(account, "𠀀𠀁"))).toContain("𠮷野家");
    expect(account.threads.some(({ frames }) => frames.at(-1)?.file === "/tmp/😀.py")).toBe(true);
    expect(account.threads.some(({ frames }) => frames.at(-1)?.name === "長".repeat(10_000))).toBe(true);
    expect(find(account, "long_table").frames.at(-1)?.line).toBe(20_002);
    expect(find(account, "imported").frames.at(-1)?.file).toContain("😀 naïve");
    const [deep] = await accounts(python, "deep stacks");
    expect(find(deep as Account, "deep").frames.length).toBeGreaterThan(10_000);
  });

  it("has no sub-interpreter at first, then two, each with two threads", async () => {
    const [before, after] = await accounts(python, "late sub-interpreters");
    expect(new Set(before?.threads.map(({ interpreter }) => interpreter))).toEqual(new Set([0]));
    const inside = after?.threads.filter(({ interpreter }) => interpreter !== 0) ?? [];
    expect(inside).toHaveLength(4);
    expect(new Set(inside.map(({ interpreter }) => interpreter)).size).toBe(2);
    expect(inside.filter(({ frames }) => frames.at(-1)?.name === "función")).toHaveLength(2);
  });

  it("is named, with its stderr, when it ends before it is ready", async () => {
    await expect(startTarget(python, "no such file.py")).rejects.toThrow(
      new RegExp(
        `no such file.py on Python ${python.name.replaceAll(".", "\\.")} ended \\(code 2\\)[^]*can't open file`,
      ),
    );
    assertNoLeftovers();
  });
});
