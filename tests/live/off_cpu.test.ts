// An off-CPU copy is of one moment, whatever its target does; it leaves nothing behind, in the target or here.
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ThreadPlaces } from "../../src/host/linux/index.js";
import { LiveMemory } from "../../src/memory/live.js";
import { REQUEST_BYTES, TargetLost } from "../../src/memory/source.js";
import { OffCpuMemory, type Places } from "../../src/sampler/off_cpu_memory.js";
import { stateOf } from "../austin.js";
import { start, stopCommands } from "../command.js";
import { eachPython, type Python, projectRoot, pythons } from "../pythons.js";
import { assertNoLeftovers, startTarget, type Target } from "../target.js";

const python = pythons().at(-1) as Python;
const EINVAL = 22;
const EMFILE = 24;
const EAGAIN = 11;
const EBADF = 9;
/** No machine has it; it's the system that says so. */
const NO_PROCESSOR = 60_000;

afterEach(async () => {
  await stopCommands();
});

interface Words {
  readonly pid: number;
  readonly thread: number;
  readonly address: number;
  readonly bytes: number;
  /** Those that the target may use. */
  readonly processors: readonly number[];
}
type WordsTarget = Target<Words & { first: number; last: number; right: number }>;

function startWords(mode: string, on = python): Promise<WordsTarget> {
  return startTarget(on, "two_words.py", [mode]);
}

/** One request for all of the target's words, and room for them. */
class Copy {
  readonly memory: Uint8Array;
  readonly #view: DataView;
  readonly #bytes: number;

  constructor({ address, bytes }: Words) {
    this.memory = new Uint8Array(REQUEST_BYTES + bytes);
    this.#view = new DataView(this.memory.buffer);
    this.#bytes = bytes;
    this.#view.setBigUint64(0, BigInt(address), true);
    this.#view.setUint32(8, bytes, true);
    this.#view.setUint32(12, REQUEST_BYTES, true);
  }

  get copied(): number {
    return this.#view.getUint32(16, true);
  }

  get first(): bigint {
    return this.#view.getBigUint64(REQUEST_BYTES, true);
  }

  get isTorn(): boolean {
    const ahead = this.first - this.#view.getBigUint64(REQUEST_BYTES + this.#bytes - 8, true);
    return ahead !== 0n && ahead !== 1n;
  }

  forget(): void {
    this.memory.fill(0xee, REQUEST_BYTES);
  }

  get isForgotten(): boolean {
    return this.memory.subarray(REQUEST_BYTES).every((byte) => byte === 0xee);
  }
}

/** Make off-CPU copies until `wanted` of them were still; how many of these were torn. */
function tornOf(wanted: number, source: OffCpuMemory, { thread }: Words, copy: Copy): number {
  let torn = 0;
  while (source.outcomes.still < wanted) {
    const isStill = source.fillOffCpu(copy.memory, 0, 1, thread);
    expect(copy.copied).toBe(copy.memory.length - REQUEST_BYTES);
    if (isStill && copy.isTorn) torn++;
  }
  return torn;
}

/** Places of threads that all seem to run on `processor`. */
function misleading(places: ThreadPlaces, processor: number): Places {
  return {
    look: (tid) => places.look(tid) && { isRunning: true, isAtRest: false, processor },
    place: (tid) => places.place(tid),
    parse: (text, length) => places.parse(text, length),
    runs: (tid) => places.runs(tid),
    realtimePolicy: () => undefined,
    failure: undefined,
    openFiles: 0,
    close: () => places.close(),
  };
}

/** The target computes what it should, and ends by itself. */
async function endsRight(target: WordsTarget): Promise<void> {
  const { first, last, right } = await target.next();
  expect([first, last]).toEqual([right, right]);
  if (target.child.exitCode === null) await once(target.child, "exit");
  expect(target.child.exitCode).toBe(0);
  expect(await target.stop()).toBe("");
  assertNoLeftovers();
}

describe.each(eachPython())("still copies of Python %s", (_, each) => {
  it("are of one moment where plain copies are not", async () => {
    const target = await startWords("busy", each);
    const source = new OffCpuMemory(new LiveMemory(target.pid));
    const copy = new Copy(target.ready);
    do source.fill(copy.memory, 0, 1);
    while (!copy.isTorn);
    const before = copy.first;
    expect(tornOf(1000, source, target.ready, copy)).toBe(0);
    expect(copy.first).toBeGreaterThan(before);
    source.close();
    await endsRight(target);
  });
});

/** Requests for all of the words twice, behind each other, with room for both. */
class TwoCopies {
  readonly memory: Uint8Array;
  readonly #view: DataView;
  readonly #bytes: number;

