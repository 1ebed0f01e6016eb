// austin-tui in tmux, on programs that run: 20 threads, many short children, one that dies, is stopped, execs, grows; what a key reaches, what is left of
// the terminal, what is saved.
import { execFile, execFileSync, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { readMojo } from "../../../src/mojo/index.js";
import { freshPath, scratch } from "../../austin.js";
import { titled } from "../../needs.js";
import { type Python, projectRoot, pythons } from "../../pythons.js";
import { Tmux, tmuxLack } from "../../tmux.js";

const python = pythons().at(-1) as Python;
const tui = join(projectRoot, "dist/bin/austin-tui.js");
const open: Tmux[] = [];

afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

function program(text: string): string {
  const path = freshPath("program.py");
  writeFileSync(path, text);
  return path;
}

function start(args: string, width = 80, height = 24, environment = "LANG=C.UTF-8"): Tmux {
  const terminal = new Tmux(`env ${environment} ${process.execPath} ${tui} ${args}`, width, height, scratch);
  open.push(terminal);
  return terminal;
}

/** The process of the view that a terminal shows. */
function viewOf(terminal: Tmux): number {
  return Number(execFileSync("pgrep", ["-P", `${terminal.pid}`], { encoding: "utf8" }).trim());
}

const FOREVER = { timeout: 300_000, interval: 50 };

const BUSY = `
import sys, threading
def leaf(n): return sum(range(n))
def busy():
    while True: leaf(200)
`;
const THREADS = program(`${BUSY}
for i in range(19): threading.Thread(target=busy, name=f"worker-{i}", daemon=True).start()
print("printed by the program", flush=True)
busy()
`);

async function samplesOf(path: string): Promise<number> {
  let samples = 0;
  for await (const _ of readMojo(readFileSync(path))) samples++;
  return samples;
}

describe.skipIf(tmuxLack !== undefined)(titled("austin-tui", tmuxLack), () => {
  it.each([
    [80, 24],
    [200, 50],
  ])(
    "shows 20 threads in every view, at %i x %i",
    async (width, height) => {
      const terminal = start(`-i 1ms ${python.path} ${THREADS}`, width, height);
      await terminal.shows("all/20");
      const views = {
        t: /OWN▼.*leaf/s,
        f: /├─ .*busy/s,
        g: /FLAME GRAPH FOR ALL THREADS/,
        h: /STATE .*LAST SEEN IN/,
        w: /process \d+ thread/,
        o: "printed by the program",
        d: "No mark is set",
        "?": "VIEWS",
        l: /OWN +TOTAL.*busy/s,
      };
      for (const [key, shown] of Object.entries(views)) {
        terminal.keys(key);
        const screen = await terminal.shows(shown);
        expect(screen.split("\n")[0], key).toContain("Austin TUI ●-● running");
        expect(screen, key).toContain("Quit Live Top Full Graph");
      }
      terminal.resize(60, 18);
      terminal.keys("t", "Right");
      expect((await terminal.shows("1/20")).split("\n").length).toBeLessThanOrEqual(19);
      // Samples go into files, in the format that the name tells.
      const [all, last] = [freshPath("all.mojo"), freshPath("last.collapsed")];
      for (const [key, path] of [
        ["s", all],
        ["e", last],
      ] as const) {
        terminal.keys(key);
        await terminal.shows(/Save .*as:/);
        terminal.keys(...Array.from({ length: 60 }, () => "BSpace"));
        terminal.keys("-l", path);
        terminal.keys("Enter");
        await terminal.shows("Saved as");
      }
      expect(await samplesOf(all)).toBeGreaterThan(20);
      expect(readFileSync(last, "utf8")).toContain("busy");
      terminal.keys("q");
      await terminal.shows("OVER 0");
      expect(terminal.fact("alternate_on")).toBe("0");
      expect(terminal.fact("cursor_flag")).toBe("1");
    },
    400_000,
  );

  it("gives no key to the program, and nothing that it prints to the screen", async () => {
    const mark = freshPath("mark");
    const reads = program(`${BUSY}
try: tty = open("/dev/tty")
except OSError as error: tty = error
open(${JSON.stringify(mark)}, "w").write(repr((sys.stdin.read(), isinstance(tty, OSError))))
print("\\x1b[2Jtorn", flush=True)
busy()
`);
    const terminal = start(`-i 1ms ${python.path} ${reads}`);
    await terminal.shows(/Samples [\d,]*\d/);
    terminal.keys("o");
    expect(await terminal.shows("torn")).toContain("Austin TUI ●-● running");
    expect(readFileSync(mark, "utf8")).toBe("('', True)");
  });

  it("shows what 300 short children do", async () => {
    const children = program(`${BUSY}
import subprocess
for i in range(300): subprocess.run([sys.executable, "-S", "-c", "def child():\\n for i in range(2000): sum(range(100))\\nchild()"])
busy()
`);
    const terminal = start(`-C -i 1ms ${python.path} ${children}`, 120, 40);
    await terminal.shows(/[1-9]\d+ processes/);
    terminal.keys("t");
    await terminal.shows("child (<string>)");
  });

  it("stays on the screen when the program dies, and says so", async () => {
    const dies = program(`${BUSY}
import os, signal, time
end = time.time() + 1
while time.time() < end: leaf(200)
os.kill(os.getpid(), signal.SIGKILL)
`);
    const terminal = start(`-i 1ms ${python.path} ${dies}`);
    expect(await terminal.shows("ended, status 137")).toContain("●-● ended");
    terminal.keys("t");
    await terminal.shows("leaf (");
    terminal.keys("q");
    await terminal.shows("OVER 0");
  });

  it("says that the program is stopped, goes on, execs, and grows", async () => {
    const go = freshPath("go");
    const grows = program(`${BUSY}
import os
kept = [b"x" * 200_000 + bytes([i % 256]) for i in range(1000)]
while not os.path.exists(${JSON.stringify(go)}): leaf(200)
os.execv(sys.executable, [sys.executable, "-c", "def after_exec():\\n while True: sum(range(100))\\nafter_exec()"])
`);
    const target = spawn(python.path, [grows], { stdio: "ignore" });
    const terminal = start(`-i 1ms -p ${target.pid}`);
    await terminal.shows(/Samples [\d,]*\d/);
    target.kill("SIGSTOP");
    await terminal.shows("STOPPED (SIGSTOP)");
    target.kill("SIGCONT");
    await terminal.shows(/running .*MEM [2-9]\d\dM/);
    writeFileSync(go, "");
    terminal.keys("t");
    await terminal.shows("after_exec");
    // It is not ours to end.
    terminal.keys("q");
    await terminal.shows("OVER 0");
    expect(target.exitCode ?? target.signalCode).toBeNull();
    target.kill("SIGKILL");
  });

  it.each(["TERM", "HUP", "INT"] as const)("leaves the terminal as it was on SIG%s", async (signal) => {
    const terminal = start(`-i 1ms ${python.path} ${THREADS}`);
    await terminal.shows("all/20");
    process.kill(viewOf(terminal), `SIG${signal}`);
    await terminal.shows({ TERM: "OVER 241", HUP: "OVER 255", INT: "OVER 254" }[signal]);
    expect(terminal.fact("alternate_on")).toBe("0");
    expect(terminal.fact("cursor_flag")).toBe("1");
  });

  it.each([
    ["QUIT", 131],
    ["USR2", 140],
  ] as const)("leaves the terminal as it was on SIG%s, and ends the run", async (signal, status) => {
    const pid = freshPath("pid");
    const told = program(
      `import os\nopen(${JSON.stringify(pid)}, "w").write(str(os.getpid()))\n${readFileSync(THREADS, "utf8")}`,
    );
    const terminal = start(`-i 1ms ${python.path} ${told}`);
    await terminal.shows("all/20");
    process.kill(viewOf(terminal), `SIG${signal}`);
    await terminal.shows(`OVER ${status}`);
    expect(terminal.fact("alternate_on")).toBe("0");
    expect(terminal.fact("cursor_flag")).toBe("1");
    await vi.waitUntil(() => !existsSync(`/proc/${readFileSync(pid, "utf8")}`), FOREVER);
  });

  it("gives the terminal back when it is stopped from outside, and has it again when it goes on", async () => {
    const terminal = start(`-i 1ms ${python.path} ${THREADS}`);
    await terminal.shows("all/20");
    const view = viewOf(terminal);
    const isRaw = (): boolean =>
      execFileSync("stty", ["-F", terminal.fact("pane_tty"), "-a"], { encoding: "utf8" }).includes("-icanon");
    process.kill(view, "SIGTSTP");
    await vi.waitUntil(() => terminal.fact("alternate_on") === "0" && !isRaw(), FOREVER);
    // It may not be stopped yet.
    await vi.waitUntil(() => / T /.test(readFileSync(`/proc/${view}/stat`, "utf8")), FOREVER);
    process.kill(view, "SIGCONT");
    await vi.waitUntil(() => terminal.fact("alternate_on") === "1" && isRaw(), FOREVER);
    await terminal.shows("all/20");
    // Nobody tells it of that; and a shell takes the terminal back.
    process.kill(view, "SIGSTOP");
    execFileSync("stty", ["-F", terminal.fact("pane_tty"), "sane"]);
    expect(isRaw()).toBe(false);
    process.kill(view, "SIGCONT");
    await vi.waitUntil(isRaw, FOREVER);
    terminal.keys("q");
    await terminal.shows("OVER 0");
  });

  it("ends with austin's message and exit code where there is nothing to sample", async () => {
    const terminal = start("/nowhere/at/all");
    const screen = await terminal.shows("OVER 1");
    expect(screen).toContain("/nowhere/at/all");
    expect(terminal.fact("alternate_on")).toBe("0");
  });

  it("offers the processes there are, and watches the one that is chosen", async () => {
    const target = spawn(python.path, [THREADS, "--find-me-here"], { stdio: "ignore" });
    const terminal = start("-i 1ms", 120, 40);
    await terminal.shows("choose a process");
    terminal.keys("f");
    terminal.keys("-l", "--", "--find-me-here");
    const list = await terminal.shows("1 of ");
    expect(list).toContain(` ${target.pid} `);
    terminal.keys("Enter");
    terminal.keys("Enter");
    await terminal.shows("all/20");
    target.kill("SIGKILL");
    const screen = await terminal.shows("●-● ended");
    // Its parent alone knows how.
    expect(screen).not.toContain("status");
  });
});

describe("austin-tui for scripts", () => {
  const execute = promisify(execFile);

  it("prints one picture, or JSON, and keeps the profile", async () => {
    const profile = freshPath("kept.mojo");
    const args = [tui, "--json", "-i", "1ms", "-x", "0.5", "-o", profile, python.path, THREADS];
    const { stdout, stderr } = await execute(process.execPath, args);
    const { rates, sums, metadata, ended } = JSON.parse(stdout);
    expect(ended).toBe("ended, the exposure is over");
    expect(stderr).toContain("Sampling statistics");
    // The profile is the view's: no name leads to it.
    expect(stderr).not.toMatch(/\/dev\/fd|Open it with/);
    expect(metadata).toMatchObject({ mode: "wall", interval: "1000" });
    expect(rates.all.samples).toBe(await samplesOf(profile));
    expect(sums.all.functions.map((one: { function: string }) => one.function)).toContain("leaf");
    const text = await execute(process.execPath, [tui, "--once", "--open", profile]);
    expect(text.stdout).toMatch(/leaf \(/);
    expect(readdirSync(scratch)).not.toContain("austin_");
  });

  it("passes on the command's status, and says what its JSON is", async () => {
    const [go, profile] = [freshPath("go"), freshPath("kept.mojo")];
    const status = program(`${BUSY}
import os
while not os.path.exists(${JSON.stringify(go)}): leaf(200)
sys.exit(3)
`);
    const args = [tui, "--json", "-i", "1ms", "-o", profile, python.path, status];
    const ended = execute(process.execPath, args).catch((error) => error);
    // So much is more than what stands before the first sample.
    await vi.waitUntil(() => existsSync(profile) && statSync(profile).size > 4096, FOREVER);
    writeFileSync(go, "");
    const failed = await ended;
    expect(failed.code).toBe(3);
    expect(JSON.parse(failed.stdout)).toMatchObject({ format: "austin-tui", version: 1, ended: "ended, status 3" });
  });

  it.each([
    [["--once"], "need a command"],
    [["--open", "a.mojo", "python3"], "takes neither a command nor --pid"],
    [["-i", "x", "python3"], "interval"],
    [["--recent", "0.1", "python3"], "--recent"],
    [["python3"], "no terminal"],
  ])("refuses %j", async (args, message) => {
    await expect(execute(process.execPath, [tui, ...args])).rejects.toMatchObject({
      code: 64,
      stderr: expect.stringContaining(message),
    });
  });
});
