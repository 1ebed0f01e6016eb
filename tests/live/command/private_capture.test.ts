// A capture holds raw memory: it is a new file that nobody else may read, whatever had its name before, and goes to pipes and devices
// only where these are the user's own.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, runAustin, scratch, startAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { type Python, pythons } from "../../pythons.js";
import { readerPath } from "../../readers.js";
import { startTarget } from "../../target.js";
import { asNobody, otherUserMissing } from "../../users.js";

const python = pythons().at(-1) as Python;
const nobodyMissing = otherUserMissing(python.path);
const NOBODY = 65534;
const OLD = "what was there before";
const WORK = "import time\nend = time.time() + 0.3\nwhile time.time() < end: sum(range(500))";
const work = [python.path, "-c", WORK];

afterEach(assertNoLeftovers);

/** What is said of a capture that is whole, and for its owner alone. */
function expectPrivate(path: string): void {
  const { mode, uid } = lstatSync(path);
  expect([(mode & 0o170777).toString(8), uid]).toEqual(["100600", process.geteuid?.()]);
  expectCapture(path);
}

function expectCapture(input: string): void {
  const words = [readerPath("austin-decode"), "--check", "--json", input];
  const said = execFileSync(process.execPath, words, { encoding: "utf8" });
  expect(JSON.parse(said)).toMatchObject({ readOtherwise: 0, notCaptured: 0, cut: false });
}

const unfinished = (path: string): string[] => readdirSync(dirname(path)).filter((name) => name.includes("unfinished"));

describe("a capture", () => {
  it("is a new file: who has the old one open, or by another name, sees nothing of it", async () => {
    const [path, other] = [freshPath("old.capture"), freshPath("other")];
    writeFileSync(path, OLD, { mode: 0o666 });
    chmodSync(path, 0o666);
    linkSync(path, other);
    const held = openSync(path, "r");
    const { how, stderr } = await runAustin(["--capture", path, ...work]);
    expect(how, stderr).toBe(0);
    expectPrivate(path);
    expect(readFileSync(held, "utf8")).toBe(OLD);
    expect(readFileSync(other, "utf8")).toBe(OLD);
    closeSync(held);
    expect(unfinished(path)).toEqual([]);
  });

  it.each(["a file", "nothing yet"])(
    "takes the place of a link to %s, and leaves alone where that leads",
    async (what) => {
      const [path, target] = [freshPath("link.capture"), freshPath("target")];
      if (what === "a file") writeFileSync(target, OLD);
      symlinkSync(target, path);
      const { how, stderr } = await runAustin(["--capture", path, ...work]);
      expect(how, stderr).toBe(0);
      expectPrivate(path);
      expect(existsSync(target) ? readFileSync(target, "utf8") : "nothing yet").toBe(what === "a file" ? OLD : what);
    },
  );

  it("is private whatever the umask", async () => {
    const path = freshPath("umask.capture");
    const through = ["sh", "-c", 'umask 0; exec "$@"', "sh"];
    const { how, stderr } = await runAustin(["--capture", path, ...work], { through });
    expect(how, stderr).toBe(0);
    expectPrivate(path);
  });

  it("has its name once memory is in it, and keeps it when the sampler is killed at once", async () => {
    const path = freshPath("killed.capture");
    writeFileSync(path, OLD);
    const target = await startTarget(python, "busy20.py");
    const austin = startAustin(["--capture", path, "-p", String(target.pid)]);
    const old = lstatSync(path).ino;
    await expect.poll(() => lstatSync(path).ino, { timeout: 60_000, interval: 1 }).not.toBe(old);
    austin.kill("SIGKILL");
    await austin.ended;
    await target.stop();
    const said = execFileSync(process.execPath, [readerPath("austin-decode"), "--where", path], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(said).toContain("busy20.py");
    expect(lstatSync(path).mode & 0o777).toBe(0o600);
  });

  it("of a look is a new file, too", async () => {
    const [path, target] = [freshPath("look.capture"), freshPath("target")];
    writeFileSync(target, OLD);
    symlinkSync(target, path);
    const { pid, stop } = await startTarget(python, "busy20.py");
    const { how, stderr } = await runAustin(["-w", String(pid), "--capture", path]);
    await stop();
    expect(how, stderr).toBe(0);
    expectPrivate(path);
    expect(readFileSync(target, "utf8")).toBe(OLD);
  });

  it("goes to a pipe that was named", async () => {
    const pipe = freshPath("pipe");
    execFileSync("mkfifo", [pipe]);
    const [{ how, stderr }, bytes] = await Promise.all([runAustin(["--capture", pipe, ...work]), readFile(pipe)]);
    expect(how, stderr).toBe(0);
    const path = freshPath("piped.capture");
    writeFileSync(path, bytes);
    expectCapture(path);
  });

  it("goes to standard output, which the command then has not", async () => {
    const program = `${WORK}\nprint("said")`;
    const { how, stdout, stderr } = await runAustin(["--capture", "/dev/stdout", python.path, "-c", program]);
    expect(how, stderr).toBe(0);
    const path = freshPath("stdout.capture");
    writeFileSync(path, stdout);
    expectCapture(path);
  });
});

describe.skipIf(nobodyMissing !== undefined)(titled("where somebody else has the name", nobodyMissing), () => {
  async function refused(path: string, through: readonly string[] = []): Promise<void> {
    const mark = freshPath("mark");
    const { how, stderr } = await runAustin(
      ["--capture", path, python.path, "-c", `open(${JSON.stringify(mark)}, "w")`],
      {
        through,
      },
    );
    expect(stderr).toMatch(/belongs to user \d+\.\n.*Nothing was started\./);
    expect(how, stderr).toBe(5);
    expect(existsSync(mark)).toBe(false);
  }

  it("a file of theirs is not written into", async () => {
    const [path, theirs] = [freshPath("theirs.capture"), freshPath("theirs")];
    writeFileSync(path, OLD);
    chownSync(path, NOBODY, NOBODY);
    linkSync(path, theirs);
    const { how, stderr } = await runAustin(["--capture", path, ...work]);
    expect(how, stderr).toBe(0);
    expectPrivate(path);
    expect(readFileSync(theirs, "utf8")).toBe(OLD);
  });

  it("a pipe of theirs is refused", async () => {
    const pipe = freshPath("pipe");
    execFileSync("mkfifo", ["-m", "666", pipe]);
    chownSync(pipe, NOBODY, NOBODY);
    // Somebody reads it: opening it would not wait.
    const reader = openSync(pipe, "r+");
    await refused(pipe);
    closeSync(reader);
  });

  it("a link of theirs to a device is refused", async () => {
    const link = freshPath("link");
    symlinkSync("/dev/null", link);
    lchownSync(link, NOBODY, NOBODY);
    await refused(link);
  });

  it("a file of ours in a folder like /tmp is refused to them before anything is started", async () => {
    const folder = freshPath("sticky");
    mkdirSync(folder);
    chmodSync(folder, 0o1777);
    chmodSync(scratch, 0o755);
    const path = join(folder, "x.capture");
    writeFileSync(path, OLD);
    await refused(path, asNobody);
    expect(readFileSync(path, "utf8")).toBe(OLD);
    expect(readdirSync(folder)).toEqual(["x.capture"]);
  });
});
