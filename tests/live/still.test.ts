// A still copy is of one moment, whatever its target does; it leaves nothing behind, in the target or here.
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ThreadPlaces } from "../../src/host/index.js";
import { LiveMemory } from "../../src/memory/live.js";
import { REQUEST_BYTES, TargetLost } from "../../src/memory/source.js";
import { type Places, StillMemory } from "../../src/sampler/still_memory.js";
import { stateOf } from "../austin.js";
import { start, stopCommands } from "../command.js";
import { eachPython, type Python, projectRoot, pythons } from "../pythons.js";
import { assertNoLeftovers, startTarget, type Target } from "../target.js";

const python = pythons().at(-1) as Python;
const EINVAL = 22;
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

/** Make still copies until `wanted` of them were still; how many of these were torn. */
function tornOf(wanted: number, source: StillMemory, { thread }: Words, copy: Copy): number {
  let torn = 0;
  while (source.outcomes.still < wanted) {
    const isStill = source.fillStill(copy.memory, 0, 1, thread);
    expect(copy.copied).toBe(copy.memory.length - REQUEST_BYTES);
    if (isStill && copy.isTorn) torn++;
  }
  return torn;
}

/** Places of threads that all seem to run on `processor`. */
function misleading(places: ThreadPlaces, processor: number): Places {
  return {
    look: (tid) => places.look(tid) && { state: "R", processor },
    place: (tid) => places.place(tid),
    runs: (tid) => places.runs(tid),
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
    const source = new StillMemory(new LiveMemory(target.pid));
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

describe("still copies", () => {
  it("are of one moment where the thread goes from one processor to another", async () => {
    const target = await startWords("hopping");
    const source = new StillMemory(new LiveMemory(target.pid));
    expect(tornOf(1000, source, target.ready, new Copy(target.ready))).toBe(0);
    source.close();
    await endsRight(target);
  });

  it("of a blocked thread need no reader", async () => {
    const target = await startWords("blocked");
    const memory = new LiveMemory(target.pid);
    const source = new StillMemory(memory);
    const copy = new Copy(target.ready);
    await expect.poll(() => stateOf(target.pid)).toBe("S");
    const readStill = vi.spyOn(memory, "readStill");
    for (let i = 0; i < 1000; i++) expect(source.fillStill(copy.memory, 0, 1, target.ready.thread)).toBe(true);
    expect(readStill).toHaveBeenCalledTimes(1000);
    for (const [, , , { processor }] of readStill.mock.calls) expect(processor).toBe(-1);
    source.close();
    await endsRight(target);
  });

  it("don't count where the thread runs on another processor than it seemed to", async (context) => {
    const target = await startWords("pinned");
    const [, elsewhere] = target.ready.processors;
    if (elsewhere === undefined) return context.skip("there is one processor");
    const places = misleading(new ThreadPlaces(target.pid), elsewhere);
    const source = new StillMemory(new LiveMemory(target.pid), 100_000, places);
    // No range changes: only the thread itself can tell.
    for (let i = 0; i < 200; i++) expect(source.fillStill(new Uint8Array(0), 0, 0, target.ready.thread)).toBe(false);
    expect(source.outcomes.moved).toBeGreaterThan(0);
    source.close();
    await endsRight(target);
  });

  it("say why there are none, and are not tried again", async () => {
    const target = await startWords("blocked");
    const memory = new LiveMemory(target.pid);
    const readStill = vi.spyOn(memory, "readStill");
    const source = new StillMemory(memory, undefined, misleading(new ThreadPlaces(target.pid), NO_PROCESSOR));
    expect(source.unavailable).toBeUndefined();
    const copy = new Copy(target.ready);
    for (let i = 0; i < 10; i++) {
      copy.forget();
      expect(source.fillStill(copy.memory, 0, 1, target.ready.thread)).toBe(false);
      expect([copy.copied, copy.first]).toEqual([target.ready.bytes, 0n]);
    }
    expect(readStill).toHaveBeenCalledTimes(1);
    expect(source.outcomes).toMatchObject({ still: 0, unpinnable: 10 });
    expect(source.unavailable).toBe(`pthread_setaffinity_np to processor ${NO_PROCESSOR} failed with errno ${EINVAL}`);
    source.close();
    await endsRight(target);
  });

  it("are plain ones for a thread that isn't there, and none for a process that isn't", async () => {
    const target = await startWords("blocked");
    const source = new StillMemory(new LiveMemory(target.pid));
    const copy = new Copy(target.ready);
    for (const nativeId of [0, process.pid]) {
      copy.forget();
      expect(source.fillStill(copy.memory, 0, 1, nativeId)).toBe(false);
      expect([copy.copied, copy.first]).toEqual([target.ready.bytes, 0n]);
    }
    expect(source.outcomes).toMatchObject({ still: 0, unknown: 2 });
    await endsRight(target);
    expect(() => source.fillStill(copy.memory, 0, 1, target.ready.thread)).toThrow(TargetLost);
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
    const stand = { processor: -1, patienceMicroseconds: 0, witness: constant, note: constant };
    expect(memory.readStill(copy.memory, 0, 1, stand)).toBe("still");
    expect(Buffer.from(memory.note.subarray(0, memory.noteLength)).toString()).toBe("Linux\n");
    expect(memory.readStill(copy.memory, 0, 1, { ...stand, witness: changing })).toBe("moved");
    expect(memory.late).toBe(true);
    closeSync(changing);
    closeSync(constant);
    // Both are closed: what can't be read is no witness.
    expect(memory.readStill(copy.memory, 0, 1, stand)).toBe("moved");
    await endsRight(target);
  });

  it("takes a copy back for good that isn't begun in time", async (context) => {
    const target = await startWords("pinned");
    const [processor = 0, elsewhere] = target.ready.processors;
    if (elsewhere === undefined) return context.skip("there is one processor");
    const memory = new LiveMemory(target.pid);
    const late = new Copy(target.ready);
    const copyWithin = (patienceMicroseconds: number, { memory: bytes }: Copy) =>
      memory.readStill(bytes, 0, 1, { processor, patienceMicroseconds, witness: -1, note: -1 });
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

describe("a process that makes still copies", () => {
  /** It may use one processor only, though its readers go where they have to. */
  const sampler = (target: WordsTarget, processor: number, copies: number, workers = 0) => {
    const { pid, thread, address, bytes } = target.ready;
    const script = join(projectRoot, "tests/targets/still_copies.mjs");
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
