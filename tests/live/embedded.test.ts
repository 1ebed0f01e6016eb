// Finding the runtime where it's embedded in a C program: linked dynamically or statically, position-independent or
// not, with its symbols, without them, without section headers, moved into the program, or loaded late.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type FindOptions, findInterpreter } from "../../src/target/find.js";
import type { FoundBy } from "../../src/target/interpreter.js";
import { waitForInterpreter } from "../../src/target/wait.js";
import { park, stopCommands } from "../command.js";
import { type Python, pythons } from "../pythons.js";
import { expectFound, isInitialised, TELL_AND_WAIT } from "../runtime.js";
import { targetPath } from "../target.js";

interface Library {
  readonly folder: string;
  readonly shared: string;
  readonly archive: string;
  /** What the archive needs beside. */
  readonly flags: readonly string[];
}

/** What to link against, as the interpreter says itself; undefined when it came without. */
function libraryOf(python: Python): Library | undefined {
  const names = ["LIBDIR", "INSTSONAME", "LIBPL", "LIBRARY", "LIBS", "SYSLIBS"];
  const script = `import json, sysconfig; print(json.dumps([sysconfig.get_config_var(n) for n in ${JSON.stringify(names)}]))`;
  const answer = JSON.parse(execFileSync(python.path, ["-E", "-c", script], { encoding: "utf8" }));
  const [folder, shared, archiveFolder, archive, ...flags] = answer as string[];
  const found = {
    folder: folder as string,
    shared: join(folder as string, shared as string),
    archive: join(archiveFolder as string, archive as string),
    flags: flags
      .join(" ")
      .split(/\s+/)
      .filter((flag) => flag !== ""),
  };
  return existsSync(found.shared) && existsSync(found.archive) && python.wordSize === 8 ? found : undefined;
}

const libraries = pythons().flatMap((python) => {
  const library = libraryOf(python);
  return library === undefined ? [] : [[python.name, python, library] as const];
});

let folder: string;
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "embedded-")));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(stopCommands);

let programs = 0;

function compile(source: string, ...flags: readonly string[]): string {
  const program = join(folder, `program${programs++}`);
  execFileSync("gcc", ["-O1", "-o", program, targetPath(source), ...flags]);
  return program;
}

/** Where the linker put the runtime of a program that isn't position-independent. */
function linkedAddress(program: string): bigint {
  const symbols = execFileSync("nm", [program], { encoding: "utf8", maxBuffer: 1 << 28 });
  return BigInt(`0x${/^([0-9a-f]+) \w _PyRuntime$/m.exec(symbols)?.[1]}`);
}

/** What `strip --strip-section-headers` of newer binutils does. */
function dropSectionHeaders(program: string): void {
  const bytes = readFileSync(program);
  bytes.writeBigUInt64LE(0n, 40);
  bytes.writeUInt32LE(0, 60);
  writeFileSync(program, bytes);
}

async function expectFoundIn(
  python: Python,
  program: string,
  foundBy: FoundBy,
  address?: bigint,
  options: FindOptions = {},
): Promise<void> {
  const { pid, line } = await park(program, [TELL_AND_WAIT]);
  const interpreter = expectFound(findInterpreter(pid, options), python, address ?? BigInt(line));
  expect(interpreter.foundBy).toBe(foundBy);
}

it("there is a Python to embed", () => {
  expect(libraries.length).toBeGreaterThan(0);
});

describe.each(libraries)("%s", (_, python, { folder: libraryFolder, shared, archive, flags }) => {
  const dynamic = [shared, `-Wl,-rpath,${libraryFolder}`];

  it.each([
    ["position-independent", ["-pie", "-fPIE"]],
    ["at a fixed address", ["-no-pie", "-fno-pie"]],
    ["with exported symbols", ["-rdynamic"]],
  ])("is found in a program that links it, %s", async (_kind, how) => {
    await expectFoundIn(python, compile("embed.c", ...how, ...dynamic), "dynamic symbol");
  });

  it("is found where linking moved the runtime into the program", async () => {
    const program = compile("embed.c", "-DCOPY_RELOCATION", "-no-pie", "-fno-pie", ...dynamic);
    const { pid } = await park(program, [TELL_AND_WAIT]);
    // The library's own copy stays as it was before the program began.
    for (const options of [{ accept: isInitialised }, {}]) {
      expect(expectFound(findInterpreter(pid, options), python, linkedAddress(program)).image).toBe(program);
    }
  });

  it("is found in a program that loads it late", async () => {
    const { pid, child } = await park(compile("load.c", "-ldl"), [TELL_AND_WAIT, shared]);
    expect(findInterpreter(pid)).toMatchObject({ kind: "not-yet", reason: "may-become" });
    const waiting = waitForInterpreter(pid, { timeoutMs: 1_000_000, launched: true, isReady: isInitialised });
    child.stdin.write("go\n");
    const result = await waiting;
    expect(result.kind).toBe("found");
    if (result.kind === "found") expectFound(result, python);
  });

  // Archives of distributions want more libraries than they name.
  if (python.origin !== "pyenv") return;

  describe("linked statically", () => {
    const fixed = ["-no-pie", "-fno-pie", archive, ...flags, "-lpthread", "-ldl", "-lutil", "-lm"];

    it("is found by its exported symbols", async () => {
      await expectFoundIn(python, compile("embed.c", "-rdynamic", ...fixed), "dynamic symbol");
    });

    it("is found by its full symbol table, its section, and without either", async () => {
      const program = compile("embed.c", ...fixed);
      const address = linkedAddress(program);
      await expectFoundIn(python, program, "full symbol", address);
      await stopCommands();
      execFileSync("strip", [program]);
      const accept = isInitialised;
      const byData = python.version[1] >= 13 ? "cookie" : "memory";
      const hasSection = execFileSync("readelf", ["-SW", program], { encoding: "utf8" }).includes(" .PyRuntime ");
      await expectFoundIn(python, program, hasSection ? "section" : byData, address, { accept });
      await stopCommands();
      dropSectionHeaders(program);
      await expectFoundIn(python, program, byData, address, { accept });
      await expectFoundIn(python, program, byData, address, { accept, origin: "memory" });
    });
  });
});
