// The system's log, with a `logger` of the test's own.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemLog } from "../../../src/cli/process/system_log.js";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "austin-log-"));
  vi.stubEnv("TMPDIR", folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Put a `logger` first in PATH. */
function logger(script: string): void {
  const path = join(folder, "logger");
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
}

const logged = (): string => join(folder, "logged");
const KEEPS = 'echo "$@" >> "$TMPDIR/logged"; cat >> "$TMPDIR/logged"';

describe("a log", () => {
  it("has the lines of a run in their order, with their levels", async () => {
    logger(KEEPS);
    const log = new SystemLog(false);
    log.add("info", "first\n\n  second");
    log.add("err", "third\tand\x1b[1m more");
    log.add("info", "fourth");
    await log.write("darwin");
    const info = `-t austin[${process.pid}] -p local1.info`;
    const error = `-t austin[${process.pid}] -p local1.err`;
    const lines = [info, "first", "  second", error, "third and [1m more", info, "fourth", ""];
    expect(readFileSync(logged(), "utf8")).toBe(lines.join("\n"));
  });

  it("is short, whatever a run says", async () => {
    logger(KEEPS);
    const log = new SystemLog(false);
    for (let i = 0; i < 5000; i++) log.add("info", "x".repeat(5000));
    await log.write("darwin");
    const lines = readFileSync(logged(), "utf8").trimEnd().split("\n").slice(1);
    expect(lines).toHaveLength(101);
    expect(lines.at(-1)).toBe("and 4900 more lines");
    expect(Math.max(...lines.map(({ length }) => length))).toBe(500);
  });

  it("is not written where nobody wants it", async () => {
    logger(KEEPS);
    const log = new SystemLog(true);
    log.add("err", "something");
    await log.write("darwin");
    await log.write("win32");
    expect(existsSync(logged())).toBe(false);
  });

  it("is a file on Windows, which grows run by run", async () => {
    for (const text of ["one", "two"]) {
      const log = new SystemLog(false);
      log.add("info", text);
      await log.write("win32");
    }
    const [one, two, rest] = readFileSync(join(folder, "austin.log"), "utf8").split("\n");
    expect(one).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d austin\[\d+\]: one$/);
    expect(two).toMatch(/: two$/);
    expect(rest).toBe("");
  });
});

describe("a log that can't be written is no concern of the run", () => {
  const attempt = async (platform: NodeJS.Platform): Promise<void> => {
    const log = new SystemLog(false);
    log.add("info", "something".repeat(50));
    log.add("err", "more");
    await log.write(platform);
  };

  it("where there is no logger", async () => {
    vi.stubEnv("PATH", folder);
    await attempt("darwin");
  });

  it("where it fails without reading", async () => {
    logger("exit 1");
    await attempt("darwin");
  });

  it("where it never ends", async () => {
    logger('echo $$ >> "$TMPDIR/pids"; exec sleep 1000');
    await attempt("darwin");
    const [pid] = readFileSync(join(folder, "pids"), "utf8").split("\n");
    expect(existsSync(`/proc/${pid}`)).toBe(false);
  });

  it("where the folder is gone", async () => {
    vi.stubEnv("TMPDIR", join(folder, "nowhere"));
    await attempt("win32");
  });
});