  constructor({ address, bytes }: Words) {
    this.#bytes = bytes;
    this.memory = new Uint8Array(2 * (REQUEST_BYTES + bytes));
    this.#view = new DataView(this.memory.buffer);
    for (const i of [0, 1]) {
      this.#view.setBigUint64(i * REQUEST_BYTES, BigInt(address), true);
      this.#view.setUint32(i * REQUEST_BYTES + 8, bytes, true);
      this.#view.setUint32(i * REQUEST_BYTES + 12, this.#start(i), true);
    }
  }

  #start(copy: number): number {
    return 2 * REQUEST_BYTES + copy * this.#bytes;
  }

  /** The first word of each copy, and how far the last one is behind it. */
  get words(): (readonly [first: bigint, behind: bigint])[] {
    return [0, 1].map((i) => {
      const first = this.#view.getBigUint64(this.#start(i), true);
      return [first, first - this.#view.getBigUint64(this.#start(i) + this.#bytes - 8, true)];
    });
  }
}

describe("an off-CPU copy that is held", () => {
  /** Without sleep: who sleeps may wake on the target's processor. */
  const pause = (milliseconds: number): void => {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
  };

  it.each(["busy", "hopping", "blocked"])("is of one moment with what is filled until its end (%s)", async (mode) => {
    const target = await startWords(mode);
    const source = new OffCpuMemory(new LiveMemory(target.pid));
    const { thread } = target.ready;
    const copies = new TwoCopies(target.ready);
    while (source.outcomes.still < 300) {
      const began = source.fillOffCpu(copies.memory, 0, 1, thread, true);
      if (began !== "held") continue;
      source.fill(copies.memory, REQUEST_BYTES, 1);
      if (!source.endHold(copies.memory, 0, 2)) continue;
      const [[first, behind] = [0n, 0n], second] = copies.words;
      expect(second).toEqual([first, behind]);
      expect([0n, 1n]).toContain(behind);
    }
    source.close();
    await endsRight(target);
  });

  it("is none where what was filled until its end changed meanwhile, whoever changed it", async () => {
    const target = await startWords("blocked");
    await expect.poll(() => stateOf(target.pid)).toBe("S");
    const source = new OffCpuMemory(new LiveMemory(target.pid));
    const copies = new TwoCopies(target.ready);
    for (const isChanged of [false, true]) {
      expect(source.fillOffCpu(copies.memory, 0, 1, target.ready.thread, true)).toBe("held");
      source.fill(copies.memory, REQUEST_BYTES, 1);
      // As if the second range had been another one when it was filled.
      if (isChanged) copies.memory.fill(0xee, copies.memory.length - 1);
      expect(source.endHold(copies.memory, 0, 2)).toBe(!isChanged);
    }
    expect(source.outcomes).toMatchObject({ still: 1, moved: 1 });
    source.close();
    await endsRight(target);
  });

  it("lets the thread run on when nobody ends it, is none then, and not the way of the next ones", async () => {
    const target = await startWords("busy");
    let now = 0;
    const source = new OffCpuMemory(new LiveMemory(target.pid), undefined, undefined, () => now);
    const copies = new TwoCopies(target.ready);
    for (let held = 0; held < 20; ) {
      if (source.fillOffCpu(copies.memory, 0, 1, target.ready.thread, true) !== "held") continue;
      held++;
      const [[before] = [0n]] = copies.words;
      const goesOn = () => {
        source.fill(copies.memory, REQUEST_BYTES, 1);
        return copies.words[1]?.[0] !== before;
      };
      do pause(1);
      while (!goesOn());
      const { lapsed } = source.outcomes;
      expect(source.endHold(copies.memory, 0, 1)).toBe(false);
      // Not so where we were on its processor ourselves.
      if (source.outcomes.lapsed === lapsed) continue;
      expect(source.fillOffCpu(copies.memory, 0, 1, target.ready.thread, true)).not.toBe("held");
      now += 2_000_000;
    }
    expect(source.outcomes.lapsed + source.outcomes.moved).toBeGreaterThanOrEqual(20);
    // One that nobody ends doesn't stand in the way of the next.
    const { still } = source.outcomes;
    do source.fillOffCpu(copies.memory, 0, 1, target.ready.thread, true);
    while (source.fillOffCpu(copies.memory, 0, 1, target.ready.thread) !== true);
    expect(source.outcomes.still).toBeGreaterThan(still);
    source.close();
    await endsRight(target);
  });
});

