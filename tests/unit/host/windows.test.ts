// What Windows says of processes and threads, from bytes alone: a list that Wine gave, and lists as Windows' own headers have them, with what Wine
// doesn't tell: states, counts of switches.
import { describe, expect, it } from "vitest";
import { modulesOf, unicodeString } from "../../../src/host/windows/modules.js";
import { parseProcesses, parseThread, type ThreadEntry, tellsStates } from "../../../src/host/windows/process_list.js";
import { ThreadPlaces, ThreadStates } from "../../../src/host/windows/threads.js";
import { WINE_PROCESSES } from "./wine_processes.js";

/** KTHREAD_STATE */
const STATES = {
  initialized: 0,
  ready: 1,
  running: 2,
  standby: 3,
  terminated: 4,
  waiting: 5,
  transition: 6,
  deferred: 7,
};

interface Plan {
  readonly id: number;
  readonly startedBy: number;
  readonly startTime: bigint;
  readonly threads: readonly { id: number; state: number; switches: number; user?: bigint; kernel?: bigint }[];
}

/** SYSTEM_PROCESS_INFORMATION and SYSTEM_THREAD_INFORMATION of 64 bits, as winternl.h has them. */
function listOf(plans: readonly Plan[]): Uint8Array {
  const parts = plans.map(({ id, startedBy, startTime, threads }, i) => {
    const bytes = Buffer.alloc(256 + 80 * threads.length);
    bytes.writeUInt32LE(i === plans.length - 1 ? 0 : bytes.length, 0);
    bytes.writeUInt32LE(threads.length, 4);
    bytes.writeBigUInt64LE(startTime, 32);
    bytes.writeBigUInt64LE(BigInt(id), 80);
    bytes.writeBigUInt64LE(BigInt(startedBy), 88);
    for (const [k, thread] of threads.entries()) {
      const at = 256 + 80 * k;
      bytes.writeBigUInt64LE(thread.kernel ?? 0n, at);
      bytes.writeBigUInt64LE(thread.user ?? 0n, at + 8);
      bytes.writeBigUInt64LE(BigInt(id), at + 40);
      bytes.writeBigUInt64LE(BigInt(thread.id), at + 48);
      bytes.writeUInt32LE(thread.switches, at + 64);
      bytes.writeUInt32LE(thread.state, at + 68);
    }
    return bytes;
  });
  return Buffer.concat(parts);
}

const LIST = listOf([
  { id: 0, startedBy: 0, startTime: 0n, threads: [{ id: 0, state: STATES.running, switches: 9 }] },
  {
    id: 4312,
    startedBy: 900,
    startTime: 134_404_971_817_628_060n,
    threads: [
      { id: 4316, state: STATES.waiting, switches: 17, user: 156_250n, kernel: 312_500n },
      { id: 5000, state: STATES.running, switches: 4_000_000_000 },
      { id: 5004, state: STATES.ready, switches: 3 },
      { id: 5008, state: STATES.terminated, switches: 3 },
    ],
  },
]);

describe("the list of processes", () => {
  it("is read as Wine gave it", () => {
    const all = parseProcesses(WINE_PROCESSES);
    const python = all.find(({ id }) => id === 276);
    expect(python?.startedBy).toBe(32);
    expect(python?.threads).toHaveLength(4);
    expect(new Set(python?.threads.map(({ id }) => id)).size).toBe(4);
    expect(new Date((Number(python?.startTime) - 116_444_736 * 1e9) / 10_000).getUTCFullYear()).toBe(2026);
    expect(parseProcesses(WINE_PROCESSES, 276)).toEqual([python]);
    expect(all.every(({ threads }) => !tellsStates(threads))).toBe(true);
  });

  it("is read as Windows has it", () => {
    const [idle, python] = parseProcesses(LIST);
    expect(idle?.id).toBe(0);
    expect(python).toMatchObject({ id: 4312, startedBy: 900, startTime: 134_404_971_817_628_060 });
    expect(python?.threads[0]).toEqual({ id: 4316, time: 468_750, switches: 17, state: STATES.waiting });
    expect(python?.threads[1]?.switches).toBe(4_000_000_000);
  });

  it("is read as far as it goes, wherever it breaks off", () => {
    for (let length = 0; length < LIST.length; length++) {
      const entries = parseProcesses(LIST.subarray(0, length));
      expect(entries.length).toBeLessThanOrEqual(2);
    }
    const endless = Buffer.from(LIST);
    endless.writeUInt32LE(0xffff_ffff, 4);
    expect(parseProcesses(endless)[0]?.threads.length).toBeLessThan(LIST.length / 80);
  });
});

const threadsOf = (id: number) => parseProcesses(LIST, id)[0]?.threads ?? [];

