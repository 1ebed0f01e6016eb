// austin-web on programs that run: who may ask, what viewers see, late ones and several, programs that die, are stopped, exec and have children; files of
// what was sampled; how it ends.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import { readMojo } from "../../../src/mojo/index.js";
import { freshPath, readProfile, readWholeProfile } from "../../austin.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../../formats/made_profile.js";
import { type Python, pythons } from "../../pythons.js";
import { runReader } from "../../readers.js";
import { ask, functionsOf, startWeb, stopWebs, Watcher, type Web } from "../../web.js";

const python = pythons().at(-1) as Python;
/** What the made profile says of its length, in microseconds: longer than its samples. */
const DURATION = "7654321";
const BUSY = `
import os, sys, threading, time
def leaf(n): return sum(range(n))
def busy():
    while True: leaf(200)
def until(path):
    while not os.path.exists(path): leaf(200)
`;

function program(text: string): string {
  const path = freshPath("program.py");
  writeFileSync(path, BUSY + text);
  return path;
}

/** A program that goes on until it is told. */
function gated(behind = ""): readonly [path: string, go: () => void] {
  const gate = freshPath("go");
  return [program(`until(${JSON.stringify(gate)})\n${behind}\n`), () => writeFileSync(gate, "")];
}

async function madeFile(mode: "wall" | "memory" = "wall"): Promise<string> {
  const path = freshPath("made.mojo");
  writeFileSync(
    path,
    await bytesOf(mojo.write(streamOf(madeSamples(mode), { ...METADATA, mode, duration: DURATION }))),
  );
  return path;
}

async function samplesIn(bytes: Uint8Array): Promise<number> {
  let samples = 0;
  for await (const _ of readMojo(bytes)) samples++;
  return samples;
}

afterEach(stopWebs);

