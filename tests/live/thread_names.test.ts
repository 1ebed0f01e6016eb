// What threads are called: the program's own names, whatever they are and whoever made the threads, on every CPython; attached and launched; from
// when on a new name holds; and where there is none.
import { openAsBlob, readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { decodeCapture } from "../../src/capture/index.js";
import { Decoder, type MemorySource, REQUEST_BYTES } from "../../src/decoder/index.js";
import { type FilterWords, filterSamples } from "../../src/filters/api.js";
import { LiveMemory } from "../../src/memory/live.js";
import { readMojo } from "../../src/mojo/index.js";
import { attach } from "../../src/sampler/snapshots.js";
import {
  freshPath,
  type Profile,
  readProfile,
  readWholeProfile,
  runAustin,
  startAustin,
  untilWritten,
} from "../austin.js";
import { assertNoLeftovers } from "../leftovers.js";
import { eachPython, type Python, pythons } from "../pythons.js";
import { startTarget, targetPath } from "../target.js";

interface Ready {
  readonly pid: number;
  /** Native id, name, `ident`. */
  readonly named: readonly (readonly [number, string, number])[];
  readonly nameless: readonly number[];
}

type Named = Ready["named"][number];

interface Look {
  readonly processes: readonly {
    readonly threads: readonly {
      readonly interpreter: number;
      readonly thread: number;
      readonly name: string | null;
      readonly nameFrom: string | null;
    }[];
  }[];
}

const COUNT = 200;
/** Offsets in a request (assembly/abi/records.ts). */
const [DESTINATION, COPIED] = [12, 16];
/** As assembly/abi/limits.ts has it. */
const MOST_CHARACTERS = 255;
/** So much of a profile has samples of all threads. */
const BEHIND_BYTES = 8192;

afterEach(assertNoLeftovers);

/** A name as it is told: cut, where it is long. */
function told(name: string): string | undefined {
  const characters = [...name];
  const cut = characters.length > MOST_CHARACTERS ? `${characters.slice(0, MOST_CHARACTERS - 1).join("")}…` : name;
  return cut === "" ? undefined : cut;
}

function expected({ named, nameless }: Ready): Map<number, string | undefined> {
  const names = named.map(([id, name]) => [id, told(name)] as const);
  return new Map([...names, ...nameless.map((id) => [id, undefined] as const)].sort(([a], [b]) => a - b));
}

/** The names that threads had last. */
function lastNames({ samples }: Profile): Map<number, string | undefined> {
  const names = new Map<number, string | undefined>();
  for (const { thread, threadName } of samples) names.set(Number.parseInt(thread, 16), threadName);
  return new Map([...names].sort(([a], [b]) => a - b));
}

/** The names that threads had first. */
function firstNames(profile: Profile): Map<number, string | undefined> {
  const samples = profile.samples.filter(({ threadName }) => threadName !== undefined).reverse();
  return lastNames({ ...profile, samples });
}

/** Wait until a profile that is being written has these names, and samples behind them. */
async function untilNamed(path: string, wanted: ReadonlyMap<number, string | undefined>): Promise<void> {
  let size = await untilWritten(path);
  const isThere = (name: string | undefined): boolean => name === undefined || readFileSync(path).includes(name);
  for (const name of wanted.values()) while (!isThere(name)) size = await untilWritten(path, size);
  await untilWritten(path, size + BEHIND_BYTES);
}

describe.each(eachPython())("on Python %s", (_, python) => {
  it("an attached process's threads have their names, and get others", async () => {
    const target = await startTarget<Ready>(python, "thread_names.py", [String(COUNT)]);
    const first = expected(target.ready);
    expect(first.size).toBe(COUNT + 3);
    const { stdout, how, stderr } = await runAustin(["-w", String(target.pid), "--json"]);
    expect(how, stderr).toBe(0);
    const { processes } = JSON.parse(stdout.toString()) as Look;
    const seen = processes.flatMap(({ threads }) => threads);
    const names = seen.map(
      ({ thread, name, nameFrom }) => [thread, nameFrom === "program" ? name : undefined] as const,
    );
    expect(new Map([...names].sort(([a], [b]) => a - b))).toEqual(first);

    const path = freshPath();
    const austin = startAustin(["-i", "5ms", "-o", path, "-p", String(target.pid)]);
    await austin.sampling();
    await untilNamed(path, first);
    const second = expected(await target.next());
    await untilNamed(path, second);
    austin.kill("SIGINT");
    expect((await austin.ended).how).toBe(254);
    const profile = await readWholeProfile(path);
    expect(lastNames(profile)).toEqual(second);
    // Some had none at first.
    const ever = [...second].map(([id, name]) => [id, first.get(id) ?? name] as const);
    expect(firstNames(profile)).toEqual(new Map(ever.filter(([, name]) => name !== undefined)));
    await target.stop();
  });

  it("a launched program's threads have their names", async () => {
    const path = freshPath();
    const austin = startAustin([
      "-i",
      "5ms",
      "-o",
      path,
      python.path,
      targetPath("thread_names.py"),
      String(COUNT),
      "stay",
    ]);
    const wanted = expected(JSON.parse((await austin.says(/^\{.*\}$/m))[0]) as Ready);
    await untilNamed(path, wanted);
    austin.kill("SIGINT");
    expect((await austin.ended).how).toBe(254);
    expect(lastNames(await readWholeProfile(path))).toEqual(wanted);
  });

  it("a thread that has the place of one that has ended is not called by that one's name", async () => {
    const path = freshPath();
    const { how, stderr } = await runAustin(["-i", "1ms", "-o", path, python.path, targetPath("names_in_turn.py")]);
    expect(how, stderr).toBe(0);
    const { samples } = await readWholeProfile(path);
    const seen = { right: 0, wrong: 0 };
    for (const { threadName, frames } of samples) {
      const runs = ["odd", "even"].find((name) =>
        frames.some((frame) => frame.kind === "code" && frame.scope === name),
      );
      if (runs !== undefined && threadName !== undefined) seen[threadName === runs ? "right" : "wrong"]++;
    }
    expect(seen).toEqual({ right: expect.any(Number), wrong: 0 });
    expect(seen.right).toBeGreaterThan(0);
  });
});

const [oldest, newest] = [pythons()[0], pythons().at(-1)] as [Python, Python];

interface Few {
  readonly pid: number;
  readonly threads: readonly (readonly [number, string | null])[];
}

/** What `-w` says that threads are called, and who calls them so. */
async function look(pid: number): Promise<readonly (readonly [number, string | null, string | null])[]> {
  const { stdout, how, stderr } = await runAustin(["-w", String(pid), "--json"]);
  expect(how, stderr).toBe(0);
  const { processes } = JSON.parse(stdout.toString()) as Look;
  const seen = processes.flatMap(({ threads }) => threads);
  return seen.map(({ thread, name, nameFrom }) => [thread, name, nameFrom] as const).sort(([a], [b]) => a - b);
}

describe.each([
  [oldest.name, oldest],
  [newest.name, newest],
])("where there is little to be called, on Python %s", (_, python) => {
  it("one thread without `threading` is a MainThread, and others are themselves once there are any", async () => {
    const target = await startTarget<Few>(python, "few_names.py", ["alone"]);
    const { pid } = target.ready;
    expect(await look(pid)).toEqual([[pid, "MainThread", "program"]]);
    const path = freshPath();
    const austin = startAustin(["-i", "1ms", "-o", path, "-p", String(pid)]);
    await austin.sampling();
    await untilWritten(path);
    const { threads } = await target.next();
    await untilNamed(path, new Map([[0, "Worker2"]]));
    austin.kill("SIGINT");
    expect((await austin.ended).how).toBe(254);
    expect(lastNames(await readWholeProfile(path))).toEqual(
      new Map(threads.map(([id, name]) => [id, name ?? undefined])),
    );
    expect(await look(pid)).toEqual(threads.map(([id, name]) => [id, name, "program"]));
    await target.stop();
  });

  it("a thread that Python knows nothing of has the system's name, where it has one", async () => {
    const target = await startTarget<Few>(python, "few_names.py", ["titled"]);
    const { pid, threads } = target.ready;
    const named = [...threads].sort(([a], [b]) => a - b);
    expect(await look(pid)).toEqual(named.map(([id, name]) => [id, name, name === null ? null : "system"]));
    const { stdout } = await runAustin(["-w", String(pid)]);
    expect(stdout.toString()).toContain(" pool-7 (the system's name)\n");
    const path = freshPath();
    const capture = freshPath("names.capture");
    const austin = startAustin(["-i", "1ms", "-o", path, "--capture", capture, "-p", String(pid)]);
    await austin.sampling();
    await untilNamed(path, new Map([[0, "pool-7"]]));
    austin.kill("SIGINT");
    expect((await austin.ended).how).toBe(254);
    expect(lastNames(await readWholeProfile(path))).toEqual(
      new Map(named.map(([id, name]) => [id, name ?? undefined])),
    );
    // What the system said is in the capture.
    expect(await mojoOf(capture)).toEqual(readFileSync(path));
    await target.stop();
  });

  it("interpreters have names of their own for the same thread", async () => {
    const target = await startTarget(python, "subinterpreters.py");
    await target.next();
    const { stdout } = await runAustin(["-w", String(target.pid), "--json"]);
    const { processes } = JSON.parse(stdout.toString()) as Look;
    const all = processes.flatMap(({ threads }) => threads);
    const inside = all.filter(({ interpreter, name }) => interpreter > 0 && name === "thread inside");
    expect(new Set(inside.map(({ interpreter }) => interpreter)).size).toBe(2);
    const entering = all.filter(({ name }) => name?.startsWith("enters "));
    expect(entering.map(({ interpreter, name }) => [interpreter, name]).sort()).toEqual([
      [0, "enters 0"],
      [0, "enters 1"],
    ]);
    // They are of other interpreters as well, and not called so there.
    for (const { thread } of entering) expect(all.filter((one) => one.thread === thread)).toHaveLength(2);
    await target.stop();
  });
});

/** The profile of a capture. */
async function mojoOf(path: string, filters?: FilterWords): Promise<Buffer> {
  const capture = decodeCapture(await openAsBlob(path), filters === undefined ? {} : { filters });
  const pieces: Uint8Array[] = [];
  for await (const piece of capture.mojo()) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}

it("filters by name what a run writes as they filter the whole, while threads get other names", async () => {
  const target = await startTarget<Ready>(newest, "thread_names.py", ["7"]);
  const path = freshPath();
  const capture = freshPath("names.capture");
  const austin = startAustin(["-i", "200us", "-o", path, "--capture", capture, "-p", String(target.pid)]);
  await austin.sampling();
  await untilNamed(path, expected(target.ready));
  await untilNamed(path, expected(await target.next()));
  austin.kill("SIGINT");
  expect((await austin.ended).how).toBe(254);
  await target.stop();
  expect(await mojoOf(capture)).toEqual(readFileSync(path));
  for (const threads of [["worker-*"], ["renamed-1-*"], ["función-?", "late-1"], ["0:main-1"], ["nobody*"]]) {
    const wanted: unknown[] = [];
    for await (const sample of filterSamples(readMojo(readFileSync(path)), { threads })) wanted.push(sample);
    const { samples } = await readProfile(await mojoOf(capture, { threads }));
    expect(samples.length).toBe(wanted.length);
    expect(JSON.stringify(samples) === JSON.stringify(wanted)).toBe(true);
    expect(wanted.length > 0).toBe(threads[0] !== "nobody*");
  }
});

describe("what is copied while it changes", () => {
  const FIRST = "worker-0";

  /** A source whose fills are other bytes than there are. @param change of one range, in the fill of a number */
  function changed(live: MemorySource, change: (range: Buffer, fill: number) => void): MemorySource {
    let fill = 0;
    return {
      fill(memory, requests, count) {
        const whole = live.fill(memory, requests, count);
        const view = new DataView(memory.buffer, requests, count * REQUEST_BYTES);
        for (let i = 0; i < count; i++) {
          const at = view.getUint32(i * REQUEST_BYTES + DESTINATION, true);
          change(Buffer.from(memory.buffer, at, view.getUint32(i * REQUEST_BYTES + COPIED, true)), fill);
        }
        fill++;
        return whole;
      },
    };
  }

  /** Change all places that have some bytes. */
  function replace(range: Buffer, from: Buffer, to: Buffer): void {
    for (let at = range.indexOf(from); at >= 0; at = range.indexOf(from, at + from.length)) to.copy(range, at);
  }

  const lastLetter = (letter: string) => (range: Buffer) =>
    replace(range, Buffer.from(FIRST), Buffer.from(`${FIRST.slice(0, -1)}${letter}`));

  /** An int's digits, of 30 bits each. */
  function digitsOf(value: number): Buffer {
    const digits = Buffer.alloc(8);
    digits.writeUInt32LE(value % 2 ** 30, 0);
    digits.writeUInt32LE(Math.floor(value / 2 ** 30) % 2 ** 30, 4);
    return digits;
  }

  /** As a thread state has it. */
  function wordOf(value: number): Buffer {
    const word = Buffer.alloc(8);
    word.writeBigUInt64LE(BigInt(value));
    return word;
  }

  it.each([oldest, newest].map((python) => [python.name, python] as const))(
    "is not believed, on Python %s",
    async (_, python) => {
      const target = await startTarget<Ready>(python, "thread_names.py", ["3"]);
      const decoder = new Decoder();
      const session = await attach(target.pid, {}, decoder);
      const memory = new LiveMemory(target.pid);
      const names = () => Array.from({ length: decoder.threadCount }, (__, thread) => decoder.threadName(thread));
      const again = (source: MemorySource) => decoder.readNames(source, { fromFirst: true, again: true });
      session.sample();
      const right = names();
      expect(right).toContain("worker-0");

      // Another name in each fill: no two readings agree, and the one that was known stays.
      again(changed(memory, (range, fill) => lastLetter(String.fromCharCode(0x41 + (fill % 26)))(range)));
      expect(names()).toEqual(right);
      // The same other one in two readings is believed.
      again(changed(memory, lastLetter("X")));
      expect(names()).toContain("worker-X");
      // Nor is an object that is another thread's.
      const [, , ident] = target.ready.named.find(([, name]) => name === FIRST) as readonly [number, string, number];
      again(changed(memory, (range) => replace(range, digitsOf(ident), digitsOf(ident + 1))));
      expect(names().filter((name) => name?.startsWith("worker-"))).toEqual([]);
      again(memory);
      expect(names()).toEqual(right);
      // One that has not begun has the id of the thread that made it, up to 3.11: here, the last one has the first one's.
      const [[, , main], [, , last]] = [target.ready.named[0], target.ready.named.at(-1)] as [Named, Named];
      const unbegun = changed(memory, (range) => replace(range, wordOf(last), wordOf(main)));
      const other = new Decoder();
      const { runtimeAddress, wordSize, version, hasDebugOffsets, pid: ownPid } = session.interpreter;
      expect(other.attach({ runtimeAddress, wordSize, version, hasDebugOffsets, ownPid }, memory).kind).toBe(
        "attached",
      );
      expect(other.sample(unbegun)).toBe("sampled");
      other.readNames(unbegun, { fromFirst: true });
      const called = Array.from({ length: other.threadCount }, (__, thread) => other.threadName(thread));
      expect(called.filter((name) => name === "MainThread")).toHaveLength(1);
      memory.close();
      session.close();
      await target.stop();
    },
  );
});
