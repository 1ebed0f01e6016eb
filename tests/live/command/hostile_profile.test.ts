// A profile that somebody else has made, to see what is on the machine of whoever looks at it.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { MojoChunk } from "../../../src/mojo/chunk.js";
import { MojoEncoder } from "../../../src/mojo/index.js";
import { freshPath } from "../../austin.js";
import { runReader } from "../../readers.js";
import { ask, startWeb, stopWebs, Watcher } from "../../web.js";

const SECRET = "nobody is to see this";
const profile = freshPath("hostile.mojo");
const folder = freshPath("private");
const [secret, settings, pipe] = [`${folder}/secret`, `${folder}/settings.py`, `${folder}/pipe.py`];

/** A profile whose only frames are lines 1 to 3 of these files. */
function profileOf(files: readonly string[], scope = "f"): Uint8Array {
  const encoder = new MojoEncoder();
  encoder.header();
  encoder.metadata("mode", "wall");
  let key = 10;
  for (const file of files) {
    for (let line = 1; line <= 3; line++) {
      const [path, name, frame] = [key++, key++, key++];
      encoder.stack(1, 0, "1");
      encoder.string(path, file);
      encoder.string(name, scope);
      encoder.frame(frame, path, name, line, line, 0, 0);
      encoder.frameRef(frame);
      encoder.metricTime(1000);
      encoder.endSample();
    }
  }
  const { bytes, length } = encoder.swap(new MojoChunk());
  return bytes.subarray(0, length);
}

beforeAll(() => {
  mkdirSync(folder);
  writeFileSync(secret, `${SECRET}\n`.repeat(3));
  writeFileSync(settings, `PASSWORD = "${SECRET}"\n`.repeat(3));
  execFileSync("mkfifo", [pipe]);
  writeFileSync(profile, profileOf([secret, settings, pipe, "/etc/passwd", "/proc/self/environ", "/dev/zero"]));
});

describe("files that a profile names", () => {
  test.each([
    ["--top", ["--top"]],
    ["--top --json", ["--top", "--json"]],
    ["--heat", ["--heat", "-"]],
  ])("are not shown by %s, though they are Python, until their folder is named", async (_, args) => {
    const shown = await runReader("austin-view", [...args, profile]);
    expect(shown.code, shown.stderr).toBe(0);
    for (const text of [SECRET, "root:", "PATH="]) expect(shown.stdout).not.toContain(text);
    expect(shown.stderr).toContain(`Sources in '${dirname(settings)}' are not shown`);
    const named = await runReader("austin-view", [...args, "--sources", folder, profile]);
    expect(named.stdout).toContain("PASSWORD");
    expect(named.stderr).not.toContain("are not shown");
    // What is no Python is shown to nobody.
    const lines = named.stdout.split("\n").filter((line) => line.includes(SECRET) && !line.includes("PASSWORD"));
    expect(lines).toEqual([]);
  });

  test("are not shown by austin-web, whichever function one asks for, until their folder is named", async () => {
    const all = async (...args: string[]): Promise<string[]> => {
      const web = await startWeb(...args, "--open", profile);
      const { places } = await new Watcher(web).until(({ status }) => status.rates.all.samples > 0);
      const answers: string[] = [];
      for (const number of places.functions.keys())
        answers.push((await ask(web, `${web.url.pathname}source?function=${number}`)).body.toString());
      return answers;
    };
    const shown = await all();
    expect(shown.length).toBe(7);
    for (const text of [SECRET, "root:", "PATH=", '"lines"']) expect(shown.join()).not.toContain(text);
    expect(shown.join()).toContain(`Sources in '${dirname(settings)}' are not shown`);
    const named = (await all("--sources", folder)).filter((one) => one.includes('"lines"'));
    expect(named.map((one) => JSON.parse(one).file)).toEqual([settings]);
    await stopWebs();
  });

  test("--sources goes with what shows sources", async () => {
    const { code, stderr } = await runReader("austin-view", ["--html", "-", "--sources", folder, profile]);
    expect([code, stderr]).toEqual([64, expect.stringContaining("--sources goes with --top and --heat.")]);
  });
});

describe("names of 65,535 characters", () => {
  const LONGEST = 65_535;
  const long = freshPath("long.mojo");
  beforeAll(() => writeFileSync(long, profileOf([`/${"p".repeat(LONGEST)}.py`], "n".repeat(LONGEST))));

  test.each([
    ["austin-view", ["--top", long]],
    ["austin-view", ["--top", "-n", "0", long]],
    ["austin-diff", [long, long]],
  ])("are cut by %s %s", async (command, args) => {
    const { code, stdout, stderr } = await runReader(command, args);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/nnnn…/);
    expect(stdout).toMatch(/…pppp/);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThan(500);
  });
});
