// Who descends from a process, as procfs shows it.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { Births, processIds, readStat } from "../../../src/host/linux/index.js";
import { ProcessTree } from "../../../src/target/tree.js";
import { park, start, stopCommands } from "../../command.js";
import { killLeftovers, leftovers } from "../../leftovers.js";

const WITHIN = { interval: 1, timeout: 30_000 };
const trees: ProcessTree[] = [];

afterEach(async () => {
  for (const tree of trees.splice(0)) tree.close();
  await stopCommands();
  killLeftovers();
  // A signal takes a moment to end somebody.
  await expect.poll(leftovers, WITHIN).toEqual([]);
});

function treeOf(pid: number, births?: Births): ProcessTree {
  const tree = new ProcessTree(pid, births);
  trees.push(tree);
  return tree;
}

/** A shell that runs what it is told, line by line. */
const shell = () => park("sh", ["-c", 'echo ready; while read line; do eval "$line"; done']);

/** Ids of the living members but the root, once there are `count`. */
async function others(tree: ProcessTree, root: number, count: number): Promise<number[]> {
  const ids = () => tree.living().flatMap(({ pid }) => (pid === root ? [] : [pid]));
  await expect.poll(() => ids().length, WITHIN).toBe(count);
  return ids();
}

it("has those who are there already", async () => {
  const { pid, child } = await shell();
  child.stdin.write("sh -c 'sleep 60; true' & echo ready\n");
  await expect.poll(() => treeOf(pid).living().length, WITHIN).toBe(3);
});

it("has those who begin, and loses those who end", async () => {
  const { pid, child } = await shell();
  const tree = treeOf(pid);
  child.stdin.write("sleep 60 &\n");
  const [begun] = await others(tree, pid, 1);
  process.kill(begun as number, "SIGKILL");
  await others(tree, pid, 0);
});

it("has an orphan that it never saw with its parent", async () => {
  const script = 'echo ready; while read line; do eval "$line"; done';
  const { pid, child, ready } = await start("sh", ["-c", script]);
  await ready();
  const tree = treeOf(pid);
  child.stdin.write("sh -c '(sleep 61; true) & true'; echo ready\n");
  await ready();
  const commands = () => tree.living().map((member) => readFileSync(`/proc/${member.pid}/cmdline`, "utf8"));
  await expect.poll(commands, WITHIN).toContain("sleep\x0061\0");
});

it("has nobody else's", async () => {
  const { pid } = await shell();
  const tree = treeOf(pid);
  const stranger = spawn("sleep", ["60"]);
  const [, own] = await Promise.all([shell(), shell()]);
  expect(tree.living().map((member) => member.pid)).toEqual([pid]);
  expect(treeOf(own.pid).living()).toHaveLength(1);
  stranger.kill("SIGKILL");
});

it("has no orphan of its group that is older than the root, when all processes are listed anew", async () => {
  const begins = await start("sh", ["-c", "sleep 63 & echo ready $!; read line"]);
  const orphan = Number(await begins.ready());
  begins.child.stdin.end();
  await expect.poll(() => readStat(orphan).parent, WITHIN).not.toBe(begins.pid);
  // A process's age is told in hundredths of a second.
  await expect
    .poll(() => readStat(process.pid).startTime + process.uptime() * 100 - 2, WITHIN)
    .toBeGreaterThan(readStat(orphan).startTime);
  const { pid } = await shell();
  let last = 30_000;
  const tree = treeOf(pid, new Births({ last: () => last, all: () => [orphan, pid], close: () => {} }));
  expect(readStat(orphan).group).toBe(tree.rootGroup);
  last = 300;
  expect(tree.look(0).map((member) => member.pid)).toEqual([pid]);
});

it("has those who begin where the count of ids stands still", async () => {
  const { pid, child, ready } = await start("sh", ["-c", 'echo ready; while read line; do eval "$line"; done']);
  await ready();
  const tree = treeOf(pid, new Births({ last: () => 30_000, all: processIds, close: () => {} }));
  expect(tree.look(0).map((member) => member.pid)).toEqual([pid]);
  expect(tree.look(600_000)).toEqual([]);
  const begin = async () => {
    child.stdin.write("sleep 60 & echo ready $!\n");
    return Number(await ready());
  };
  const begun = await begin();
  expect(tree.look(700_000)).toEqual([]);
  expect(tree.look(1_200_000).map((member) => member.pid)).toEqual([begun]);
  // From now on they are listed as where nothing counts.
  const another = await begin();
  expect(tree.look(1_230_000).map((member) => member.pid)).toEqual([another]);
});

it("believes a count that told of all that has begun", async () => {
  const { pid, child, ready } = await start("sh", ["-c", 'echo ready; while read line; do eval "$line"; done']);
  await ready();
  let last = 30_000;
  let listings = 0;
  const all = () => {
    listings++;
    return processIds().filter((id) => id === pid || id === begun);
  };
  let begun = 0;
  const tree = treeOf(pid, new Births({ last: () => last, all, close: () => {} }));
  tree.look(0);
  child.stdin.write("sleep 60 & echo ready $!\n");
  begun = Number(await ready());
  last = begun;
  expect(tree.look(100_000).map((member) => member.pid)).toEqual([begun]);
  const before = listings;
  // One listing each half a second, and none more once it has said nothing new.
  for (let now = 600_000; now < 2_600_000; now += 25_000) expect(tree.look(now)).toEqual([]);
  expect(listings - before).toBe(4);
});

it("has those who begin once the kernel has come to its highest id, under an id that a member had, too", async () => {
  // A session of its own: orphans of other programs' are in our group.
  const script = 'echo ready; while read line; do eval "$line"; done';
  const { pid, child, ready } = await start("setsid", ["sh", "-c", script]);
  await ready();
  let last = 30_000;
  const tree = treeOf(pid, new Births({ last: () => last, all: processIds, close: () => {} }));
  expect(tree.look(0).map((member) => member.pid)).toEqual([pid]);
  child.stdin.write("sleep 60 & echo ready $!\n");
  const begun = Number(await ready());
  expect(tree.look(0)).toEqual([]);
  last = 301;
  const [member] = tree.look(0);
  expect(member?.pid).toBe(begun);

  // Somebody else had the id before, and nobody has looked since that one ended.
  const startTime = member?.startTime as number;
  tree.members.set(begun, { pid: begun, startTime: startTime - 1 });
  last = 300;
  expect(tree.look(0)).toEqual([{ pid: begun, startTime }]);
  expect(tree.members.get(begun)?.startTime).toBe(startTime);
  expect(tree.living().map((living) => living.pid)).toEqual([pid, begun]);
});

it("remembers the newest programs and leaders, however many there were", async () => {
  const { pid } = await shell();
  const tree = treeOf(pid);
  for (let i = 0; i < 5000; i++) tree.note({ program: `program ${i}` });
  expect(tree.tableSizes).toMatchObject({ programs: 4096, leaders: 1 });
});
