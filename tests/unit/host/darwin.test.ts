// macOS as a host, on bytes that a compiler laid out from the system's headers (tests/darwin/), and on memory in which an image lies as dyld has
// it. Nothing of it has run on a Mac.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { DarwinCalls } from "../../../src/host/darwin/calls.js";
import { openFile, openImageFile } from "../../../src/host/darwin/files.js";
import { darwinHost } from "../../../src/host/darwin/host.js";
import { loadedImages } from "../../../src/host/darwin/images.js";
import * as structs from "../../../src/host/darwin/structs.js";
import { ProcessDenied, ProcessGone } from "../../../src/host/errors.js";
import { loadBias } from "../../../src/images/image.js";
import { openImage } from "../../../src/images/open.js";
import { imageFacts } from "../../../src/target/image_facts.js";
import { factsIn, makeRecords, PROCESSORS, RECORDS, zigMissing } from "../../darwin/make_records.js";
import { macOsPythons, macOsPythonsMissing } from "../../macos_pythons.js";
import { titled } from "../../needs.js";
import { projectRoot } from "../../pythons.js";
import { bytesSource } from "../images/elf_builder.js";

if (process.env.AUSTIN_TS_MAKE_RECORDS === "1") {
  writeFileSync(RECORDS, `${JSON.stringify(makeRecords(PROCESSORS[0]), undefined, 2)}\n`);
}
const records = JSON.parse(readFileSync(RECORDS, "utf8")) as Record<string, string>;
const record = (name: string): Buffer => Buffer.from(records[name] ?? "", "base64");
const { ESRCH, EPERM } = constants.errno;
const KERN_FAILURE = 5;
const KERN_INVALID_ADDRESS = 1;
const folder = mkdtempSync(join(tmpdir(), "darwin-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(zigMissing !== undefined)(titled("the records", zigMissing), () => {
  it.each(PROCESSORS)("are what the headers say for %s", (target) => {
    expect(makeRecords(target)).toEqual(records);
  });
});

it("the numbers are those of the headers", () => {
  const named = new Map<string, number>();
  for (const [name, value] of Object.entries(structs)) {
    if (typeof value === "number") named.set(name, value);
    else if (typeof value === "object") {
      for (const [part, number] of Object.entries(value)) {
        if (typeof number === "number") named.set(`${name}.${part}`, number);
      }
    }
  }
  // Ours, no system's.
  named.delete("PATH_BYTES");
  expect(named).toEqual(factsIn(record("facts")));
});

const PID = 4321;
const THREAD = 0x2_1234;

/** A system with four processes, of which `PID` has two threads. */
function calls(over: Partial<DarwinCalls> = {}): DarwinCalls {
  const give = (buffer: Uint8Array, bytes: Uint8Array): number => {
    buffer.set(bytes.subarray(0, buffer.length));
    return Math.min(bytes.length, buffer.length);
  };
  const infos: Readonly<Record<number, Readonly<Record<number, string>>>> = {
    [PID]: { 3: "bsd_running", 4: "task_busy", 7: "first_region", 9: "folders" },
    4322: { 3: "bsd_zombie" },
    4323: { 3: "bsd_stopped" },
    1: { 3: "bsd_launchd" },
  };
  const paths: Readonly<Record<number, string>> = { [PID]: "/opt/python/bin/python3.12", 4323: "/bin/cat" };
  return {
    listProcesses: (buffer) => give(buffer, Buffer.from(Int32Array.of(0, 1, PID, 4322, 4323).buffer)),
    processInfo: (pid, flavor, argument, buffer) => {
      if (pid === PID && flavor === structs.PROC_PIDTHREADID64INFO.flavor) {
        const name = { [THREAD]: "thread_running", [THREAD + 1]: "thread_waiting" }[argument];
        return name === undefined ? -ESRCH : give(buffer, record(name));
      }
      // Those that have ended are told of only to who asks for them, too.
      const name = pid === 4322 && argument !== 1 ? undefined : infos[pid]?.[flavor];
      if (name === undefined) return infos[pid] === undefined ? -ESRCH : -EPERM;
      return give(buffer, record(name));
    },
    processPath: (pid, buffer) => (paths[pid] === undefined ? -ESRCH : give(buffer, Buffer.from(paths[pid] as string))),
    sessionOf: (pid) => (pid === PID ? 4200 : -EPERM),
    taskInfo: (pid, flavor, buffer) =>
      pid === PID && flavor === structs.TASK_DYLD_INFO.flavor ? give(buffer, record("dyld")) : -KERN_FAILURE,
    region: (pid, address, buffer) => {
      if (pid !== PID) return -KERN_FAILURE;
      const regions = record("regions");
      for (let at = 0; at < regions.length; at += structs.REGION.bytes) {
        const bytes = regions.subarray(at, at + structs.REGION.bytes);
        if (Number(bytes.readBigUInt64LE() + bytes.readBigUInt64LE(8)) > address) return give(buffer, bytes);
      }
      return -KERN_INVALID_ADDRESS;
    },
    ...over,
  };
}