describe("still copies", () => {
  it("are of one moment where the thread goes from one processor to another", async () => {
    const target = await startWords("hopping");
    const source = new OffCpuMemory(new LiveMemory(target.pid));
    expect(tornOf(1000, source, target.ready, new Copy(target.ready))).toBe(0);
    source.close();
    await endsRight(target);
  });

  it("of a blocked thread need no reader", async () => {
    const target = await startWords("blocked");
    const memory = new LiveMemory(target.pid);
    const source = new OffCpuMemory(memory);
    const copy = new Copy(target.ready);
    await expect.poll(() => stateOf(target.pid)).toBe("S");
    const readOffCpu = vi.spyOn(memory, "readOffCpu");
    for (let i = 0; i < 1000; i++) expect(source.fillOffCpu(copy.memory, 0, 1, target.ready.thread)).toBe(true);
    expect(readOffCpu).toHaveBeenCalledTimes(1000);
    for (const [, , , { processor }] of readOffCpu.mock.calls) expect(processor).toBe(-1);
    source.close();
    await endsRight(target);
  });

  it("don't count where the thread runs on another processor than it seemed to", async (context) => {
    const target = await startWords("pinned");
    const [, elsewhere] = target.ready.processors;
    if (elsewhere === undefined) return context.skip("there is one processor");
    const places = misleading(new ThreadPlaces(target.pid), elsewhere);
    const source = new OffCpuMemory(new LiveMemory(target.pid), 100_000, places);
    // No range changes: only the thread itself can tell.
    for (let i = 0; i < 200; i++) expect(source.fillOffCpu(new Uint8Array(0), 0, 0, target.ready.thread)).toBe(false);
    expect(source.outcomes.moved).toBeGreaterThan(0);
    source.close();
    await endsRight(target);
  });

  it("say why there are none on a processor, are tried again there more and more seldom, and come back", async () => {
    const target = await startWords("blocked");
    const memory = new LiveMemory(target.pid);
    const readOffCpu = vi.spyOn(memory, "readOffCpu");
    const places = new ThreadPlaces(target.pid);
    let now = 0;
    let processor = NO_PROCESSOR;
    const misled: Places = { ...misleading(places, 0), look: (tid) => misleading(places, processor).look(tid) };
    const source = new OffCpuMemory(memory, 100_000, misled, () => now);
    const copy = new Copy(target.ready);
    const tryOffCpu = () => source.fillOffCpu(copy.memory, 0, 1, target.ready.thread);
    expect([source.unavailable, source.isHindered(now)]).toEqual([undefined, false]);
    for (let i = 0; i < 10; i++) {
      copy.forget();
      expect(tryOffCpu()).toBe(false);
      expect([copy.copied, copy.first]).toEqual([target.ready.bytes, 0n]);
    }
    expect(readOffCpu).toHaveBeenCalledTimes(1);
    expect(source.outcomes).toMatchObject({ still: 0, unpinnable: 10 });
    const cause = `pthread_setaffinity_np to processor ${NO_PROCESSOR} failed with errno ${EINVAL}`;
    expect(source.unavailable).toBe(cause);
    expect(source.prevented).toEqual({ [cause]: 10 });
    expect(source.isHindered(now)).toBe(true);
    // Ten seconds in which it is asked for every millisecond: in the end once a second.
    for (let i = 0; i < 10_000; i++) {
      now += 1000;
      tryOffCpu();
    }
    const tries = readOffCpu.mock.calls.length;
    expect(tries).toBeGreaterThan(15);
    expect(tries).toBeLessThan(25);
    // Another processor is not to blame.
    [processor = 0] = target.ready.processors;
    readOffCpu.mockReturnValue("still");
    tryOffCpu();
    expect(readOffCpu).toHaveBeenCalledTimes(tries + 1);
    expect([source.unavailable, source.isHindered(now)]).toEqual([undefined, false]);
    processor = NO_PROCESSOR;
    tryOffCpu();
    expect(source.isHindered(now)).toBe(false);
    // And this one may come back.
    now += 2_000_000;
    tryOffCpu();
    tryOffCpu();
    expect(readOffCpu).toHaveBeenCalledTimes(tries + 3);
    source.close();
    await endsRight(target);
  });

  it("need a witness that was read, and name what was not", async () => {
    const target = await startWords("blocked");
    await expect.poll(() => stateOf(target.pid)).toBe("S");
    const memory = new LiveMemory(target.pid);
    const failure = { call: "open", path: "/proc/*/task/*/schedstat", errno: EMFILE } as const;
    const places = new ThreadPlaces(target.pid);
    let now = 0;
    const blind: Places = { ...misleading(places, 0), look: (tid) => places.look(tid), runs: () => -1, failure };
    const copy = new Copy(target.ready);
    const source = new OffCpuMemory(memory, undefined, blind, () => now);
    const readOffCpu = vi.spyOn(memory, "readOffCpu");
    expect(source.fillOffCpu(copy.memory, 0, 1, target.ready.thread)).toBe(false);
    expect(copy.copied).toBe(target.ready.bytes);
    expect(readOffCpu).not.toHaveBeenCalled();
    const cause = `open of /proc/*/task/*/schedstat failed with errno ${EMFILE}`;
    expect(source.prevented).toEqual({ [cause]: 1 });
    expect([source.unavailable, source.outcomes.unwitnessed]).toEqual([cause, 1]);
    expect(source.isHindered(now)).toBe(true);
    now += 1000;
    expect(source.isHindered(now)).toBe(false);
    source.close();

    // A kernel that counts no runs.
    const path = "/proc/thread-self/status";
    const deaf = new OffCpuMemory(memory, undefined, new ThreadPlaces(target.pid, { call: "read", path, errno: 0 }));
    expect(deaf.fillOffCpu(copy.memory, 0, 1, target.ready.thread)).toBe(false);
    expect(deaf.unavailable).toBe(`read of ${path} tells nothing`);
    deaf.close();
    await endsRight(target);
  });

  it("are of one moment by the other witness, too", async () => {
    const target = await startWords("hopping");
    const source = new OffCpuMemory(new LiveMemory(target.pid), undefined, new ThreadPlaces(target.pid, "status"));
    expect(tornOf(200, source, target.ready, new Copy(target.ready))).toBe(0);
    source.close();
    await endsRight(target);
  });

  it("are refused for as long as we have no descriptor or no thread left, and say so", async () => {
    const target = await startWords("pinned");
    const { pid, thread, address, bytes, processors } = target.ready;
    const script = join(projectRoot, "tests/targets/without_means.mjs");
    const numbers = [pid, thread, address, bytes].map(String);
    // On the target's own processor it would need no reader.
    const elsewhere = String(processors.at(-1));
    const command = ["--cpu-list", elsewhere, "prlimit", "--nofile=256", process.execPath, script, ...numbers];
    const { child, ready } = await start("taskset", command);
    const said = JSON.parse(await ready()) as Record<string, unknown>;
    if (child.exitCode === null) await once(child, "exit");
    const stat = `open of /proc/*/task/*/stat failed with errno ${EMFILE}`;
    expect(said).toMatchObject({ withoutDescriptors: { still: false, unavailable: stat }, after: true });
    if (processors.length > 1) {
      const thread = { still: false, cause: `pthread_create failed with errno ${EAGAIN}` };
      expect(said).toMatchObject({ withoutThreads: thread });
    }
    await endsRight(target);
  });

  it("are plain ones for a thread that isn't there, and none for a process that isn't", async () => {
    const target = await startWords("blocked");
    const source = new OffCpuMemory(new LiveMemory(target.pid));
    const copy = new Copy(target.ready);
    for (const nativeId of [0, process.pid]) {
      copy.forget();
      expect(source.fillOffCpu(copy.memory, 0, 1, nativeId)).toBe(false);
      expect([copy.copied, copy.first]).toEqual([target.ready.bytes, 0n]);
    }
    expect(source.outcomes).toMatchObject({ still: 0, unknown: 2 });
    await endsRight(target);
    expect(() => source.fillOffCpu(copy.memory, 0, 1, target.ready.thread)).toThrow(TargetLost);
    source.close();
  });
});

