// austin-tui on a run that an austin-web shows elsewhere: every view at 80 x 24, a line that breaks and comes again, the end of the run and of austin-web, files,
// scripts; and all that may answer at an address, or not.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { LiveFeed, LiveProfile } from "../../../src/live/index.js";
import { readMojo } from "../../../src/mojo/index.js";
import { freshPath, scratch } from "../../austin.js";
import { killLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { eachPython, type Python, pythons } from "../../pythons.js";
import { readerWords, runReader } from "../../readers.js";
import { Tmux, tmuxLack } from "../../tmux.js";
import { serve, serveHttp, stopServers, Tunnel } from "../../tunnel.js";
import { sampleOf } from "../../unit/samples.js";
import { startWeb, stopWebs, Watcher, type Web } from "../../web.js";

const newest = pythons().at(-1) as Python;
const open: Tmux[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) one.close();
  await stopServers();
  await stopWebs();
  // What is sampled runs on when austin-web is killed, and so does austin: it is the one that started it.
  killLeftovers();
});

function program(text: string): string {
  const path = freshPath("program.py");
  writeFileSync(path, text);
  return path;
}

const BUSY = `
import os, sys, threading
def leaf(n): return sum(range(n))
def busy():
    while True: leaf(200)
`;
const THREADS = program(`${BUSY}
for i in range(4): threading.Thread(target=busy, name=f"worker-{i}", daemon=True).start()
busy()
`);

function gated(behind: string): readonly [path: string, go: () => void] {
  const gate = freshPath("go");
  return [
    program(`${BUSY}\nwhile not os.path.exists(${JSON.stringify(gate)}): leaf(200)\n${behind}`),
    () => writeFileSync(gate, ""),
  ];
}

/** An austin-web that has samples. */
async function webOn(path: string, python = newest): Promise<Web> {
  const web = await startWeb("-i", "1ms", python.path, path);
  const watcher = new Watcher(web);
  await watcher.until((mirror) => mirror.places.functions.some(({ scope }) => scope === "leaf"));
  watcher.close();
  return web;
}

function start(url: string, args = "", width = 80, height = 24): Tmux {
  const words = [...readerWords("austin-tui"), "--connect", `'${url}'`, args].join(" ");
  const terminal = new Tmux(`env LANG=C.UTF-8 ${words}`, width, height, scratch);
  open.push(terminal);
  return terminal;
}

async function samplesIn(path: string): Promise<number> {
  let samples = 0;
  for await (const _ of readMojo(readFileSync(path))) samples++;
  return samples;
}

/** Type a path in the place of the one that is offered. */
async function saveAs(terminal: Tmux, key: string, path: string): Promise<string> {
  terminal.keys(key);
  await terminal.shows(/Save .*as:/);
  terminal.keys(...Array.from({ length: 60 }, () => "BSpace"));
  terminal.keys("-l", path);
  terminal.keys("Enter");
  return terminal.shows(/Saved as|ot saved|No format/);
}

function counted(screen: string): number {
  return Number((/Samples ([\d,]+)/.exec(screen)?.[1] ?? "0").replaceAll(",", ""));
}

const inTmux = describe.skipIf(tmuxLack !== undefined);