const hostOf = (
  over: Partial<DarwinCalls> = {},
  memory: (address: bigint, length: number) => Uint8Array = () => new Uint8Array(),
) => {
  const given = calls(over);
  return darwinHost(
    () => given,
    () => ({ read: memory, close: () => {} }),
  );
};

describe("processes", () => {
  const host = hostOf();

  it("are listed, however many there are", () => {
    expect(host.processIds()).toEqual([1, PID, 4322, 4323]);
    const many = Int32Array.from({ length: 3000 }, (_, i) => i + 1);
    const listProcesses = (buffer: Uint8Array): number => {
      const bytes = Buffer.from(many.buffer).subarray(0, buffer.length);
      buffer.set(bytes);
      return bytes.length;
    };
    expect(hostOf({ listProcesses }).processIds()).toEqual([...many]);
  });

  it("run, have ended, or are not there", () => {
    expect(host.lifeSigns(PID)).toEqual({
      state: "running",
      program: "102f4c000 /opt/python/bin/python3.12",
      task: PID,
    });
    expect(host.processState(4322)).toBe("zombie");
    expect(host.processState(99)).toBe("gone");
    expect([PID, 4323, 99].map((pid) => host.isStopped(pid))).toEqual([false, true, false]);
    expect([PID, 4322, 99].map((pid) => host.isStruck(pid))).toEqual([false, true, true]);
  });

  it("of others, of which nothing is told, run", () => {
    expect(hostOf({ processInfo: () => -EPERM }).lifeSigns(PID)).toEqual({
      state: "running",
      program: undefined,
      task: PID,
    });
  });

  it("have a parent, a group, a session and a beginning", () => {
    expect(host.readStat(PID)).toEqual({
      state: "running",
      isAtWork: true,
      parent: 1234,
      group: 4300,
      session: 4200,
      isKernelThread: false,
      startTime: 1795997101250000,
      ticksRun: 7500000000,
      program: "102f4c000 /opt/python/bin/python3.12",
    });
    const ended = host.readStat(4322);
    expect(ended).toMatchObject({ state: "zombie", isAtWork: false, parent: PID, session: 0, program: "" });
    expect([host.hasEnded(4322, ended), host.hasEnded(PID, host.readStat(PID))]).toEqual([true, false]);
    expect(host.readStat(1).isKernelThread).toBe(true);
    expect(() => host.readStat(99)).toThrow(ProcessGone);
    expect(host.ageSeconds(PID)).toBeCloseTo(Date.now() / 1e3 - 1795997101.25, 0);
  });

  it("have users, and who traces them", () => {
    expect(host.readStatus(PID)).toMatchObject({
      process: PID,
      effectiveUser: 501,
      user: 502,
      group: 21,
      ids: [PID],
      tracer: 0,
    });
    expect(host.readStatus(4323).tracer).toBe(77);
  });

  it("are others once an exec has put the program elsewhere, or the id is another's", () => {
    let region = record("first_region");
    let bsd = record("bsd_running");
    const processInfo: DarwinCalls["processInfo"] = (_, flavor, __, buffer) => {
      const bytes = flavor === structs.PROC_PIDREGIONINFO.flavor ? region : bsd;
      buffer.set(bytes.subarray(0, buffer.length));
      return buffer.length;
    };
    const changing = hostOf({ processInfo });
    const watch = changing.watchLife(PID);
    const before = watch.look();
    expect(watch.look()).toEqual(before);
    region = Buffer.from(region);
    region.writeBigUInt64LE(0x1_0100_0000n, 80);
    expect(watch.look()).toMatchObject({ state: "running" });
    expect(watch.look().program).not.toBe(before.program);
    bsd = record("bsd_zombie");
    expect(watch.look().state).toBe("gone");
    watch.close();
  });

  it("are found as they begin, when all are listed again", () => {
    let ids = [1, 2];
    const births = hostOf({
      listProcesses: (buffer) => {
        buffer.set(Buffer.from(Int32Array.from(ids).buffer));
        return 4 * ids.length;
      },
    }).watchBirths();
    expect(births.since(1e6)).toEqual([1, 2]);
    ids = [1, 2, 3];
    expect(births.since(1e6 + 19_999)).toEqual([]);
    expect(births.since(1e6 + 20_000)).toEqual([3]);
    births.absent(3, 1e6);
    expect(births.since(1e6 + 40_000)).toEqual([3]);
    expect(births.since(1e6 + 60_000)).toEqual([]);
  });

  it("have memory that changes, and none that counts while they exec", () => {
    let task = record("task_busy");
    const memory = hostOf({
      processInfo: (_, __, ___, buffer) => {
        buffer.set(task.subarray(0, buffer.length));
        return task.length;
      },
    }).residentMemory(PID);
    expect(memory.change()).toBe(0);
    task = record("task_idle");
    expect(memory.change()).toBe(0x1000);
    task = Buffer.alloc(0);
    expect(memory.change()).toBe(0);
    task = record("task_busy");
    expect(memory.change()).toBe(-0x1000);
  });

  it("name files by their own folder", () => {
    const file = join(folder, "file.py");
    writeFileSync(file, "");
    const vnodes = record("folders");
    vnodes.fill(0, 152, 152 + 1024);
    vnodes.write(folder, 152);
    const host = hostOf({
      processInfo: (_, __, ___, buffer) => {
        buffer.set(vnodes);
        return vnodes.length;
      },
    });
    expect(host.modifiedAt(PID, "file.py")).toBe(statSync(file).mtimeMs);
    expect(host.modifiedAt(PID, file)).toBe(statSync(file).mtimeMs);
    expect(host.modifiedAt(PID, "other.py")).toBeUndefined();
    expect(structs.parseFolder(record("folders"))).toBe("/Users/one/örtlich");
  });

  it("have threads, which run or not, by the ids that they have themselves", () => {
    const states = host.threadStates(PID);
    expect([THREAD, THREAD + 1, THREAD + 2].map((tid) => states.isRunning(tid))).toEqual([true, false, undefined]);
    expect(host.threadIds(PID).of(THREAD)).toBe(THREAD);
    expect(host.threadPlaces(PID).look(THREAD)).toBeUndefined();
  });
});