describe("the add-on", () => {
  it("lets a witness and a note be read around the copy", async () => {
    const target = await startWords("blocked");
    const memory = new LiveMemory(target.pid);
    const copy = new Copy(target.ready);
    const [changing, constant] = ["/proc/sys/kernel/random/uuid", "/proc/sys/kernel/ostype"].map((path) =>
      openSync(path, "r"),
    ) as [number, number];
    const stand = { processor: -1, patienceMicroseconds: 0, witness: constant, note: constant, holdMicroseconds: 0 };
    expect(memory.readOffCpu(copy.memory, 0, 1, stand)).toBe("still");
    expect(Buffer.from(memory.note.subarray(0, memory.noteLength)).toString()).toBe("Linux\n");
    expect(memory.readOffCpu(copy.memory, 0, 1, { ...stand, witness: changing })).toBe("moved");
    expect(memory.interrupted).toBe(true);
    closeSync(changing);
    closeSync(constant);
    await endsRight(target);
  });

  it("takes nothing for a witness that could not be read, or not as a whole", async () => {
    const target = await startWords("blocked");
    const memory = new LiveMemory(target.pid);
    const copy = new Copy(target.ready);
    const opened = ["/proc/sys/kernel/ostype", "/dev/null", process.execPath].map((path) => openSync(path, "r"));
    const [right = -1, empty = -1, long = -1] = opened;
    const stand = { processor: -1, patienceMicroseconds: 0, witness: right, note: right, holdMicroseconds: 0 };
    expect(memory.readOffCpu(copy.memory, 0, 1, stand)).toBe("still");
    for (const [unread, errno] of [[-1, EBADF] as const, [empty, 0] as const, [long, 0] as const]) {
      for (const key of unread === -1 ? (["witness"] as const) : (["witness", "note"] as const)) {
        copy.forget();
        expect(memory.readOffCpu(copy.memory, 0, 1, { ...stand, [key]: unread })).toBe("unwitnessed");
        expect([memory.failedCall, memory.failedErrno]).toEqual([`pread of the ${key}`, errno]);
        expect(copy.copied).toBe(target.ready.bytes);
      }
    }
    for (const descriptor of opened) closeSync(descriptor);
    expect(memory.readOffCpu(copy.memory, 0, 1, stand)).toBe("unwitnessed");
    await endsRight(target);
  });

  it("takes a copy back for good that isn't begun in time", async (context) => {
    const target = await startWords("pinned");
    const [processor = 0, elsewhere] = target.ready.processors;
    if (elsewhere === undefined) return context.skip("there is one processor");
    const memory = new LiveMemory(target.pid);
    const late = new Copy(target.ready);
    const copyWithin = (patienceMicroseconds: number, { memory: bytes }: Copy) =>
      memory.readOffCpu(bytes, 0, 1, { processor, patienceMicroseconds, witness: -1, note: -1, holdMicroseconds: 0 });
    // As long as the reader takes to wake, more or less: it may come just when the copy is taken back.
    for (let tries = 0, lates = 0; lates < 100; tries++) {
      late.forget();
      if (copyWithin(tries % 100, late) !== "late") continue;
      lates++;
      // Time for a reader that doesn't know to show it.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      expect(late.isForgotten).toBe(true);
    }
    await endsRight(target);
  });
});

