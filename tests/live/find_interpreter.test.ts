// Finding the runtime in every interpreter of the matrix: as installed, in a venv, through a symbolic link, copied under
// other names and to other places, stripped, deleted or replaced while it runs, and behind other roots.
import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findInterpreter } from "../../src/target/find.js";
import { KnownFacts } from "../../src/target/known_facts.js";
import { park, stopCommands } from "../command.js";
import { titled } from "../needs.js";
import { type Python, pythons, unsupported } from "../pythons.js";
import { expectFound, TELL_AND_WAIT, WAIT } from "../runtime.js";
import { isRoot, rootMissing } from "../users.js";

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "find-")));
});
afterEach(async () => {
  await stopCommands();
  rmSync(folder, { recursive: true });
});

interface Installation {
  readonly prefix: string;
  /** The shared library that holds the runtime, undefined for a static build. */
  readonly library: string | undefined;
}

const installations = new Map<Python, Installation>();

/** Where the files of an interpreter are, as it says itself. */
function installation(python: Python): Installation {
  const known = installations.get(python);
  if (known !== undefined) return known;
  const script = `
import sys
print(sys.base_prefix)
with open("/proc/self/maps") as maps:
    print(next((line.split()[-1] for line in maps if "/libpython%d.%d" % sys.version_info[:2] in line), ""))
`;
  const [prefix, library] = execFileSync(python.path, ["-E", "-c", script], { encoding: "utf8" }).split("\n");
  const found = { prefix: prefix as string, library: library === "" ? undefined : library };
  installations.set(python, found);
  return found;
}

