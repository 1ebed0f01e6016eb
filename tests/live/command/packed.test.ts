// The package as it is installed: packed by npm, unpacked into a clean folder with what it depends on, and nothing built. It samples with the
// add-on that came with it. Where there is none for the system and processor, what reads profiles and captures works all the same; what samples says
// what is missing and how it is got, and begins nothing.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import { freshPath, readWholeProfile, runAustin, scratch } from "../../austin.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../../formats/made_profile.js";
import { installPackage } from "../../installed.js";
import { type Python, projectRoot, pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const python = pythons().at(-1) as Python;
const modules = join(scratch, "installed/node_modules");
const folder = join(modules, "austin-ts");
const built = join(folder, "native/build/Release/remote_memory.node");
const addOnOf = ({ platform, arch }: Elsewhere) => join(folder, "prebuilds", `${platform}-${arch}.node`);
const addOn = addOnOf(process);
const [profile, capture] = [freshPath("made.mojo"), freshPath("run.capture")];

beforeAll(async () => {
  installPackage(join(scratch, "installed"));
  const samples = streamOf(madeSamples("wall"), { ...METADATA, mode: "wall" });
  writeFileSync(profile, await bytesOf(mojo.write(samples)));
  const work = "import time\nend = time.time() + 0.3\nwhile time.time() < end: sum(range(500))";
  const { how, stderr } = await runAustin(["--capture", capture, python.path, "-c", work]);
  expect(how, stderr).toBe(0);
});

interface Elsewhere {
  readonly platform: string;
  readonly arch: string;
}

/** A command of the installed package, with no compiler to be found. @param system what it takes the system for */
function run(command: string, args: readonly string[], system?: Elsewhere) {
  const pretend = Object.entries(system ?? {}).map(([key, value]) => `"${key}", { value: "${value}" }`);
  const code = pretend.map((one) => `Object.defineProperty(process, ${one});`).join("");
  const path = join(folder, "dist/bin", `${command}.js`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", `data:text/javascript,${code}`, path, ...args],
    {
      cwd: scratch,
      env: { PATH: "/nowhere", AUSTIN_NO_LOGGING: "1" },
      encoding: "utf8",
    },
  );
  return { status, stdout, stderr };
}

const SYSTEMS: readonly (readonly [string, Elsewhere | undefined])[] = [
  ["here", undefined],
  ["on a Mac", { platform: "darwin", arch: "arm64" }],
  ["on Windows", { platform: "win32", arch: "x64" }],
  ["on a system that nobody has written a host for", { platform: "freebsd", arch: "x64" }],
];

it("asks for no system and no compiler, and has add-ons for some", () => {
  const facts = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  expect([facts.os, facts.cpu, facts.libc]).toEqual([undefined, undefined, undefined]);
  // What npm runs of a package that is installed; it builds what has a binding.gyp beside its package.json.
  for (const script of ["preinstall", "install", "postinstall"]) expect(facts.scripts[script]).toBeUndefined();
  expect(existsSync(join(folder, "binding.gyp"))).toBe(false);
  expect(existsSync(built)).toBe(false);
  expect(existsSync(addOn)).toBe(true);
  // What building it takes beside a compiler and what npm brings.
  for (const name of ["binding.gyp", "binding.cc", "remote_memory.h"]) {
    expect(readdirSync(join(folder, "native"))).toContain(name);
  }
  expect(facts.scripts["build:native"]).toMatch(/^node-gyp rebuild/);
  expect(readdirSync(modules)).toContain("node-addon-api");
});

describe.each(SYSTEMS)("%s, what needs no add-on works:", (_, system) => {
  it.each<[string, string, () => string[]]>([
    ["austin --help", "austin", () => ["--help"]],
    ["austin --version", "austin", () => ["--version"]],
    ["austin-decode", "austin-decode", () => ["-o", freshPath("decoded.mojo"), capture]],
    ["austin-decode --where", "austin-decode", () => ["--where", capture]],
    ["austin-convert", "austin-convert", () => ["-f", "collapsed", profile]],
    ["austin-convert of a capture", "austin-convert", () => ["-f", "collapsed", capture]],
    ["austin-diff", "austin-diff", () => [profile, profile]],
    ["austin-view --top", "austin-view", () => ["--top", profile]],
    ["austin-view --html --heat", "austin-view", () => ["--html", freshPath("f"), "--heat", freshPath("h"), profile]],
    ["austinp-resolve", "austinp-resolve", () => [profile, freshPath("out")]],
    ["mojo2austin", "mojo2austin", () => [profile, freshPath("out")]],
    ["austin2speedscope", "austin2speedscope", () => [profile, freshPath("out")]],
    ["austin2pprof", "austin2pprof", () => [profile, freshPath("out")]],
  ])("%s", (_, command, args) => {
    const { status, stderr } = run(command, args(), system);
    expect(status, stderr).toBe(0);
  });
});

const SAMPLING: readonly (readonly [string, () => string[]])[] = [
  ["a run", () => ["-o", freshPath(), python.path, "-c", "pass"]],
  ["a run to standard output", () => [python.path, "-c", "print('started')"]],
  ["a process", () => ["-o", freshPath(), "-p", String(process.pid)]],
  ["a capture", () => ["--capture", freshPath(), "-p", String(process.pid)]],
  ["a look", () => ["-w", String(process.pid)]],
  ["a family", () => ["-C", "-o", freshPath(), "-p", String(process.pid)]],
  ["--doctor", () => ["--doctor"]],
  ["--doctor of a process", () => ["--doctor", String(process.pid)]],
];

describe("as it was installed, it samples:", () => {
  it("a run", async () => {
    const path = freshPath();
    const { status, stderr } = run("austin", ["-i", "1ms", "-o", path, python.path, targetPath("busy20.py"), "0.5"]);
    expect(status, stderr).toBe(0);
    expect((await readWholeProfile(path)).scopes).toContain("spin");
  });

  it("a look", async () => {
    const target = await startTarget<{ pid: number }>(python, "idle_and_busy.py");
    const { status, stdout, stderr } = run("austin", ["-w", String(target.ready.pid)]);
    expect(status, stderr).toBe(0);
    expect(stdout).toMatch(/ {4}sleeps \(\S+idle_and_busy\.py:\d+/);
    await target.stop();
  });

  it("and says with which add-on", () => {
    expect(run("austin", ["--doctor"]).stdout).toContain(`prebuilt: ${addOn}\n`);
  });
});

describe.each(SYSTEMS)("%s, without an add-on, what samples says what is missing:", (_, system) => {
  beforeAll(() => rmSync(addOnOf(system ?? process), { force: true }));

  it.each(SAMPLING)("%s", (name, args) => {
    const words = args();
    const { status, stdout, stderr } = run("austin", words, system);
    const said = name.startsWith("--doctor") ? stdout : stderr;
    expect(status, stderr).toBe(69);
    const { platform, arch } = system ?? process;
    expect(said).toContain(`'${addOnOf({ platform, arch })}' is not there`);
    expect(said).toContain(`Node ${process.version} (ABI ${process.versions.modules}`);
    expect(said).toContain(`on ${platform} ${arch}`);
    const isSampled = ["linux", "darwin", "win32"].includes(platform);
    if (isSampled) expect(said).toContain(`cd ${folder} && npm run build:native`);
    else expect(said).toContain("Sampling needs Linux or macOS or Windows");
    expect(said).toContain("Nothing was started.");
    expect(stdout + stderr).not.toMatch(/report it|unexpected|started\n$| {4}at /);
    for (const word of words.filter((one) => one.startsWith(scratch))) expect(existsSync(word)).toBe(false);
  });
});

it("--doctor --json has it as a check", () => {
  const { status, stdout } = run("austin", ["--doctor", "--json"]);
  const { checks, verdict } = JSON.parse(stdout);
  expect(status).toBe(69);
  expect(checks).toContainEqual({ about: "austin", name: "add-on", verdict: "bad", fact: `'${addOn}' is not there` });
  expect(verdict.exitCode).toBe(69);
});

it.each(["austin", "austin-view"])("%s says which Node it needs, where it has an older one", (command) => {
  const tell = (version: string) => {
    const code = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`;
    const words = [
      "--import",
      `data:text/javascript,${encodeURIComponent(code)}`,
      join(folder, "dist/bin", `${command}.js`),
    ];
    return spawnSync(process.execPath, [...words, "--help"], { encoding: "utf8" });
  };
  for (const version of ["18.20.8", "20.18.3"]) {
    const { status, stdout, stderr } = tell(version);
    expect([status, stdout]).toEqual([69, ""]);
    expect(stderr).toContain(
      `${command} needs Node 20.19 or newer; '${process.execPath}' is ${version}: install a newer one`,
    );
  }
  for (const version of ["20.19.0", "22.0.0"]) expect(tell(version).status).toBe(0);
});

it("a setting that caps reads is no reason for help to fail", () => {
  const path = join(folder, "dist/bin/austin.js");
  const env = { AUSTIN_PAGE_SIZE_CAP: "4096" };
  expect(spawnSync(process.execPath, [path, "--help"], { env }).status).toBe(0);
});

it.each([
  ["that came with it", addOn],
  ["that was built here", built],
])("one %s and can't be loaded is said to be so", (_, path) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "no add-on");
  for (const args of [["-w", String(process.pid)], ["--doctor"]]) {
    const { status, stdout, stderr } = run("austin", args);
    expect(status, stderr).toBe(69);
    expect(stdout + stderr).toMatch(/can't be loaded: .*(invalid ELF header|file too short)/);
    expect(stdout + stderr).toContain("npm run build:native");
    // What was built here stands in the way of the other.
    const removal = `rm -r ${join(folder, "native/build")}`;
    if (path === built) expect(stdout + stderr).toContain(removal);
    else expect(stdout + stderr).not.toContain(removal);
  }
});

it("one that was built here is taken before the one that came with it", () => {
  cpSync(join(projectRoot, "prebuilds", basename(addOn)), built);
  writeFileSync(addOn, "no add-on");
  expect(run("austin", ["--doctor"]).stdout).toContain(`built here: ${built}\n`);
});