describe("whether a thread runs", () => {
  it("is what its state says", () => {
    const states = new ThreadStates(4312, () => threadsOf(4312));
    expect([4316, 5000, 5004, 5008].map((id) => states.isRunning(id))).toEqual([false, true, true, false]);
    expect(states.isRunning(1)).toBeUndefined();
  });

  it("is what its time says where states are not told: for as long as a step of the clock is", () => {
    let now = 0;
    let time = 0;
    const told = (): ThreadEntry[] => [{ id: 8, time, switches: 0, state: 0 }];
    const states = new ThreadStates(4, told, () => now);
    // Nothing is known at first.
    expect(states.isRunning(8)).toBeUndefined();
    now = 1;
    expect(states.isRunning(8)).toBe(false);
    time = 100_000;
    expect(states.isRunning(8)).toBe(true);
    now = 30;
    expect(states.isRunning(8)).toBe(true);
    now = 60;
    expect(states.isRunning(8)).toBe(false);
  });
});

describe("where a thread is", () => {
  const places = new ThreadPlaces(4312, () => threadsOf(4312));

  it("is told of one that waits: that is proven by its entry, before and after", () => {
    expect(places.look(4316)).toEqual({ isRunning: false, isAtRest: true, processor: -1 });
    expect(places.hindrance).toBeUndefined();
    expect([places.runs(4316), places.place(4316)]).toEqual([4316, 4316]);
    const entry = LIST.subarray(LIST.length - 4 * 80, LIST.length - 3 * 80);
    expect(parseThread(new DataView(entry.buffer, entry.byteOffset), 0).id).toBe(4316);
    expect(places.parse(entry, 80)?.isAtRest).toBe(true);
    expect(places.parse(entry, 79)).toBeUndefined();
    const running = LIST.subarray(LIST.length - 3 * 80, LIST.length - 2 * 80);
    expect(places.parse(running, 80)?.isAtRest).toBe(false);
  });

  it("is not told of one that runs, or waits for a processor, and why is said", () => {
    for (const id of [5000, 5004]) {
      expect(places.look(id)).toBeUndefined();
      expect(places.hindrance).toContain("the thread runs");
    }
    expect(places.look(1)).toBeUndefined();
    expect(places.hindrance).toBeUndefined();
  });

  it("is not told under Wine", () => {
    const [process] = parseProcesses(WINE_PROCESSES, 276);
    const told = new ThreadPlaces(276, () => process?.threads ?? []);
    expect(told.look(process?.threads[0]?.id as number)).toBeUndefined();
    expect(told.hindrance).toContain("Wine");
  });
});

describe("the loader's list", () => {
  const PEB = 0x1000n;
  const memory = Buffer.alloc(0x1000);
  const put = (address: number, value: bigint) => memory.writeBigUInt64LE(value, address - 0x1000);
  const read = (address: bigint, length: number): Uint8Array => {
    const at = Number(address - 0x1000n);
    return at < 0 || at >= memory.length ? new Uint8Array() : memory.subarray(at, at + length);
  };
  const entry = (at: number, next: number, base: bigint, bytes: number, path: string, text: number) => {
    put(at, BigInt(next));
    put(at + 0x30, base);
    memory.writeUInt32LE(bytes, at + 0x40 - 0x1000);
    memory.writeUInt16LE(path.length * 2, at + 0x48 - 0x1000);
    put(at + 0x50, BigInt(text));
    memory.write(path, text - 0x1000, "utf16le");
  };
  put(0x1018, 0x1100n);
  put(0x1110, 0x1200n);
  entry(0x1200, 0x1300, 0x7ff6_0000_0000n, 0x20000, "C:\\Prüfung 日本\\python.exe", 0x1800);
  entry(0x1300, 0x1110, 0x7ff8_1234_0000n, 0x500000, "C:\\Python\\python312.dll", 0x1900);

  it("has the modules in their order, with paths of any characters", () => {
    expect(modulesOf(read, PEB)).toEqual([
      { base: 0x7ff6_0000_0000n, bytes: 0x20000, path: "C:\\Prüfung 日本\\python.exe" },
      { base: 0x7ff8_1234_0000n, bytes: 0x500000, path: "C:\\Python\\python312.dll" },
    ]);
  });

  it("is empty while the process begins, and ends where it can't be read or goes on for ever", () => {
    expect(modulesOf(() => new Uint8Array(8), PEB)).toEqual([]);
    expect(modulesOf(() => new Uint8Array(), PEB)).toEqual([]);
    put(0x1300, 0x9_0000n);
    expect(modulesOf(read, PEB)).toHaveLength(2);
    put(0x1300, 0x1300n);
    expect(modulesOf(read, PEB)).toHaveLength(4096);
  });
});

it("a UNICODE_STRING is read with its characters behind it", () => {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt16LE(8, 0);
  bytes.write("Z:\\é", 16, "utf16le");
  expect(unicodeString(bytes)).toBe("Z:\\é");
  expect(unicodeString(bytes.subarray(0, 15))).toBeUndefined();
});
