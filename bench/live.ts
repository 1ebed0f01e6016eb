// What a live view costs. `npm run bench:live`: samples and processor time of a run with austin-tui open beside the same run without, by turns
// (needs tmux); the same of austin-web with a viewer who reads all that comes; how long a picture takes of 100,000 distinct stacks; memory and pictures over 24 hours of a
// recorded stream on a simulated clock, of a view of ours and of one that follows an austin-web (mirror); and the time from the command to its first screen.
// --rounds N, --seconds N, --python PATH, --only view|web|draw|memory|mirror|start.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Cells } from "../src/cli/terminal/cells.js";
import { draw } from "../src/cli/tui/screen.js";
import type { ViewName } from "../src/cli/tui/state.js";
import { SourceFiles } from "../src/cli/view/source_lines.js";
import { LiveProfile } from "../src/live/index.js";
import type { Frame } from "../src/model/frame.js";
import type { Sample } from "../src/model/sample.js";
import { readMojo } from "../src/mojo/index.js";
import { type DayOptions, followForADay, liveForADay, mirrorForADay, stateOf } from "./live/day.js";

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "8" },
    python: { type: "string", default: "python3" },
    only: { type: "string" },
    follow: { type: "boolean" },
  },
});
const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "austin-live-"));
const SOCKET = `austin-bench-${process.pid}`;
const PROGRAM = `
import threading
def leaf(n): return sum(i * i for i in range(n))
def middle(n):
    for _ in range(20): leaf(n)
def run():
    while True: middle(100)
threading.Thread(target=run, daemon=True).start()
print("ready", flush=True)
run()
`;

/** Much code in one thread, little in another. */
const WALKS = `
import runpy, sys, threading
def work():
    while True: sum(range(500))
threading.Thread(target=work, daemon=True, name="worker").start()
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
`;

