// The add-on for a processor that isn't this machine's: a Node for that one, under an emulator, loads it and reads a program of this machine. The
// emulator has no process_vm_readv.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { assertNoLeftovers } from "../leftovers.js";
import { titled, unlessThere } from "../needs.js";
import { type Python, projectRoot, pythons } from "../pythons.js";
import { startTarget } from "../target.js";

const place = join(projectRoot, ".cache/arm64_node");
const emulator = "/usr/bin/qemu-aarch64-static";
const missing =
  unlessThere(
    existsSync(emulator) && existsSync(join(place, "node")),
    "a Node for ARM: bash .ci/arm64_node.sh .cache/arm64_node ../shared/tools/pythons.sh",
  ) ??
  // That would be taken first, and is for this machine.
  unlessThere(
    !existsSync(join(projectRoot, "native/build")),
    "a clone in which no add-on was built: rm -r native/build",
  );
const python = pythons().at(-1) as Python;

interface Document {
  readonly processes: readonly {
    readonly python: string;
    readonly threads: readonly { readonly thread: number; readonly frames: readonly ({ function: string } | null)[] }[];
  }[];
}

afterEach(assertNoLeftovers);

/** Run `austin`, as it is on ARM. */
function austin(...args: string[]) {
  const words = ["-L", join(place, "arm64"), join(place, "node"), join(projectRoot, "dist/bin/austin.js"), ...args];
  const { status, stdout, stderr } = spawnSync(emulator, words, { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  if (args.includes("-w")) expect(stderr).toContain("under an emulator of this processor (arm64) only");
  return JSON.parse(stdout);
}

it.skipIf(missing !== undefined)(titled("the add-on for ARM shows the stacks of a program", missing), async () => {
  const target = await startTarget<{ pid: number; busy: number; sleeping: number }>(python, "idle_and_busy.py");
  const { pid, busy, sleeping } = target.ready;
  const { checks } = austin("--doctor", "--json") as { checks: readonly { name: string; fact: string }[] };
  const fact = (name: string) => checks.find((one) => one.name === name)?.fact;
  expect(fact("add-on")).toBe(`prebuilt: ${join(projectRoot, "prebuilds/linux-arm64.node")}`);
  expect(fact("process_vm_readv")).toContain("can't be used; mem in procfs in its place works");
  const { processes } = austin("-w", String(pid), "--json", "-t", "60s") as Document;
  expect(processes[0]?.python).toBe(python.version.join("."));
  const functions = (id: number) =>
    processes[0]?.threads.find(({ thread }) => thread === id)?.frames.map((frame) => frame?.function);
  expect(functions(sleeping)?.at(-1)).toBe("sleeps");
  expect(functions(busy)).toContain("works");
  expect(functions(pid)).toEqual(["<module>"]);
  await target.stop();
});