inTmux.each(eachPython())(titled("austin-tui --connect, Python %s", tmuxLack), (_, python) => {
  it("shows the run in every view, in windows of its own, and leaves it as it is", async () => {
    const web = await webOn(THREADS, python);
    const terminal = start(web.url.href);
    await terminal.shows("all/5");
    const views = {
      t: /OWN▼.*leaf/s,
      f: /├─ .*busy/s,
      g: /FLAME GRAPH FOR ALL THREADS/,
      h: /THREAD .*LAST SEEN IN.*-- .*(leaf|busy) \(/s,
      w: /process \d+ thread .*busy/s,
      o: "standard error of austin-web",
      d: "No mark is set",
      "?": "VIEWS",
      "!": "MESSAGES",
      l: /OWN +TOTAL.*busy/s,
    };
    for (const [key, shown] of Object.entries(views)) {
      terminal.keys(key);
      const screen = await terminal.shows(shown);
      expect(screen.split("\n")[0], key).toContain("Austin TUI ●-● running");
      expect(screen, key).toContain("Quit Live Top Full Graph");
    }
    // What the system says of the processes is told by who is there.
    await terminal.shows(/CPU \d+% .*MEM \d+/);
    terminal.keys("t", "a");
    await terminal.shows("mark A");
    terminal.keys("d");
    await terminal.shows(/0\.0%|100\.0%/);
    terminal.keys("t", "Tab", "Tab");
    await terminal.shows(/Window .*last 10s/);
    terminal.keys("p");
    await terminal.shows("paused");
    terminal.keys("p");
    await terminal.shows("running");
    terminal.keys("q");
    await terminal.shows("OVER 0");
    expect(terminal.fact("alternate_on")).toBe("0");
    const after = new Watcher(web);
    expect((await after.until((mirror) => mirror.status.state === "running")).status.ended).toBeNull();
  }, 400_000);
});

inTmux(titled("a run elsewhere", tmuxLack), () => {
  it("is saved by who has its samples, all of it or the last seconds", async () => {
    const web = await webOn(THREADS);
    const terminal = start(web.url.href);
    await terminal.shows("all/5");
    const [all, last] = [freshPath("all.mojo"), freshPath("last.collapsed")];
    expect(await saveAs(terminal, "s", all)).toMatch(/Saved as .*samples/s);
    expect(await samplesIn(all)).toBeGreaterThan(50);
    expect(await saveAs(terminal, "e", last)).toContain("Saved as");
    expect(readFileSync(last, "utf8")).toContain("busy");
    expect(await saveAs(terminal, "s", "/nowhere/at/all.mojo")).toContain("ot saved");
    // The address lets in whoever has it.
    const view = execFileSync("pgrep", ["-P", `${terminal.pid}`], { encoding: "utf8" }).trim();
    expect(readFileSync(`/proc/${view}/cmdline`, "utf8")).not.toContain(web.url.pathname);
  }, 400_000);

  it("is there again, and whole, when the line is", async () => {
    const web = await webOn(THREADS);
    const tunnel = await Tunnel.to(web.url);
    const terminal = start(tunnel.url());
    const before = counted(await terminal.shows(/all\/5.*Samples [1-9]/s));
    terminal.keys("t", "r");
    await terminal.shows(/since reset.*leaf \(/s);
    await tunnel.cut();
    expect(await terminal.shows("no line for")).toContain("leaf (");
    const [failed] = [await saveAs(terminal, "s", freshPath("never.mojo"))];
    expect(failed).toContain("no line");
    await tunnel.open();
    const screen = await terminal.shows(/●-● running/);
    expect(counted(screen)).toBeGreaterThan(before);
    terminal.keys("!");
    const said = await terminal.shows("is back");
    expect(said.replace(/\s+/g, " ")).toContain("The line to austin-web broke");
    expect(said).not.toContain("begins anew");
    terminal.keys("q");
    await terminal.shows("OVER 0");
  }, 400_000);

  it("ends, and stays on the screen when austin-web ends, too", async () => {
    const [path, go] = gated("sys.exit(3)");
    const web = await webOn(path);
    const terminal = start(web.url.href);
    await terminal.shows("all/1");
    go();
    expect(await terminal.shows("ended, status 3")).toContain("●-● ended");
    await web.end("SIGINT");
    terminal.keys("!");
    await terminal.shows("austin-web has ended");
    terminal.keys("t");
    await terminal.shows("leaf (");
    terminal.keys("q");
    await terminal.shows("OVER 0");
  }, 400_000);

  it("is gone where austin-web has ended", async () => {
    const web = await webOn(THREADS);
    const terminal = start(web.url.href);
    await terminal.shows("all/5");
    await web.end("SIGINT");
    // It has ended what it had started.
    await terminal.shows("●-● ended");
    terminal.keys("!");
    await terminal.shows("austin-web has ended");
    terminal.keys("q");
    await terminal.shows("OVER 0");
  }, 400_000);

  it("is gone where another one is at its address", async () => {
    const web = await webOn(THREADS);
    const tunnel = await Tunnel.to(web.url);
    const terminal = start(tunnel.url());
    await terminal.shows("all/5");
    await tunnel.cut();
    await terminal.shows("no line for");
    const other = await startWeb("-i", "1ms", newest.path, THREADS);
    tunnel.target = other.url;
    await tunnel.open();
    await terminal.shows(/●-● no line /);
    terminal.keys("!");
    expect(await terminal.shows("it answers 404")).toContain("any more");
    terminal.keys("q");
    await terminal.shows("OVER 0");
  }, 400_000);

  it("is as it is for whoever tells names that are none", async () => {
    const live = new LiveProfile(new Map([["mode", "wall"]]));
    const evil = "\x1b]0;owned\x07\x1b[2J\x9b31m";
    live.add(sampleOf(`${evil}@${evil}`, { threadName: evil, time: 1000 }));
    const feed = new LiveFeed(live, `${evil} command`, () => [null, null]);
    const status = {
      state: "running" as const,
      ended: evil,
      exitCode: null,
      signal: null,
      pids: [1],
      processes: 1,
      seconds: 1,
      kept: 1,
      keepsAll: true,
      letGo: { ...live.letGo },
      rates: { all: live.rates.all, recent: live.rates.last(1) },
      notes: [evil],
    };
    feed.next(status);
    const full = JSON.stringify(feed.full(status));
    const port = await serveHttp((_, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.write(`event: full\ndata: ${full}\n\n`);
    });
    const terminal = start(`http://127.0.0.1:${port}/x/`);
    for (const key of ["t", "f", "l", "h", "w", "g", "o", "!"]) {
      terminal.keys(key);
      expect((await terminal.shows("Quit Live")).split("\n")[0], key).toContain("Austin TUI");
    }
    expect(terminal.fact("pane_title")).not.toContain("owned");
  });
});

describe("austin-tui --connect for scripts", () => {
  it("prints what there is by now, and goes", async () => {
    const web = await webOn(THREADS);
    const json = await runReader("austin-tui", ["--json", "--connect", web.url.href, "--function", "leaf"]);
    expect(json.code, json.stderr).toBe(0);
    const { format, sums, rates, ended, metadata } = JSON.parse(json.stdout);
    expect({ format, ended }).toEqual({ format: "austin-tui", ended: null });
    expect(metadata.mode).toBe("wall");
    expect(rates.all.samples).toBeGreaterThan(0);
    expect(sums.all.threads.map(({ name }: { name: string }) => name)).toContain("worker-0");
    // Only stacks with it.
    expect(sums.all.functions[0].function).toBe("leaf");
    expect(sums.all.total).toBeLessThanOrEqual(
      sums.all.threads.reduce((sum: number, one: { total: number }) => sum + one.total, 0),
    );
    const text = await runReader("austin-tui", ["--once", "--connect", web.url.href]);
    expect(text.code, text.stderr).toBe(0);
    expect(text.stdout).toMatch(/leaf \(/);
  });

  it("waits for the first sample, and ends by a signal as others do", async () => {
    const never = freshPath("never");
    const web = await startWeb("-i", "1ms", "-t", "1000s", "/bin/sh", "-c", `mkfifo ${never}; read x < ${never}`);
    const { startReader } = await import("../../readers.js");
    const child = startReader("austin-tui", ["--once", "--connect", web.url.href]);
    const watcher = new Watcher(web);
    await watcher.until(() => true);
    child.kill("SIGTERM");
    const code = await new Promise((resolve) => child.once("exit", resolve));
    expect(code === 241 || child.signalCode === "SIGTERM").toBe(true);
  });
});

const FULL = (version: number): string => `event: full\ndata: {"version":${version}}\n\n`;
const events = (text: string) =>
  serveHttp((_, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream" });
    response.write(text);
  });

describe("austin-tui --connect to what is no austin-web says so:", () => {
  const cases: readonly (readonly [what: string, url: () => Promise<string>, code: number, said: readonly string[]])[] =
    [
      [
        "nobody listens",
        async () => {
          const port = await serve((socket) => socket.destroy());
          await stopServers();
          return `http://127.0.0.1:${port}/x/`;
        },
        69,
        ["connect gave ECONNREFUSED", "ssh -L"],
      ],
      [
        "nobody at the tunnel's other end",
        async () => `http://127.0.0.1:${await serve((socket) => socket.on("data", () => socket.destroy()))}/x/`,
        69,
        ["closed the line without an answer", "tunnel"],
      ],
      [
        "something else than HTTP",
        async () => `http://127.0.0.1:${await serve((socket) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"))}/x/`,
        66,
        ["speaks no HTTP (HPE_", "no austin-web"],
      ],
      [
        "a page",
        async () =>
          `http://127.0.0.1:${await serveHttp((_, response) => response.setHeader("Content-Type", "text/html").end("<p>"))}/x/`,
        66,
        ["answers with text/html", "no austin-web"],
      ],
      [
        "a page that isn't there",
        async () =>
          `http://127.0.0.1:${await serveHttp((_, response) => response.writeHead(404, { "Content-Type": "text/html" }).end("<p>"))}/x/`,
        66,
        ["answers with text/html"],
      ],
      [
        "one with a control character in its type",
        async () =>
          `http://127.0.0.1:${await serveHttp((_, response) => response.setHeader("Content-Type", "a/\x80b").end("<p>"))}/x/`,
        66,
        ["no austin-web"],
      ],
      [
        "another version",
        async () => `http://127.0.0.1:${await events(FULL(2))}/x/`,
        66,
        ["speaks version 2 of the protocol", "same version at both ends"],
      ],
      [
        "half a message",
        async () => `http://127.0.0.1:${await events(FULL(1))}/x/`,
        66,
        ["no messages of an austin-web", "'added'"],
      ],
      [
        "no JSON",
        async () => `http://127.0.0.1:${await events("event: full\ndata: {\n\n")}/x/`,
        66,
        ["no messages of an austin-web", "no JSON"],
      ],
      [
        "other events",
        async () => `http://127.0.0.1:${await events("data: hello\n\n")}/x/`,
        66,
        ["they don't begin with a full state"],
      ],
    ];

  it.each(cases)("%s", async (_, url, code, said) => {
    const end = await runReader("austin-tui", ["--once", "--connect", await url()]);
    expect(end.code, end.stderr).toBe(code);
    expect(end.stdout).toBe("");
    for (const text of said) expect(end.stderr).toContain(text);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them is to be there.
    expect(end.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  });

  it("another number, and another name", async () => {
    const web = await webOn(THREADS);
    const wrong = await runReader("austin-tui", [
      "--once",
      "--connect",
      `http://127.0.0.1:${web.url.port}/${"0".repeat(24)}/`,
    ]);
    expect([wrong.code, wrong.stderr]).toEqual([
      69,
      expect.stringContaining("another one each time austin-web starts"),
    ]);
    expect(wrong.stderr).not.toContain("no other name");
    const tunnel = await Tunnel.to(web.url, "0.0.0.0");
    const named = await runReader("austin-tui", ["--once", "--connect", tunnel.url("127.0.0.2")]);
    expect([named.code, named.stderr]).toEqual([69, expect.stringContaining("'127.0.0.2' may be one")]);
    // By its own name the tunnel leads there.
    expect((await runReader("austin-tui", ["--once", "--connect", tunnel.url("localhost")])).code).toBe(0);
  });

  it("one that has too many viewers already", async () => {
    const web = await webOn(THREADS);
    const watchers = Array.from({ length: 64 }, () => new Watcher(web));
    await Promise.all(watchers.map((watcher) => watcher.until(() => true)));
    const { code, stderr } = await runReader("austin-tui", ["--once", "--connect", web.url.href]);
    expect([code, stderr]).toEqual([69, expect.stringContaining("answers 503: There are 64 viewers already.")]);
  });
});

describe("austin-tui --connect refuses", () => {
  const URL = "http://127.0.0.1:1/x/";
  it.each([
    [["--connect", "nonsense"], "the address that austin-web prints"],
    [["--connect", "https://127.0.0.1:1/x/"], "begins with http"],
    [["--connect", "http://127.0.0.1:1/"], "lacks its long number"],
    [["--connect", "http://127.0.0.1:1/events"], "lacks its long number"],
    [["--connect", URL, "python3"], "takes no command"],
    [["--connect", URL, "-p", "1"], "takes no command"],
    [["--connect", URL, "--open", "a.mojo"], "no --open"],
    [["--connect", URL, "-i", "1ms", "-C"], "--children, --interval are for whoever samples"],
    [["--connect", URL, "-o", "a.mojo"], "S and E write files"],
    [["--connect", URL, "--state", "idle"], "--state is for whoever samples"],
    [["--connect", URL, "--module", "a b"], "has no space"],
    [["--connect", URL, "--recent", "0.1"], "--recent"],
    [["--connect", URL], "no terminal"],
  ])("%j", async (args, message) => {
    const { code, stderr, stdout } = await runReader("austin-tui", args);
    expect([code, stdout]).toEqual([64, ""]);
    expect(stderr).toContain(message);
  });
});
