// Which files a profile can have shown: sources of Python, C, C++ and Rust in folders that the user trusts, whatever names it has.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { SourceFiles } from "../../../src/cli/view/source_lines.js";

const root = mkdtempSync(join(tmpdir(), "source-lines-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function file(path: string, text: string | Buffer): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

const PYTHON = "first = 1\n  second = 2\n";
const app = join(root, "app");
const source = file("app/pkg/module.py", PYTHON);
const lineOf = (path: string, folders = [app]): string | undefined => new SourceFiles(folders).line(path, 2);

describe("shown are", () => {
  test.each([
    ["a module", source],
    ["a module by a path with detours", join(app, "x/../pkg/module.py")],
    ["a script that says what runs it", file("app/script", `#!/usr/bin/env python3\n${PYTHON}`)],
    ["a window's program", file("app/gui.pyw", PYTHON)],
    ["C++", file("app/native.cc", PYTHON)],
    ["a library's module", file("venv/lib/python3.13/site-packages/lib.py", PYTHON)],
    ["the standard library's module", file("python/lib/python3.13/os.py", PYTHON)],
  ])("%s", (_, path) => {
    expect(lineOf(path)).toMatch(/first|second/);
  });

  test("sources below a folder that is a link, or is named relatively", () => {
    const link = join(root, "link");
    symlinkSync(app, link);
    expect(lineOf(join(link, "pkg/module.py"))).toBe("second = 2");
    expect(lineOf(source, [link])).toBe("second = 2");
    expect(lineOf(source, [relative(process.cwd(), app)])).toBe("second = 2");
    expect(lineOf(source, ["/"])).toBe("second = 2");
  });
});

describe("not shown, though the whole machine is trusted, are", () => {
  const secret = file("app/secret", "password\nsecond = 2\n");
  symlinkSync(secret, join(app, "secret.py"));
  symlinkSync("/etc/passwd", join(app, "passwd.py"));
  execFileSync("mkfifo", [join(app, "pipe.py")]);
  mkdirSync(join(app, "folder.py"));
  symlinkSync("loop.py", join(app, "loop.py"));
  test.each([
    ["what isn't Python", secret],
    ["what isn't, by a link that is named so", join(app, "secret.py")],
    ["a file of the system's by such a link", join(app, "passwd.py")],
    ["a password file", "/etc/passwd"],
    ["an environment", "/proc/self/environ"],
    ["what a process has in its folder", `/proc/self/cwd/../..${source}/../../../nothing.py`],
    ["an environment with detours", `${app}/../../../../../../../../proc/self/environ`],
    ["a device", "/dev/zero"],
    ["a setting of the kernel's", "/sys/kernel/mm/transparent_hugepage/enabled"],
    ["a pipe, which would be waited for", join(app, "pipe.py")],
    ["a folder", join(app, "folder.py")],
    ["a link to itself", join(app, "loop.py")],
    ["a file that is too big", file("app/big.py", Buffer.alloc(9 << 20, "x = 1\n"))],
    ["a relative path", "app/pkg/module.py"],
    ["a name with a NUL", `${source}\0`],
    ["nothing", ""],
  ])("%s", (_, path) => {
    expect(lineOf(path, ["/"])).toBeUndefined();
  });
});

test("sources elsewhere are not shown until their folder is named, and it is said where they are", () => {
  const other = file("other/settings.py", PYTHON);
  // One whose folder only begins alike.
  const near = file("app2/module.py", PYTHON);
  const sources = new SourceFiles([app]);
  expect([sources.line(other, 2), sources.line(near, 2), sources.line("/etc/passwd", 1)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(sources.elsewhere).toEqual([dirname(other), dirname(near)]);
  expect(lineOf(other, [app, dirname(other)])).toBe("second = 2");
});
