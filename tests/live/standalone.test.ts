// The standalone executable: all commands in one file, by their names and by its own. In: what `npm run build:standalone` made, alone in a folder, with
// no Node to be found. The other live tests run it in the built commands' place where AUSTIN_TS_STANDALONE names it.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { freshPath, readWholeProfile, scratch, startAustin } from "../austin.js";
import { assertNoLeftovers } from "../leftovers.js";
import { titled, unlessThere } from "../needs.js";
import { type Python, projectRoot, pythons } from "../pythons.js";
import { startTarget, targetPath } from "../target.js";

const built = join(projectRoot, `dist/standalone/austin-${process.platform}-${process.arch}`);
const missing = unlessThere(existsSync(built), "a standalone executable: npm run build:standalone");
const python = pythons().at(-1) as Python;
const folder = join(scratch, "alone");
const austin = join(folder, "austin");

beforeAll(() => {
  mkdirSync(folder);
  if (missing === undefined) cpSync(built, austin);
});
afterEach(assertNoLeftovers);

function run(words: readonly string[], program = austin, env: Readonly<Record<string, string>> = {}) {
  const own = { PATH: "/nowhere", AUSTIN_NO_LOGGING: "1", ...env };
  const { status, stdout, stderr } = spawnSync(program, words, { cwd: folder, env: own, encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return { stdout, stderr };
}

describe.skipIf(missing !== undefined)(titled("the standalone executable", missing), () => {
  it("prints its version", () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
    expect(run(["-V"])).toEqual({ stdout: `austin 4.0.0\naustin-ts ${version}\n`, stderr: "" });
  });

  it("has all commands, by their names and by its own", () => {
    const { bin } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
    // What npx wants under the package's name is austin.
    for (const name of Object.keys(bin).filter((one) => one === "austin" || bin[one] !== bin.austin)) {
      const link = join(folder, name);
      if (name !== "austin") symlinkSync("austin", link);
      const ways = [run(["--help"], link), ...(name === "austin" ? [] : [run([name, "--help"])])];
      if (name.startsWith("austin-")) ways.push(run([name.slice("austin-".length), "--help"]));
      for (const { stdout } of ways) expect(stdout).toMatch(new RegExp(`^Usage: ${name} `));
    }
  });

  it("samples a run, and shows the profile in each way", async () => {
    const profile = freshPath();
    const { stderr } = run(["-i", "1ms", "-o", profile, python.path, targetPath("busy20.py"), "0.5"]);
    expect(stderr).toMatch(/^Python version: /);
    const { samples } = await readWholeProfile(profile);
    expect(samples.length).toBeGreaterThan(10);
    expect(run(["view", "--top", profile]).stdout).toMatch(/ in \d+ samples/);
    // The scripts and styles of pages, and each format, are embedded.
    run(["view", "--html", "flame.html", "--heat", "heat.html", profile]);
    expect(readFileSync(join(folder, "flame.html"), "utf8")).toContain("<script>");
    for (const format of ["speedscope", "pprof", "firefox", "html", "collapsed"]) {
      expect(run(["convert", "-f", format, profile]).stdout.length).toBeGreaterThan(500);
    }
  });

  it("shows a process, live and from a capture", async () => {
    const target = await startTarget(python, "busy20.py");
    const capture = freshPath("run.capture");
    expect(run(["-w", String(target.pid), "--capture", capture]).stdout).toContain("busy20.py");
    expect(run(["decode", "--where", capture]).stdout).toContain("busy20.py");
    await target.stop();
  });

  it("ends as it is told", async () => {
    const path = freshPath();
    const [command, ...words] = [austin, "-i", "10ms", "-o", path, python.path, targetPath("busy20.py")] as const;
    const austinRun = startAustin([], { through: ["sh", "-c", 'exec "$@"', command, command, ...words] });
    await austinRun.sampling();
    austinRun.kill("SIGINT");
    const { how, stderr } = await austinRun.ended;
    expect(how, stderr).toBe(254);
    await readWholeProfile(path);
  });

  it("passes on what it inherited, and nothing else", () => {
    const facts = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8"));
    const through = (words: string, name: string) =>
      spawnSync(
        "sh",
        ["-c", `trap '' HUP USR2; ulimit -Sn 60; exec 3</etc/passwd 7</etc/hosts 0<&-; exec ${words} ${name} end`],
        {
          cwd: folder,
          stdio: ["ignore", "ignore", "inherit"],
        },
      );
    const probe = `'${python.path}' '${targetPath("heritage.py")}'`;
    expect(through(probe, "bare.json").status).toBe(0);
    expect(through(`./austin -P -o ${freshPath()} ${probe}`, "ours.json").status).toBe(0);
    const [bare, ours] = [facts("bare.json"), facts("ours.json")];
    expect({ ...ours, pid: 0, words: [] }).toEqual({ ...bare, pid: 0, words: [] });
    expect(ours.descriptors).toMatchObject({ 3: "/etc/passwd", 7: "/etc/hosts" });
    expect(ours.descriptors[0]).toBeUndefined();
  });

  it("takes nothing from the folder where it is started, and leaves nothing there", () => {
    const before = readdirSync(folder).sort();
    const place = join(folder, "place");
    mkdirSync(place);
    // What Bun would read by itself.
    writeFileSync(join(place, ".env"), "NO_COLOR=\nAUSTIN_PAGE_SIZE_CAP=nonsense\n");
    writeFileSync(join(place, "bunfig.toml"), 'preload = ["./preload.js"]\n');
    writeFileSync(join(place, "preload.js"), 'console.log("preloaded");\n');
    const { status, stdout, stderr } = spawnSync(austin, ["-V"], { cwd: place, env: {}, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^austin 4/);
    expect(readdirSync(folder).sort()).toEqual([...before, "place"].sort());
    expect(readdirSync(place).sort()).toEqual([".env", "bunfig.toml", "preload.js"]);
  });
});