function asks(part: string): boolean {
  return values.only === undefined || values.only === part;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function tmux(...args: string[]): string {
  return execFileSync("tmux", ["-L", SOCKET, ...args], { encoding: "utf8" });
}

interface Cost {
  readonly perSecond: number;
  readonly missedPercent: number;
  readonly cpuSeconds: number;
}

async function run(kind: "austin" | "austin-tui", pid: number): Promise<Cost> {
  const [profile, times] = [join(folder, "run.mojo"), join(folder, "times")];
  const program =
    kind === "austin" ? join(root, "bin/austin") : `${process.execPath} ${join(root, "dist/bin/austin-tui.js")}`;
  const command = `/usr/bin/time -f '%U %S' -o ${times} ${program} -x ${values.seconds} -o ${profile} -p ${pid}; echo RUN-OVER; sleep 60`;
  rmSync(times, { force: true });
  tmux("new-session", "-d", "-x", "120", "-y", "40", command);
  for (let shown = ""; kind === "austin-tui" && !shown.includes("ended, status"); await sleep(200))
    shown = tmux("capture-pane", "-p");
  if (kind === "austin-tui") tmux("send-keys", "q");
  while (!tmux("capture-pane", "-p").includes("RUN-OVER")) await sleep(200);
  tmux("kill-server");
  return costOf(profile, times);
}

/** A run that is watched by one viewer until it is over. */
async function runWeb(pid: number): Promise<Cost> {
  const [profile, times] = [join(folder, "web.mojo"), join(folder, "web-times")];
  const command = ["-f", "%U %S", "-o", times, process.execPath, join(root, "dist/bin/austin-web.js")];
  const web = spawn("/usr/bin/time", [...command, "-x", values.seconds, "-o", profile, "-p", String(pid)], {
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  const ended = new Promise((resolve) => web.once("exit", resolve));
  const [address] = (await once(web.stdout, "data")) as [Buffer];
  const { body } = await fetch(new URL("events", address.toString().trim()));
  let heard = "";
  for await (const piece of body as unknown as AsyncIterable<Uint8Array>) {
    heard = (heard + Buffer.from(piece).toString()).slice(-65_536);
    if (heard.includes('"state":"ended"')) break;
  }
  process.kill(-(web.pid as number), "SIGINT");
  await ended;
  return costOf(profile, times);
}

async function costOf(profile: string, times: string): Promise<Cost> {
  const stream = readMojo(createReadStream(profile));
  let samples = 0;
  for await (const _ of stream) samples++;
  const seconds = Number(stream.metadata.get("duration")) / 1e6;
  const [missed = 0, ticks = 1] = (stream.metadata.get("missed") ?? "0/1").split("/").map(Number);
  const cpu = readFileSync(times, "utf8").trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  return {
    perSecond: samples / seconds,
    missedPercent: (100 * missed) / ticks,
    cpuSeconds: (cpu[0] ?? 0) + (cpu[1] ?? 0),
  };
}

async function compareRuns(view: "austin-tui" | "austin-web"): Promise<void> {
  console.log(`${view}:\n`);
  const target = spawn(values.python, ["-c", PROGRAM], { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve) => target.stdout.once("data", resolve));
  console.log("| round | samples/s without | with a view | ratio | CPU s without | with | ratio |");
  console.log("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
  const ratios: [number[], number[]] = [[], []];
  for (let round = 1; round <= Number(values.rounds); round++) {
    const pid = target.pid as number;
    const ofKind = (kind: "austin" | typeof view): Promise<Cost> =>
      kind === "austin-web" ? runWeb(pid) : run(kind, pid);
    const first = round % 2 === 0 ? "austin" : view;
    const one = await ofKind(first);
    const other = await ofKind(first === "austin" ? view : "austin");
    const [without, watched] = first === "austin" ? [one, other] : [other, one];
    const samples = watched.perSecond / without.perSecond;
    const cpu = watched.cpuSeconds / without.cpuSeconds;
    ratios[0].push(samples);
    ratios[1].push(cpu);
    console.log(
      `| ${round} | ${without.perSecond.toFixed(0)} | ${watched.perSecond.toFixed(0)} | ${samples.toFixed(3)} | ${without.cpuSeconds.toFixed(2)} | ${watched.cpuSeconds.toFixed(2)} | ${cpu.toFixed(2)} |`,
    );
  }
  target.kill("SIGKILL");
  console.log(
    `\nmedian: ${median(ratios[0]).toFixed(3)} of the samples, ${median(ratios[1]).toFixed(2)} of the processor time\n`,
  );
}

const FRAMES: Frame[] = Array.from({ length: 3000 }, (_, i) => ({
  kind: "code",
  scope: `function_${i}`,
  filename: `/app/module_${i % 50}.py`,
  location: { line: 1 + i, lineEnd: 0, column: 0, columnEnd: 0 },
}));

function stack(number: number): Frame[] {
  const frames: Frame[] = [];
  for (let rest = number, depth = 0; depth < 3 + (number % 9); depth++) {
    frames.push(FRAMES[(300 * depth + (rest % (depth < 7 ? 3 : 20))) % FRAMES.length] as Frame);
    rest = Math.floor(rest / (depth < 7 ? 3 : 20));
  }
  return frames;
}

function sampleOf(frames: readonly Frame[], thread: number, timeMicroseconds: number): Sample {
  return {
    pid: 1,
    interpreterId: 0,
    thread: thread.toString(16),
    frames,
    metrics: { timeMicroseconds, memoryBytes: undefined },
    idle: false,
    gc: false,
  };
}

/** Draw a profile of that many distinct stacks, some of which change between two pictures. */
function drawPictures(): void {
  const DISTINCT = 100_000;
  const live = new LiveProfile(
    new Map([
      ["mode", "wall"],
      ["interval", "100"],
    ]),
  );
  for (let i = 0; i < DISTINCT; i++) live.add(sampleOf(stack(i * 7919), 1, 100));
  const state = stateOf(live);
  const cells = new Cells({ hasColours: true, isAscii: false });
  cells.resize(200, 50);
  const sources = new SourceFiles([]);
  console.log(`${live.stacks.count} nodes of ${DISTINCT} distinct stacks\n`);
  console.log("| view | median ms | longest of 40 | median ms of the processor |");
  console.log("| --- | ---: | ---: | ---: |");
  for (const view of ["live", "top", "full", "graph", "threads", "diff", "detail"] as ViewName[]) {
    state.view = view;
    if (view === "diff") live.mark("a");
    state.detail = 1;
    const times: number[] = [];
    const processor: number[] = [];
    for (let picture = 0; picture < 50; picture++) {
      for (let i = 0; i < 2500; i++) live.add(sampleOf(stack(((picture * 2500 + i) % DISTINCT) * 7919), 1, 100));
      const used = process.cpuUsage();
      const begin = performance.now();
      draw(cells, state, sources, 0);
      cells.changes();
      // What V8 has compiled by then is what a run has after a second.
      if (picture < 10) continue;
      times.push(performance.now() - begin);
      const { user, system } = process.cpuUsage(used);
      processor.push((user + system) / 1000);
    }
    console.log(
      `| ${view} | ${median(times).toFixed(1)} | ${Math.max(...times).toFixed(1)} | ${median(processor).toFixed(1)} |`,
    );
  }
  console.log();
}

/** Some seconds of a program with two threads that walks through much code, 100 times a second. */
async function recordedStream(): Promise<DayOptions> {
  const profile = join(folder, "recorded.mojo");
  const command = [values.python, "-c", WALKS, join(root, "bench/targets/codes.py"), "60"];
  const { status } = spawnSync(join(root, "bin/austin"), [
    ...["-i", "10ms", "-x", values.seconds, "-o", profile],
    ...command,
  ]);
  // The exposure is over.
  if (status !== 254) throw new Error(`austin ended with ${status}`);
  const stream = readMojo(createReadStream(profile));
  const recorded: Sample[] = [];
  for await (const sample of stream) recorded.push(sample);
  return { recorded, metadata: new Map(stream.metadata) };
}

async function firstScreens(): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < 7; round++) {
    const command = `${process.execPath} ${join(root, "dist/bin/austin-tui.js")} ${values.python} -c 'while True: sum(range(500))'`;
    const begin = performance.now();
    tmux("new-session", "-d", "-x", "80", "-y", "24", command);
    while (!tmux("capture-pane", "-p").includes("Austin TUI")) await sleep(5);
    times.push(performance.now() - begin);
    tmux("send-keys", "q");
    await sleep(1500);
    try {
      tmux("kill-server");
    } catch {
      // It has ended with its only session.
    }
  }
  console.log(
    `first screen, tmux's own start included: median ${median(times).toFixed(0)} ms, ${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}\n`,
  );
}

try {
  if (values.follow) await followForADay();
  else await measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  if (asks("draw")) drawPictures();
  if (asks("memory") || asks("mirror")) {
    const day = await recordedStream();
    console.log(`${day.recorded.length} samples were recorded\n`);
    if (asks("memory")) liveForADay(day);
    if (asks("mirror")) await mirrorForADay(day, fileURLToPath(import.meta.url));
  }
  if (asks("start")) await firstScreens();
  if (asks("view")) await compareRuns("austin-tui");
  if (asks("web")) await compareRuns("austin-web");
}
