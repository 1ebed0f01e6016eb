// Programs of other processors, which QEMU's user mode runs: their memory lies in QEMU's process, at the program's own
// addresses or a guest base further on, and is read there.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadedImages, readMappings } from "../../src/host/linux/index.js";
import { loadBias } from "../../src/images/image.js";
import { attach } from "../../src/index.js";
import { LiveMemory } from "../../src/memory/live.js";
import { guestBaseOf } from "../../src/target/guest_base.js";
import { withImage } from "../../src/target/image_access.js";
import { imageFacts } from "../../src/target/image_facts.js";
import { differences } from "../account.js";
import { freshPath, readWholeProfile, runAustin } from "../austin.js";
import { requiresAll, titled } from "../needs.js";
import { atEachStage } from "../parked.js";
import { EMULATORS, type ForeignPython, foreignPythons, type Python, pythons } from "../pythons.js";
import { startCommand } from "../started.js";
import { assertNoLeftovers, targetPath } from "../target.js";
import { themes } from "../themes.js";

const foreign = foreignPythons();
const qemuMissing = existsSync("/usr/bin/qemu-i386-static")
  ? undefined
  : "qemu-i386-static: apt-get install qemu-user-static";
const absent = Object.keys(EMULATORS).filter((name) => !foreign.some(({ architecture }) => architecture === name));
process.stdout.write(
  `Emulated: ${foreign.map(({ name }) => name).join(", ")}; none for ${absent.join(", ") || "nobody"}\n`,
);

/** Far from where QEMU puts programs of its own accord. */
const GUEST_BASE = 0x1_0000_0000n;

async function expectAccount(python: ForeignPython, guestBase?: bigint): Promise<void> {
  const theme = themes.find(({ script }) => script === "calls.py");
  if (theme === undefined) throw new Error("there is no calls.py");
  await atEachStage(python, theme, async (account, { pid }) => {
    const session = await attach(pid, { timeoutMilliseconds: 60_000 });
    try {
      expect(session.interpreter.wordSize).toBe(python.wordSize);
      if (guestBase !== undefined) expect(session.interpreter.guestBase).toBe(guestBase);
      for (let sample = 0; sample < 2; sample++) {
        const snapshot = session.sample();
        expect(differences(account, snapshot?.threads ?? [])).toEqual([]);
      }
    } finally {
      session.close();
    }
  });
  assertNoLeftovers();
}

if (requiresAll)
  it("has an interpreter for another processor", () => {
    expect(foreign.length).toBeGreaterThan(0);
  });

// The newest of each; the corpus has all of them.
const newest = Object.keys(EMULATORS).flatMap((name) => {
  const last = foreign.filter(({ architecture }) => architecture === name).at(-1);
  return last === undefined ? [] : [[last.name, last] as const];
});

describe.each(newest)("an emulated Python %s", (_, python) => {
  it("is sampled as it is itself aware of its stacks, where QEMU puts it", () => expectAccount(python));

  it("is sampled at another guest base, too", () => {
    const [program, ...options] = python.emulator;
    const emulator = [program, "-B", String(GUEST_BASE), ...options] as const;
    return expectAccount({ ...python, emulator: [...emulator] }, GUEST_BASE);
  });
});

/** The words that run Python at a guest base of its own. */
function atGuestBase({ emulator: [program, ...options], path }: ForeignPython): string[] {
  return [program, "-B", String(GUEST_BASE), ...options, path];
}

describe.skipIf(foreign.length === 0)(
  titled("an exec", foreign.length === 0 ? "no emulated Python" : undefined),
  () => {
    const emulated = foreign.at(-1) as ForeignPython;
    const native = pythons().at(-1) as Python;

    it.each([
      ["into an emulated Python", () => [[native.path], atGuestBase(emulated)]],
      ["out of an emulated Python", () => [atGuestBase(emulated), [native.path]]],
    ])("%s goes on in one profile, though the program lies elsewhere in memory", async (_, words) => {
      const [first = [], then = []] = words();
      const path = freshPath();
      const before = [...first, targetPath("becomes.py")];
      const args = ["-t", "60s", "-i", "1ms", "-o", path, ...before, ...then, targetPath("busy20.py"), "0.5"];
      const { how, stderr } = await runAustin(args);
      expect(how, stderr).toBe(0);
      const { scopes } = await readWholeProfile(path);
      expect(scopes).toContain("before");
      expect(scopes).toContain("spin");
    });
  },
);

describe.skipIf(qemuMissing !== undefined)(
  titled("the guest base of a program that can be loaded anywhere", qemuMissing),
  () => {
    let folder: string;
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "emulated-"));
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it.each([["-pie"], ["-no-pie"]])("linked with %s is what its own address says", async (kind) => {
      const program = join(folder, `own${kind}`);
      execFileSync("gcc", ["-m32", "-fpie", kind, "-o", program, targetPath("own_address.c")]);
      const command = ["/usr/bin/qemu-i386-static", "-B", String(GUEST_BASE), program] as const;
      const target = await startCommand<number>(command, "a program of 32 bits");
      try {
        const memory = new LiveMemory(target.pid);
        const image = loadedImages(readMappings(target.pid)).find(({ path }) => path.endsWith(program));
        if (image === undefined) throw new Error("it isn't mapped");
        const facts = withImage(memory, image, "file", (open) => imageFacts(open(), program, "quick"));
        const bias = facts && loadBias(facts.loads, image.mappings);
        if (facts === undefined || bias === undefined) throw new Error("it isn't understood");
        expect(facts.isFixed).toBe(kind === "-no-pie");
        expect(guestBaseOf(memory, facts, bias)).toBe(GUEST_BASE);
        const byte = new LiveMemory(target.pid, GUEST_BASE).read(BigInt(target.ready), 1);
        expect(Array.from(byte)).toEqual([1]);
      } finally {
        await target.stop();
      }
    });
  },
);