describe("austin-web's address", () => {
  const hostile = (
    web: Web,
  ): readonly (readonly [what: string, path: string, headers?: Record<string, string>, method?: string])[] => {
    const { pathname, host, port } = web.url;
    return [
      ["no token", "/"],
      ["no token, a name", "/events"],
      ["half a token", pathname.slice(0, 12)],
      ["another token", `/${"0".repeat(24)}/`],
      ["a token in other letters", pathname.toUpperCase()],
      ["a path that climbs", `${pathname}../../../../etc/passwd`],
      ["a path that climbs in disguise", `${pathname}..%2f..%2f..%2fetc%2fpasswd`],
      ["a file of ours", `${pathname}package.json`],
      ["a path that climbs out of speedscope", `${pathname}speedscope/../../package.json`],
      ["a file that is none of speedscope's", `${pathname}speedscope/package.json`],
      ["a folder of speedscope's", `${pathname}speedscope/speedscope/index.html`],
      ["speedscope without a token", "/speedscope/index.html"],
      ["a source without a token", "/source?function=1"],
      ["a name of all objects", `${pathname}__proto__`],
      ["a name of all objects, again", `${pathname}constructor`],
      ["another host", pathname, { Host: `elsewhere.example:${port}` }],
      ["another host that begins like ours", pathname, { Host: `127.0.0.1.elsewhere.example:${port}` }],
      ["another host behind a name", pathname, { Host: `127.0.0.1:${port}@elsewhere.example` }],
      ["another host's page", pathname, { Origin: "http://elsewhere.example" }],
      ["another host's page, events", `${pathname}events`, { Origin: "http://elsewhere.example" }],
      ["another host's page, samples", `${pathname}profile.mojo`, { Origin: "null" }],
      ["another scheme's page", pathname, { Origin: `https://${host}` }],
      [
        "a page that was rebound",
        `${pathname}events`,
        { Host: `elsewhere.example:${port}`, Origin: `http://elsewhere.example:${port}` },
      ],
      ["another method", pathname, {}, "POST"],
      ["another method, events", `${pathname}events`, {}, "DELETE"],
    ];
  };

  it("answers its owner, and tells nobody else anything", async () => {
    const web = await startWeb("--open", await madeFile());
    for (const [what, path, headers, method] of hostile(web)) {
      const { status, body } = await ask(web, path, headers, method);
      expect([what, status, body.length]).toEqual([what, 404, 0]);
    }
    const { pathname, port } = web.url;
    for (const headers of [
      {},
      { Host: `localhost:${port}` },
      { Host: "localhost:8000", Origin: "http://localhost:8000" },
    ]) {
      expect((await ask(web, pathname, headers)).status).toBe(200);
    }
    const page = await ask(web, pathname);
    expect(page.headers["content-security-policy"]).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect(page.headers["content-security-policy"]).not.toContain("unsafe");
    expect(page.headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cache-control": "no-store",
    });
    expect(page.body.toString()).not.toMatch(/https?:\/\//);
    // speedscope's page has a policy of its own, which lets it reach this address alone.
    const speedscope = await ask(web, `${pathname}speedscope/index.html`);
    expect([speedscope.status, speedscope.headers["content-security-policy"]]).toEqual([
      200,
      expect.stringMatching(/^default-src 'self'; script-src 'self'/),
    ]);
    for (const wrong of ["", "?function=", "?function=-1", "?function=x", "?function=9999999", "?file=/etc/passwd"])
      expect([wrong, (await ask(web, `${pathname}source${wrong}`)).status]).toEqual([wrong, 400]);
    for (const name of ["live.js", "live.css", "flame.js", "flame.css", "formats", "events", "profile.mojo"]) {
      expect([name, (await ask(web, pathname + name)).status]).toEqual([name, 200]);
    }
    expect(await web.end("SIGINT")).toBe(0);
  });

  it("says plainly that others can reach it, where they can", async () => {
    const [path] = [await madeFile()];
    const local = await startWeb("--open", path);
    await expect.poll(local.said).toContain("Open this address in a browser on this machine. Ctrl-C ends it.");
    expect(local.said()).not.toContain("whoever can reach");
    const open = await startWeb("--host", "0.0.0.0", "--open", path);
    await expect
      .poll(open.said)
      .toContain(
        "whoever can reach that and has this address sees the program's stacks and sources, and nothing is encrypted",
      );
    expect(open.url.pathname).toMatch(/^\/[\da-f]{24}\/$/);
    expect((await ask(open, "/")).status).toBe(404);
    expect((await ask(open, open.url.pathname)).status).toBe(200);
    expect((await ask(open, open.url.pathname, { Host: `elsewhere.example:${open.url.port}` })).status).toBe(404);
  });

  it("has room for viewers who read nothing, and goes on for those who do", async () => {
    const [path, go] = gated();
    const web = await startWeb("-i", "1ms", python.path, path);
    const watcher = new Watcher(web);
    const { samples } = (await watcher.until(({ sums }) => sums.samples > 0)).sums;
    const events = `${web.url.pathname}events`;
    const sockets = Array.from({ length: 70 }, () => connect(Number(web.url.port), "127.0.0.1"));
    for (const socket of sockets) {
      socket.on("error", () => {});
      socket.pause();
      socket.write(`GET ${events} HTTP/1.1\r\nHost: ${web.url.host}\r\n\r\n`);
    }
    // Whoever is one too many is told so.
    await expect.poll(async () => (await ask(web, events)).status, { timeout: 60_000 }).toBe(503);
    await watcher.until(({ sums }) => sums.samples > samples + 100);
    for (const socket of sockets) socket.destroy();
    await expect.poll(async () => (await ask(web, events)).status, { timeout: 60_000 }).toBe(200);
    go();
    await watcher.until(({ status }) => status.state === "ended");
  });
});

