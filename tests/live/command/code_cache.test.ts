// Starting from a cache of compiled code: it is made once for each way through the commands, taken from then on, and whatever is wrong with it, a
// command does what it does without one. In: a home folder of the test's own.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, cpSync, lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { sumOf } from "../../../src/cli/start/cache_file.js";
import { austinPath, freshPath } from "../../austin.js";
import { titled } from "../../needs.js";
import { type Python, projectRoot, pythons } from "../../pythons.js";
import { readerPath } from "../../readers.js";
import { targetPath } from "../../target.js";
import { rootMissing } from "../../users.js";

const NOBODY = 65534;
const python = pythons().at(-1) as Python;

/** A home folder; what runs in it has nothing else in its environment. */
class Home {
  readonly path = freshPath("home");
  readonly #folder = join(this.path, ".cache/austin-ts");

  constructor() {
    mkdirSync(this.path);
  }

  /** The one cache that there is; undefined where there is none. */
  get cache(): string | undefined {
    try {
      const [name, ...others] = readdirSync(this.#folder);
      expect(others).toEqual([]);
      return name && join(this.#folder, name);
    } catch {
      return undefined;
    }
  }

  /** Whether running it changes nothing in the cache, which there is: then it was taken, and had that way in it. */
  takes(args: readonly string[], path = austinPath): boolean {
    const before = this.cache === undefined ? undefined : lstatSync(this.cache);
    this.run(args, path);
    const after = lstatSync(this.cache as string);
    return before?.ino === after.ino && before.mtimeMs === after.mtimeMs;
  }

  /** @returns what it printed */
  run(args: readonly string[], path = austinPath, env: Readonly<Record<string, string>> = {}): string {
    const own = { PATH: process.env.PATH, HOME: this.path, AUSTIN_NO_LOGGING: "1", ...env };
    const { status, stdout, stderr } = spawnSync(process.execPath, [path, ...args], { env: own, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    if (args[0] === "-V") expect(stderr).toBe("");
    return stdout;
  }
}

const version = execFileSync(process.execPath, [austinPath, "-V"], { encoding: "utf8" });

it("is made by the first start, and taken by the next one", () => {
  const home = new Home();
  expect(home.cache).toBeUndefined();
  expect(home.run(["-V"])).toBe(version);
  expect(home.takes(["-V"])).toBe(true);
  expect(home.run(["-V"])).toBe(version);
});

it("has each way that was gone", () => {
  const home = new Home();
  // Long enough to be seen, however busy the machine is.
  const program = [python.path, targetPath("busy20.py"), "0.5"];
  const ways = [
    [["-V"], austinPath],
    [["-o", freshPath(), ...program], austinPath],
    [["--help"], readerPath("austin-view")],
    // V8 is asked for something else in the midst of this one: a cache is bound to what it is asked for.
    [["-i", "10ms", "--gc", "-o", freshPath(), ...program], austinPath],
  ] as const;
  for (const [args, path] of ways) {
    home.run(args, path);
    expect(home.takes(args, path), args.join(" ")).toBe(true);
  }
  // And those from before are still in it.
  for (const [args, path] of ways) expect(home.takes(args, path), args.join(" ")).toBe(true);
});

/** Where a cache's code begins, behind its sum and the ways that it knows. */
const codeAt = (whole: Buffer): number => 4 + 4 + whole.readUInt32LE(4);

/** As it would have been written. */
function summed(whole: Buffer): Buffer {
  whole.writeInt32LE(sumOf(whole.subarray(4)));
  return whole;
}

it.each<[string, (whole: Buffer) => Uint8Array]>([
  ["empty", () => Buffer.alloc(0)],
  ["something else", () => Buffer.from("something else that is long enough to have a head")],
  ["cut", (whole) => whole.subarray(0, whole.length / 2)],
  ["of another V8", (whole) => summed(whole.fill(0x55, codeAt(whole) + 4, codeAt(whole) + 8))],
  ["full of zeros from the middle on", (whole) => whole.fill(0, whole.length / 2)],
  ["damaged in a sector", (whole) => whole.map((byte, at) => (at >> 9 === whole.length >> 10 ? byte ^ 0xff : byte))],
])("that is %s is made anew", (_, damage) => {
  const home = new Home();
  home.run(["-V"]);
  const path = home.cache as string;
  writeFileSync(path, damage(readFileSync(path)));
  expect(home.takes(["-V"])).toBe(false);
  expect(home.takes(["-V"])).toBe(true);
  expect(home.run(["-V"])).toBe(version);
});

it("is not there, and nothing is said of it, where none can be", () => {
  const home = new Home();
  for (const env of [
    { HOME: "" },
    { HOME: "/proc/self" },
    { XDG_CACHE_HOME: "/dev/null" },
    { NODE_DISABLE_COMPILE_CACHE: "1" },
  ]) {
    expect(home.run(["-V"], austinPath, env)).toBe(version);
  }
  expect(home.cache).toBeUndefined();
});

it("is whole, however many make it at once", async () => {
  const home = new Home();
  const env = { PATH: process.env.PATH, HOME: home.path };
  const all = Array.from({ length: 6 }, () => spawn(process.execPath, [austinPath, "-V"], { env, stdio: "ignore" }));
  const ends = await Promise.all(all.map((child) => once(child, "close")));
  expect(ends).toEqual(all.map(() => [0, null]));
  expect(home.takes(["-V"])).toBe(true);
});

it.skipIf(rootMissing !== undefined)(
  titled("of another user is not run, as one of our own would be", rootMissing),
  () => {
    const home = new Home();
    // The same program but for a text: V8 compares nothing of a source but its length.
    const copy = join(freshPath("copy"), "dist/bin");
    cpSync(join(projectRoot, "dist/bin"), copy, { recursive: true });
    cpSync(join(projectRoot, "package.json"), join(copy, "../../package.json"));
    const bundle = readFileSync(join(copy, "commands.js"), "latin1");
    expect(bundle).toContain('"4.0.0"');
    writeFileSync(join(copy, "commands.js"), bundle.replaceAll('"4.0.0"', '"6.6.6"'), "latin1");
    home.run(["-V"], join(copy, "austin.js"));
    const path = home.cache as string;
    const forged = readFileSync(path);
    expect(home.run(["-V"])).toContain("6.6.6");
    writeFileSync(path, forged);
    chownSync(path, NOBODY, NOBODY);
    expect(home.run(["-V"])).toBe(version);
    // By then there is one of our own.
    writeFileSync(path, forged);
    chmodSync(path, 0o666);
    expect(home.run(["-V"])).toBe(version);
  },
);