/** Memory that is nothing but some ranges. */
function memoryOf(ranges: readonly (readonly [bigint, Uint8Array])[]): (address: bigint, length: number) => Uint8Array {
  return (address, length) => {
    const range = ranges.find(([start, bytes]) => address >= start && address < start + BigInt(bytes.length));
    if (range === undefined) return new Uint8Array();
    const at = Number(address - range[0]);
    return range[1].subarray(at, at + length);
  };
}

/** The bytes of an image as dyld maps them. */
function mapped(bytes: Uint8Array): Uint8Array {
  const segments = openImage(bytesSource(bytes)).loads;
  const base = segments[0]?.address ?? 0;
  const memory = new Uint8Array(Math.max(...segments.map((one) => one.address - base + one.memorySize)));
  for (const { address, offset, fileSize } of segments) {
    memory.set(bytes.subarray(offset, offset + fileSize), address - base);
  }
  return memory;
}

const START = 0x1_02f4_c000n;
const LIBRARY = 0x1_0300_0000n;
const path = (text: string) => Buffer.from(`${text}\0`);
const IMAGES: readonly (readonly [bigint, Uint8Array])[] = [
  [0x1_f000_0000n, record("images")],
  [0x1_f000_1000n, record("image_array")],
  [0x1_f000_2000n, path("/opt/python/bin/python3.12")],
  [0x1_f000_2400n, path(join(projectRoot, "prebuilds/darwin-arm64.node"))],
  [0x1_f000_2800n, path("/usr/lib/libSystem.B.dylib")],
  [0x1_f000_2c00n, path("/opt/not/readable.dylib")],
  [START, mapped(readFileSync(join(projectRoot, "prebuilds/darwin-x64.node")))],
];
const addOn = readFileSync(join(projectRoot, "prebuilds/darwin-arm64.node"));