describe("viewers of a run", () => {
  it("see the same, however late, and what the profile has; also when the run is over", async () => {
    const profile = freshPath("whole.mojo");
    const [path, go] = gated("threading.Thread(target=leaf, args=(10_000_000,), name='the last one').start()");
    const web = await startWeb("-i", "1ms", "-o", profile, python.path, path);
    const first = new Watcher(web);
    await first.until((mirror) => functionsOf(mirror).includes("until"));
    const second = new Watcher(web, { "Last-Event-ID": "1" });
    await second.until((mirror) => functionsOf(mirror).includes("until"));
    second.close();
    go();
    await first.until(({ status }) => status.state === "ended");
    const late = new Watcher(web);
    const mirror = await late.until(() => true);
    const { sums } = first.mirror as NonNullable<typeof first.mirror>;
    expect(first.deltas).toBeGreaterThan(0);
    expect([...mirror.sums.all]).toEqual([...sums.all]);
    expect(mirror.sums.samples).toBe(await samplesIn(readFileSync(profile)));
    expect(mirror.status).toMatchObject({ state: "ended", ended: "ended, status 0", exitCode: 0 });
    expect(functionsOf(mirror)).toContain("until");
    expect(mirror.threads.map(({ name }) => name)).toContain("MainThread");
    await expect.poll(web.said).toContain("The run has ended, status 0. What was sampled is shown on, until Ctrl-C.");
    expect(await web.end("SIGINT")).toBe(0);
    await expect.poll(() => late.isOver).toBe(true);
  });

  it("see that the program died", async () => {
    const [path, go] = gated("os.kill(os.getpid(), 9)");
    const web = await startWeb("-i", "1ms", python.path, path);
    const watcher = new Watcher(web);
    await watcher.until(({ sums }) => sums.samples > 20);
    go();
    const { status } = await watcher.until((mirror) => mirror.status.state === "ended");
    expect(status.ended).toBe("ended, status 137");
    expect(await samplesIn((await ask(web, `${web.url.pathname}profile.mojo`)).body)).toBe(
      watcher.mirror?.sums.samples,
    );
    expect(await web.end("SIGTERM")).toBe(241);
  });

  it("see that it is stopped, goes on, and runs something else; what we have attached to is left alone", async () => {
    const [path, go] = gated(
      `os.execv(sys.executable, [sys.executable, "-c", "def after_exec():\\n while True: sum(range(100))\\nafter_exec()"])`,
    );
    const target = spawn(python.path, [path], { stdio: "ignore" });
    await once(target, "spawn");
    const web = await startWeb("-t", "60s", "-i", "1ms", "-p", String(target.pid));
    const watcher = new Watcher(web);
    await watcher.until(({ sums }) => sums.samples > 20);
    target.kill("SIGSTOP");
    await watcher.until(({ status }) => status.state === "stopped");
    target.kill("SIGCONT");
    const { status } = await watcher.until((mirror) => mirror.status.state === "running");
    expect(status.pids).toEqual([target.pid]);
    go();
    await watcher.until((mirror) => functionsOf(mirror).includes("after_exec"));
    expect(await web.end("SIGINT")).toBe(0);
    expect(target.exitCode ?? target.signalCode).toBeNull();
    target.kill("SIGKILL");
  });

  it("see short children", async () => {
    const path = program(`import subprocess
CHILD = "def child():\\n for i in range(20000): sum(range(100))\\nchild()"
while True: subprocess.run([sys.executable, "-S", "-c", CHILD])
`);
    const web = await startWeb("-C", "-i", "1ms", python.path, path);
    const watcher = new Watcher(web);
    const mirror = await watcher.until((one) => one.status.processes > 5 && functionsOf(one).includes("child"));
    expect(mirror.status.pids.length).toBeGreaterThan(5);
    expect(await web.end("SIGINT")).toBe(0);
  });

  it("see the changes of memory, which have no time of their own", async () => {
    const path = program("kept = []\nwhile True: kept.append(bytearray(100_000)) if len(kept) < 500 else kept.clear()");
    const web = await startWeb("-m", "-i", "1ms", python.path, path);
    const watcher = new Watcher(web);
    const mirror = await watcher.until(({ sums, now }) => sums.samples > 20 && now > 2e6);
    expect(mirror.metrics.map(({ unit }) => unit)).toEqual(["bytes", "bytes"]);
    const refused = await ask(web, `${web.url.pathname}profile.cpuprofile`);
    expect([refused.status, refused.body.toString()]).toEqual([409, expect.stringContaining("cpuprofile")]);
  });
});

