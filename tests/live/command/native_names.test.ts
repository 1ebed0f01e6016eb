// Names of a large module that is loaded while its program is sampled: its symbols are read between ticks, and every sample that shows it has them in the end.
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeCapture } from "../../../src/capture/index.js";
import { freshPath, readWholeProfile, scopesOf, scratch, startAustin, untilWritten } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled, unlessThere } from "../../needs.js";
import { isRelease, type Python, pythons } from "../../pythons.js";
import { startTarget } from "../../target.js";

const FUNCTIONS = 60_000;
const module = join(scratch, "late.so");
const lack =
  process.arch !== "x64" ? "an x86-64 machine" : unlessThere(spawnSync("gcc", ["--version"]).status === 0, "gcc");
/** Minor versions, one for each way in which frames are put in order: counted, by records, by shims. */
const chosen = [9, 11, 13].flatMap(
  (minor) =>
    pythons().find((python) => isRelease(python) && python.wordSize === 8 && python.version[1] === minor) ?? [],
);

beforeAll(() => {
  if (lack !== undefined) return;
  const functions = Array.from({ length: FUNCTIONS }, (_, i) =>
    [
      ...[`.globl f${i}`, `.type f${i},@function`, `f${i}: .cfi_startproc`],
      ...["1: dec %rdi", "jnz 1b", "ret", ".cfi_endproc", `.size f${i}, .-f${i}`],
    ].join("\n"),
  );
  writeFileSync(
    join(scratch, "late.s"),
    `${[".text", ...functions].join("\n")}\n.section .note.GNU-stack,"",@progbits\n`,
  );
  execFileSync("gcc", ["-shared", "-o", module, join(scratch, "late.s")]);
}, 60_000);

describe.skipIf(lack !== undefined).each(chosen.map((python): [string, Python] => [python.name, python]))(
  titled("a module that is loaded late, on Python %s", lack),
  (_, python) => {
    it("has its functions' names in every sample, and in a capture", async () => {
      const target = await startTarget<{ pid: number }>(python, "late_module.py", [module]);
      const [profile, capture] = [freshPath(), freshPath("late.capture")];
      const words = ["-n", "-i", "1ms", "--flush", "100ms", "-o", profile, "--capture", capture];
      const austin = startAustin([...words, "-p", `${target.pid}`]);
      await austin.sampling();
      await target.next();
      await untilWritten(profile, (await untilWritten(profile)) + 30_000);
      austin.kill("SIGINT");
      await austin.ended;
      const { samples } = await readWholeProfile(profile);
      const inside = samples.filter(({ frames }) =>
        frames.some((frame) => frame.kind === "code" && frame.filename === module),
      );
      expect(inside.length).toBeGreaterThan(10);
      const strange = inside.filter((sample) => !scopesOf(sample).includes("f77"));
      expect(strange.map(scopesOf)).toEqual([]);
      const pieces: Uint8Array[] = [];
      for await (const piece of decodeCapture(readFileSync(capture)).mojo()) pieces.push(piece);
      expect(Buffer.concat(pieces).equals(readFileSync(profile))).toBe(true);
      await target.stop();
      assertNoLeftovers();
    });
  },
);