describe("what is loaded", () => {
  const memory = memoryOf([...IMAGES, [LIBRARY, mapped(addOn)]]);

  it("is told by dyld, but for what is the system's and what has no head to be read", () => {
    const host = hostOf({}, memory);
    const files = host.mappedFiles(PID);
    expect(files.readOn(0)).toBe(true);
    const images = host.loadedImages(files.mappings);
    expect(images.map((image) => [image.path, image.mappings[0]?.start])).toEqual([
      ["/opt/python/bin/python3.12", START],
      [join(projectRoot, "prebuilds/darwin-arm64.node"), LIBRARY],
    ]);
    const image = openImage(bytesSource(addOn));
    const [, loaded] = images;
    expect(loaded?.mappings.map(({ end, start }) => Number(end - start))).toEqual(
      image.loads.map(({ memorySize }) => memorySize),
    );
    expect(loaded?.writable.length).toBe(image.loads.filter(({ writable }) => writable).length);
    expect(loadBias(image.loads, loaded?.mappings ?? [])).toBe(LIBRARY);
  });

  it("is nothing while dyld changes its list, before it has one, and of 32 bits", () => {
    const changing = memoryOf([[0x1_f000_0000n, record("images_changing")]]);
    expect(hostOf({}, changing).mappedFiles(PID).mappings).toEqual([]);
    expect(hostOf({}, memoryOf([])).mappedFiles(PID).mappings).toEqual([]);
    const taskInfo = (_: number, __: number, buffer: Uint8Array): number => {
      buffer.set(record("dyld_32"));
      return buffer.length;
    };
    expect(hostOf({ taskInfo }, memory).mappedFiles(PID).mappings).toEqual([]);
  });

  it("is refused with the system's own number, or there is no such process", () => {
    const refused = hostOf({ taskInfo: () => -KERN_FAILURE });
    expect(() => refused.mappedFiles(PID)).toThrow(ProcessDenied);
    try {
      refused.mappedFiles(PID);
    } catch (error) {
      expect(error).toMatchObject({ call: "task_for_pid", errno: KERN_FAILURE, pid: PID });
    }
    expect(() => refused.mappedFiles(99)).toThrow(ProcessGone);
    expect(() => refused.mappedFiles(4322)).toThrow(ProcessGone);
  });

  it("lies in ranges that the system tells, too", () => {
    expect(hostOf().readMappings(PID)).toMatchObject([
      {
        start: START,
        end: START + 0x8000n,
        readable: true,
        writable: false,
        executable: true,
        shared: false,
        offset: 0x4000,
      },
      { start: 0x1_02f5_8000n, end: 0x1_02f5_c000n, readable: true, writable: true, executable: false, shared: true },
    ]);
    expect(() => hostOf().readMappings(4323)).toThrow(ProcessDenied);
  });

  it("is opened as its file, where that begins as memory does", () => {
    const [, loaded] = loadedImages(hostOf({}, memory).mappedFiles(PID).mappings);
    if (loaded === undefined) throw new Error("it isn't there");
    const file = openImageFile(loaded, (one) => Buffer.compare(one.read(0, 4096), memory(LIBRARY, 4096)) === 0);
    expect(openImage(file as never).machine).toBe("aarch64");
    file?.close();
    expect(openImageFile(loaded, () => false)).toBeUndefined();
    expect(openImageFile({ ...loaded, path: join(folder, "none") }, () => true)).toBeUndefined();
  });
});