describe("files of what was sampled", () => {
  it("are there in every format, whole and of the last seconds", async () => {
    const path = await madeFile();
    const web = await startWeb(path);
    const watcher = new Watcher(web);
    const { sums } = await watcher.until(({ status }) => status.rates.all.samples > 0);
    const { pathname } = web.url;
    const names = JSON.parse((await ask(web, `${pathname}formats`)).body.toString()) as string[];
    expect(names).toEqual(
      expect.arrayContaining(["profile.mojo", "profile.html", "profile.speedscope.json", "profile.pprof"]),
    );
    for (const name of names) {
      const { status, headers, body } = await ask(web, pathname + name);
      expect([name, status, body.length > 100]).toEqual([name, 200, true]);
      expect(headers["content-disposition"]).toBe(`attachment; filename="${name}"`);
    }
    const samples = madeSamples("wall").length;
    expect(sums.samples).toBe(samples);
    const whole = await ask(web, `${pathname}profile.mojo`);
    expect(whole.headers["x-austin-profile"]).toBe(`samples=${samples}`);
    expect((await readProfile(whole.body)).metadata.get("duration")).toBe(DURATION);
    expect(await samplesIn(whole.body)).toBe(samples);
    const last = await samplesIn((await ask(web, `${pathname}profile.mojo?last=50ms`)).body);
    expect(last).toBeGreaterThan(0);
    expect(last).toBeLessThan(samples);
    const half = (await ask(web, `${pathname}profile.mojo?from=0&to=40ms`)).body;
    expect((await readWholeProfile(half)).metadata.get("duration")).toBe("40000");
    const between = async (query: string) => samplesIn((await ask(web, `${pathname}profile.mojo?${query}`)).body);
    expect(await between("from=0")).toBe(samples);
    expect(await between("from=0&to=60m")).toBe(samples);
    const [first, second] = [await between("to=40ms"), await between("from=40.001ms")];
    expect(Math.min(first, second)).toBeGreaterThan(0);
    expect(first + second).toBe(samples);
    for (const wrong of [
      "from=x",
      "to=",
      "from=2&to=1",
      "from=1&to=1",
      "last=1&from=0",
      "last=1&to=1",
      "window=1..2",
      "from=0&from=0.01",
    ]) {
      expect([wrong, (await ask(web, `${pathname}profile.mojo?${wrong}`)).status]).toEqual([wrong, 400]);
    }
    for (const wrong of ["", "x", "-1", "0", "1h", "1e9"]) {
      expect([wrong, (await ask(web, `${pathname}profile.mojo?last=${wrong}`)).status]).toEqual([wrong, 400]);
    }
    expect((await ask(web, pathname + names[0], {}, "HEAD")).body.length).toBe(0);
    // What was asked for and not taken holds no place.
    for (let i = 0; i < 20; i++) expect((await ask(web, `${pathname}profile.mojo`, {}, "HEAD")).status).toBe(200);
  });

  it("are one sample a stack where there are more samples than are kept, and say so", async () => {
    const web = await startWeb("--recent", "1s", "--open", await longFile());
    const watcher = new Watcher(web);
    const mirror = await watcher.until(({ status }) => status.rates.all.samples === 400);
    expect(mirror.status.keepsAll).toBe(false);
    const { headers, body } = await ask(web, `${web.url.pathname}profile.mojo`);
    expect(headers["x-austin-profile"]).toMatch(/^summed; stacks=\d+$/);
    // Of what is not kept any more, no window is to look as if it were whole.
    const gone = await ask(web, `${web.url.pathname}profile.mojo?from=1&to=4`);
    expect([gone.status, gone.body.toString()]).toEqual([
      409,
      expect.stringMatching(/^Single samples are kept from [23]\.\d{3}s on: ask from there\.\n$/),
    ]);
    const kept = await ask(web, `${web.url.pathname}profile.mojo?from=3.5`);
    expect(await samplesIn(kept.body)).toBeGreaterThan(40);
    expect(await samplesIn(body)).toBeLessThan(400);
  });

  async function longFile(): Promise<string> {
    const path = freshPath("long.mojo");
    const samples = madeSamples("wall")
      .slice(0, 1)
      .flatMap((sample) =>
        Array.from({ length: 400 }, () => ({ ...sample, metrics: { ...sample.metrics, timeMicroseconds: 10_000 } })),
      );
    writeFileSync(path, await bytesOf(mojo.write(streamOf(samples, { ...METADATA, mode: "wall" }))));
    return path;
  }

  it("tell that a file is damaged, and show what comes before", async () => {
    const path = await madeFile();
    const whole = readFileSync(path);
    writeFileSync(path, Buffer.concat([whole, Buffer.of(99)]));
    const web = await startWeb(path);
    const watcher = new Watcher(web);
    const { status } = await watcher.until((mirror) => mirror.status.notes.length > 0);
    expect(status.notes).toEqual([
      `Cannot read '${path}' beyond byte ${whole.length}: expected an event number from 1 to 12, found 99.`,
      "The file is damaged there.",
      expect.stringMatching(/^The [1-9]\d* whole samples before that were used\.$/),
    ]);
    expect(status.state).toBe("file");
    expect(await web.end("SIGINT")).toBe(66);
  });

  it("are written as one page when the run is over, which ends it", async () => {
    const page = freshPath("page.html");
    const [path, go] = gated();
    const web = await startWeb("-i", "1ms", "--compile", page, python.path, path);
    await new Watcher(web).until((mirror) => functionsOf(mirror).includes("until"));
    go();
    expect([await web.ended, web.said()]).toEqual([0, expect.stringContaining(`Written: ${page}`)]);
    expect(readFileSync(page, "utf8")).toContain('"until"');
  });
});