describe("a process that makes off-CPU copies", () => {
  /** It may use one processor only, though its readers go where they have to. */
  const sampler = (target: WordsTarget, processor: number, copies: number, workers = 0) => {
    const { pid, thread, address, bytes } = target.ready;
    const script = join(projectRoot, "tests/targets/off_cpu_copies.mjs");
    const numbers = [pid, thread, address, bytes, copies, workers].map(String);
    return start("taskset", ["--cpu-list", String(processor), process.execPath, script, ...numbers]);
  };

  /** Its last line, and a good end. */
  async function outcomeOf({ child, ready }: Awaited<ReturnType<typeof sampler>>, lines: number) {
    let line = "";
    for (let i = 0; i < lines; i++) line = await ready();
    if (child.exitCode === null) await once(child, "exit");
    expect(child.exitCode).toBe(0);
    return JSON.parse(line) as unknown;
  }

  it("ends by itself, with its readers asleep", async (context) => {
    const target = await startWords("pinned");
    const [, elsewhere] = target.ready.processors;
    if (elsewhere === undefined) return context.skip("there is one processor");
    const end = await outcomeOf(await sampler(target, elsewhere, 500), 2);
    expect(end).toEqual({ still: 500, torn: 0, readers: 1 });
    await endsRight(target);
  });

  it("needs no reader on the target's own processor", async () => {
    const target = await startWords("pinned");
    const [own = 0] = target.ready.processors;
    const end = await outcomeOf(await sampler(target, own, 500), 2);
    expect(end).toEqual({ still: 500, torn: 0, readers: 0 });
    await endsRight(target);
  });

  it("may do so in several worker threads, and ends the readers with the last", async (context) => {
    const target = await startWords("pinned");
    const [, elsewhere] = target.ready.processors;
    if (elsewhere === undefined) return context.skip("there is one processor");
    // The line comes when no reader is left. Each worker saw one.
    const end = await outcomeOf(await sampler(target, elsewhere, 500, 2), 1);
    expect(end).toEqual({ still: 1000, torn: 0, readers: 2 });
    await endsRight(target);
  });

  it("may be killed at any time: the target doesn't notice", async () => {
    const target = await startWords("pinned");
    const { processors } = target.ready;
    for (let i = 0; i < 5; i++) {
      const { child, ready } = await sampler(target, processors.at(-1) ?? 0, 0);
      await ready();
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      expect(stateOf(target.pid)).toMatch(/[RS]/);
    }
    await endsRight(target);
  });
});