describe("a fat file", () => {
  const fat = join(folder, "fat.node");
  /** Two slices, each where its pages begin. */
  function makeFat(): void {
    const ones = ["x64", "arm64"].map((arch) => readFileSync(join(projectRoot, `prebuilds/darwin-${arch}.node`)));
    const head = Buffer.alloc(8 + 20 * ones.length);
    head.writeUInt32BE(0xcafebabe);
    head.writeUInt32BE(ones.length, 4);
    let at = 0x4000;
    const pieces: [number, Buffer][] = ones.map((bytes, i) => {
      head.writeUInt32BE([0x01000007, 0x0100000c][i] as number, 8 + 20 * i);
      head.writeUInt32BE(at, 8 + 20 * i + 8);
      head.writeUInt32BE(bytes.length, 8 + 20 * i + 12);
      head.writeUInt32BE(14, 8 + 20 * i + 16);
      const piece: [number, Buffer] = [at, bytes];
      at += Math.ceil(bytes.length / 0x4000) * 0x4000;
      return piece;
    });
    const file = Buffer.alloc(at);
    head.copy(file);
    for (const [offset, bytes] of pieces) bytes.copy(file, offset);
    writeFileSync(fat, file);
  }

  it("is the image for our own processor, or the one that is loaded", () => {
    makeFat();
    for (const [arch, machine] of [
      ["x64", "x86-64"],
      ["arm64", "aarch64"],
    ] as const) {
      const file = openFile(fat, arch);
      expect(openImage(file).machine).toBe(machine);
      expect(file.size).toBe(statSync(join(projectRoot, `prebuilds/darwin-${arch}.node`)).size);
      file.close();
      const alone = readFileSync(join(projectRoot, `prebuilds/darwin-${arch}.node`));
      const [loaded] = loadedImages([
        {
          start: 0n,
          end: 1n,
          readable: true,
          writable: false,
          executable: true,
          shared: false,
          offset: 0,
          device: "",
          inode: 0,
          path: fat,
          deleted: false,
        },
      ]);
      const same =
        loaded && openImageFile(loaded, (one) => Buffer.compare(one.read(0, 512), alone.subarray(0, 512)) === 0);
      expect(same && openImage(same).machine).toBe(machine);
      same?.close();
    }
    expect(existsSync(fat)).toBe(true);
  });
});

describe.skipIf(macOsPythonsMissing !== undefined)(titled("a CPython that is loaded", macOsPythonsMissing), () => {
  it.each(macOsPythons.map((python) => [python.name, python] as const))(
    "%s tells where its runtime lies",
    (_, { library, version }) => {
      const bytes = readFileSync(library);
      const memory = memoryOf([
        ...IMAGES.filter(([start]) => start !== 0x1_f000_2400n),
        [0x1_f000_2400n, path(library)],
        [LIBRARY, mapped(bytes)],
      ]);
      const host = hostOf({}, memory);
      const loaded = host.loadedImages(host.mappedFiles(PID).mappings).find((one) => one.path === library);
      const image = openImage(
        { read: (at, length) => memory(LIBRARY + BigInt(at), length) },
        { kind: "memory", start: LIBRARY },
      );
      const facts = imageFacts(image, library, "thorough");
      const bias = loadBias(facts.loads, loaded?.mappings ?? []);
      expect(bias).toBe(LIBRARY);
      const runtime = (bias ?? 0n) + BigInt(facts.python?.runtime?.address ?? 0);
      const isNamed = Buffer.from(memory(runtime, 8)).toString("latin1") === "xdebugpy";
      expect(isNamed).toBe(Number(version.split(".")[1]) >= 13);
      // The runtime lies in what the program may write.
      expect(loaded?.writable.some(({ start, end }) => runtime >= start && runtime < end)).toBe(true);
    },
  );
});
