import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { canStart, findProgram } from "../../../src/target/program.js";

const folder = mkdtempSync(join(tmpdir(), "program-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const latin = (text: string): Buffer => Buffer.from(text, "latin1");

function program(name: string, text: string, mode = 0o755): Buffer {
  const path = latin(join(folder, name));
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe("a program", () => {
  const odd = program("a\xff", "");
  program("not-executable", "", 0o644);
  mkdirSync(join(folder, "folder"));

  it("is found in the folders of PATH, whatever bytes its name has", () => {
    expect(findProgram(latin("a\xff"), latin(`/nowhere:${folder}`))).toEqual(odd);
    expect(findProgram(odd, latin("/nowhere"))).toEqual(odd);
    expect(findProgram(latin("sh"))?.toString()).toBe("/bin/sh");
  });

  it.each(["", "not-executable", "folder", "nothing"])("is not %j", (name) => {
    expect(findProgram(latin(name), latin(folder))).toBeUndefined();
  });

  it("can be started where the interpreter that a script names is there", () => {
    expect(canStart(program("script", "#! /bin/sh -e\n"))).toBe(true);
    expect(canStart(program("orphan", "#!/nowhere/python\n"))).toBe(false);
    expect(canStart(program("plain", "echo\n"))).toBe(true);
    expect(canStart(latin("/bin/sh"))).toBe(true);
  });
});