describe("austin-web", () => {
  it.each([
    [[], "there is nothing to show"],
    [["--open", "a.mojo", "python3"], "takes neither a command nor --pid"],
    [["--port", "65536", "python3"], "'65536' is no value for --port"],
    [["--port", "x", "python3"], "'x' is no value for --port"],
    [["--host=", "python3"], "--host"],
    [["--recent", "0.1", "python3"], "--recent"],
    [["-i", "x", "python3"], "interval"],
    [["-p", "1", "python3"], "command"],
  ])("refuses %j", async (args, message) => {
    const { code, stderr, stdout } = await runReader("austin-web", args);
    expect([code, stdout]).toEqual([64, ""]);
    expect(stderr).toContain(message);
  });

  it("ends with austin's message and exit code where there is nothing to sample", async () => {
    const { code, stderr } = await runReader("austin-web", ["/nowhere/at/all"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("/nowhere/at/all")]);
  });

  it("says of a file that is none what it is, and begins nothing where its port is taken", async () => {
    const none = await runReader("austin-web", ["--open", program("")]);
    expect(none.code).toBe(66);
    const web = await startWeb("--open", await madeFile());
    const mark = freshPath("mark");
    const args = ["--port", web.url.port, python.path, "-c", `open(${JSON.stringify(mark)}, "w")`];
    const { code, stderr } = await runReader("austin-web", args);
    expect([code, stderr]).toEqual([
      5,
      expect.stringMatching(/Cannot listen on 127\.0\.0\.1.*EADDRINUSE[\s\S]*Nothing was started/),
    ]);
    expect(existsSync(mark)).toBe(false);
  });

  it("ends the program that it has started", async () => {
    const mark = freshPath("pid");
    const path = program(`open(${JSON.stringify(mark)}, "w").write(str(os.getpid()))\nbusy()`);
    const web = await startWeb("-i", "1ms", python.path, path);
    const watcher = new Watcher(web);
    await watcher.until((mirror) => functionsOf(mirror).includes("busy"));
    expect(await web.end("SIGINT")).toBe(0);
    const pid = readFileSync(mark, "utf8");
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 60_000 }).toBe(false);
  });
});
