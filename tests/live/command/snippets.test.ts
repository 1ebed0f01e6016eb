// What README and doc/library.md tell people to type, typed: each command and each piece of code as it stands there, on a program that runs.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, it } from "vitest";
import { scratch } from "../../austin.js";
import { codeBlocks } from "../../documents.js";
import { type Python, projectRoot, pythons } from "../../pythons.js";
import { startTarget, type Target } from "../../target.js";

const python = pythons().at(-1) as Python;
const folder = join(scratch, "typed");
const commands = join(scratch, "commands");
const PROGRAM = `import time

def keep_busy(end):
    while time.monotonic() < end:
        sum(range(200))

keep_busy(time.monotonic() + 0.5)
`;

/** As Austin ends then. */
const EXPOSURE_IS_OVER = 254;

let target: Target<{ pid: number }>;

interface End {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const environment = (): NodeJS.ProcessEnv => ({
  ...process.env,
  PATH: `${commands}:${process.env.PATH}`,
  AUSTIN_NO_LOGGING: "1",
});

/** Run a command as it is typed, but for what differs from place to place: a process's id, and how long people wait. */
async function type(command: string, pid = target.pid): Promise<End> {
  const typed = command.replaceAll("1234", String(pid)).replace("-x 30s", "-x 500ms");
  const run = promisify(execFile)("sh", ["-c", typed], { cwd: folder, env: environment() });
  const end = await run.catch((error: End) => error);
  return { code: 0, ...end };
}

/** Run one that serves a page until Ctrl-C. @returns the page, in the place of what the command says */
async function serve(command: string): Promise<End> {
  const child = spawn("sh", ["-c", `exec ${command}`], {
    cwd: folder,
    env: environment(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  child.stderr.on("data", (text: Buffer) => (stderr += text));
  const ended = once(child, "exit").then(([code]) => code as number);
  const address = await Promise.race([once(child.stdout, "data"), ended]);
  if (typeof address === "number") return { code: address, stdout: "", stderr };
  const page = await fetch(String(address).trim());
  expect(page.status).toBe(200);
  const stdout = await page.text();
  child.kill("SIGINT");
  return { code: await ended, stdout, stderr };
}

/** Run code as a file of a program that has the package. */
async function run({ heading, code }: { heading: string; code: string }, pid = target.pid): Promise<End> {
  const file = join(folder, `${heading.toLowerCase().replace(/\W+/g, "-")}.mjs`);
  writeFileSync(file, code.replaceAll("1234", String(pid)));
  return type(`'${process.execPath}' '${file}'`);
}

beforeAll(async () => {
  target = await startTarget(python, "busy20.py");
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(projectRoot, join(folder, "node_modules/austin-ts"));
  mkdirSync(commands);
  const { bin } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  for (const [name, path] of Object.entries(bin)) {
    const file = join(commands, name);
    writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${join(projectRoot, path as string)}' "$@"\n`, {
      mode: 0o755,
    });
  }
  writeFileSync(join(folder, "app.py"), PROGRAM);
  const { code, stderr } = await type("austin -o before.mojo --capture app.capture python3 app.py");
  expect(code, stderr).toBe(0);
  for (const name of ["after.mojo", "app.mojo"]) copyFileSync(join(folder, "before.mojo"), join(folder, name));
});

const [setUp, ...others] = codeBlocks("README.md").filter(({ language }) => language === "");
/** Its lines without what is said of them. */
const linesOf = (code: string) =>
  code
    .split("\n")
    .map((line) => line.replace(/\s+#.*$/, ""))
    .filter((line) => line !== "");

it("README's set-up is what CI does on a fresh machine", () => {
  const steps = linesOf(setUp?.code ?? "");
  expect(steps).toEqual(["npm ci && npm run demo", "npm test"]);
  // The first one without a compiler.
  expect(readFileSync(join(projectRoot, ".ci/run"), "utf8")).toContain(`sh -c "${steps[0]}" && ${steps[1]} `);
});

const typed = others.flatMap(({ code }) => linesOf(code));

it.each(typed)("README: %s", async (line) => {
  const before = Date.now() - 1;
  const { code, stdout, stderr } = await (line.startsWith("austin-web ") ? serve : type)(line);
  expect(code, stderr).toBe(line.includes(" -x ") ? EXPOSURE_IS_OVER : 0);
  const output = /(?:-o|--save|--capture) (\S+)/.exec(line)?.[1];
  if (output === undefined) expect(stdout).toMatch(/\w/);
  else {
    const { size, mtimeMs } = statSync(join(folder, output));
    expect(size).toBeGreaterThan(100);
    expect(mtimeMs).toBeGreaterThan(before);
  }
});

const snippets = [
  ...codeBlocks("doc/library.md"),
  ...codeBlocks("doc/live.md").filter(({ language }) => language === "js"),
];

it("there is something to be typed", () => {
  expect(typed.length).toBeGreaterThan(4);
  expect(snippets.length).toBeGreaterThan(4);
  expect(snippets.filter(({ language }) => language !== "js")).toEqual([]);
});

it.each(snippets.map((snippet) => [snippet.heading, snippet] as const))("doc/library.md: %s", async (_, snippet) => {
  const before = new Set(readdirSync(folder));
  const { code, stdout, stderr } = await run(snippet);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/\w/);
  // What it names as written is there.
  for (const [, name] of snippet.code.matchAll(/(?:createWriteStream|writeFile)\("([^"]+)"/g)) {
    expect(before).not.toContain(name);
    expect(readFileSync(join(folder, name as string), "utf8")).toMatch(/keep_busy|spin|"work"/);
  }
});

it("doc/library.md: a process that is not there is told", async () => {
  const snippet = snippets.find(({ code }) => code.includes("AttachError"));
  const { code, stdout, stderr } = await run(snippet as (typeof snippets)[number], 2 ** 22 + 1);
  expect(code, stderr).toBe(0);
  expect(stdout).toBe("gone\n");
});