interface Copy {
  readonly binary: string;
  /** The file that holds the runtime. */
  readonly image: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Copy an interpreter, and its library if it has one, under a name of its own. */
function copy(python: Python, name = basename(python.path)): Copy {
  const { prefix, library } = installation(python);
  const binary = join(folder, name);
  copyFileSync(realpathSync(python.path), binary);
  const env = { ...process.env, PYTHONHOME: prefix };
  if (library === undefined) return { binary, image: binary, env };
  const image = join(folder, basename(library));
  copyFileSync(library, image);
  return { binary, image, env: { ...env, LD_LIBRARY_PATH: folder } };
}

async function expectFoundIn(python: Python, binary: string, env = process.env, image?: string): Promise<void> {
  const { pid, line } = await park(binary, ["-c", TELL_AND_WAIT], { env });
  const interpreter = expectFound(findInterpreter(pid), python, BigInt(line));
  if (image !== undefined) expect(interpreter.image).toBe(image);
}

describe.each(pythons().map((python) => [python.name, python] as const))("%s", (_, python) => {
  it("is found as installed, from its files and from memory alone", async () => {
    const { pid, line } = await park(python.path, ["-c", TELL_AND_WAIT]);
    const fromFile = expectFound(findInterpreter(pid), python, BigInt(line));
    expect(expectFound(findInterpreter(pid, { origin: "memory" }), python, BigInt(line))).toEqual(fromFile);
    expect(fromFile.freeThreaded).toBe(false);
    expect(fromFile.foundBy).toBe("dynamic symbol");
  });

  it("is found in a venv", async () => {
    const venv = join(folder, "venv");
    mkdirSync(join(venv, "bin"), { recursive: true });
    writeFileSync(join(venv, "pyvenv.cfg"), `home = ${dirname(python.path)}\n`);
    symlinkSync(python.path, join(venv, "bin/python"));
    await expectFoundIn(python, join(venv, "bin/python"));
  });

  it("is found through a symbolic link with another name", async () => {
    symlinkSync(python.path, join(folder, "worker"));
    await expectFoundIn(python, join(folder, "worker"));
  });

  it("is found in a renamed and relocated copy", async () => {
    const { binary, image, env } = copy(python, "worker ☃ (deleted)x");
    await expectFoundIn(python, binary, env, image);
  });

  // Debian's were relocated by a tool whose output strip breaks; but for the debug builds they come stripped.
  if (python.origin !== "debian") {
    it("is found stripped", async () => {
      const { binary, image, env } = copy(python);
      execFileSync("strip", ["--strip-all", binary]);
      if (image !== binary) execFileSync("strip", ["--strip-all", image]);
      await expectFoundIn(python, binary, env, image);
    });
  }

  it("is found when its files were deleted", async () => {
    const { binary, image, env } = copy(python, "worker");
    const { pid, line } = await park(binary, ["-c", TELL_AND_WAIT], { env });
    unlinkSync(binary);
    if (image !== binary) unlinkSync(image);
    expect(expectFound(findInterpreter(pid), python, BigInt(line)).image).toBe(image);
    expectFound(findInterpreter(pid, { origin: "memory" }), python, BigInt(line));
  });

  it("is found when its files were replaced by others", async () => {
    const { binary, image, env } = copy(python, "worker");
    const { pid, line } = await park(binary, ["-c", TELL_AND_WAIT], { env });
    for (const path of new Set([binary, image])) {
      copyFileSync("/bin/true", join(folder, "other"));
      renameSync(join(folder, "other"), path);
    }
    expectFound(findInterpreter(pid), python, BigInt(line));
  });

  it.skipIf(!isRoot)(titled("is found in a mount namespace that has its files alone", rootMissing), async () => {
    const hidden = join(folder, "hidden");
    mkdirSync(hidden);
    const { binary, image, env } = copy(python, "worker");
    const script = `
mount -t tmpfs none "$1" && cp "$2" "$1" && (test "$2" = "$3" || cp "$3" "$1") && LD_LIBRARY_PATH="$1" exec "$1/worker" -c "$4"`;
    const args = ["--mount", "sh", "-c", script, "sh", hidden, binary, image, TELL_AND_WAIT];
    const { pid, line } = await park("unshare", args, { env });
    const interpreter = expectFound(findInterpreter(pid), python, BigInt(line));
    expect(interpreter.image).toBe(join(hidden, basename(image)));
  });

  it.skipIf(!isRoot)(titled("is found behind another root", rootMissing), async () => {
    const { binary, env } = copy(python, "worker");
    const root = join(folder, "root");
    mkdirSync(root);
    const script = `mount --rbind / "$1" && exec chroot "$1" "$2" -c "$3"`;
    const { pid, line } = await park("unshare", ["--mount", "sh", "-c", script, "sh", root, binary, TELL_AND_WAIT], {
      env,
    });
    expectFound(findInterpreter(pid), python, BigInt(line));
  });

  it.skipIf(!isRoot)(titled("is found when it changed its root", rootMissing), async () => {
    const script = `import os, sys\nos.chroot(sys.argv[1])\n${WAIT}`;
    const { pid } = await park(python.path, ["-c", script, folder]);
    expectFound(findInterpreter(pid), python);
  });
});

// One file each, so that one takes the place of the other.
const [one, other] = pythons().filter((python) => installation(python).library === undefined);
const missing = other === undefined ? "two interpreters that are one file each" : undefined;

describe.skipIf(missing !== undefined)(titled("a file that another process has had mapped", missing), () => {
  const facts = new KnownFacts();

  async function expectStarted(python: Python, from: Copy): Promise<() => void> {
    const { pid, line } = await park(from.binary, ["-c", TELL_AND_WAIT], { env: from.env });
    const expectIt = () => void expectFound(findInterpreter(pid, { facts }), python, BigInt(line));
    expectIt();
    return expectIt;
  }

  it("is looked into anew where it was written over since, under its number", async () => {
    const before = copy(one as Python, "worker");
    const { ino } = statSync(before.binary);
    await expectStarted(one as Python, before);
    await stopCommands();
    const after = copy(other as Python, "worker");
    expect(statSync(after.binary).ino).toBe(ino);
    await expectStarted(other as Python, after);
  });

  it("is another one than what took its place, and both run at once", async () => {
    const before = copy(one as Python, "worker");
    const expectOld = await expectStarted(one as Python, before);
    unlinkSync(before.binary);
    await expectStarted(other as Python, copy(other as Python, "worker"));
    expectOld();
  });
});

describe.each(unsupported().map((python) => [python.name, python] as const))("%s", (_, python) => {
  it("is refused by its name", async () => {
    const { pid } = await park(python.path, ["-c", TELL_AND_WAIT]);
    const version = python.version.join(".");
    const exe = realpathSync(python.path);
    for (const origin of ["file", "memory"] as const) {
      const result = findInterpreter(pid, { origin });
      expect(result).toMatchObject({ kind: "unsupported", name: `Python ${version}`, version: { text: version }, exe });
    }
  });
});
