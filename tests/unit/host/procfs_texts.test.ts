// The parsers of procfs texts, on texts with the traps in them.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  loadedImages,
  pageBytesIn,
  parsePlace,
  parseProcessors,
  parseStat,
  parseStatus,
  realtimePolicy,
  witnessFile,
} from "../../../src/host/linux/index.js";
import { parseMappings } from "../../../src/host/linux/maps.js";

const MAPS = `\
00400000-00401000 r--p 00000000 fe:01 42                                 /opt/a b/python (deleted)
00401000-00402000 r-xp 00001000 fe:01 42                                 /opt/a b/python (deleted)
00402000-00403000 rw-p 00002000 fe:01 42                                 /opt/a b/python (deleted)
00403000-00410000 rw-p 00000000 00:00 0
00410000-00430000 rw-p 00000000 00:00 0                                  [heap]
7f0000000000-7f0000001000 r--p 00000000 fe:01 7                          /usr/lib/locale-archive
7f0000001000-7f0000002000 r-xp 00000000 fe:01 8                          /lib/twice.so
7f0000002000-7f0000003000 rw-p 00001000 fe:01 8                          /lib/twice.so
7f0000004000-7f0000005000 r-xp 00000000 fe:01 8                          /lib/twice.so
7f0000005000-7f0000006000 rw-p 00001000 fe:01 8                          /lib/twice.so
7f0000006000-7f0000007000 rw-s 00000000 00:05 9                          /dev/shm/x\\012y
7f0000007000-7f0000008000 r--s 00001000 00:05 9                          /dev/shm/x\\012y
ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
7f0000009000-7f000`;

describe("maps", () => {
  const mappings = parseMappings(MAPS);

  it("gives each whole line", () => {
    expect(mappings).toHaveLength(13);
    expect(mappings[1]).toEqual({
      start: 0x401000n,
      end: 0x402000n,
      readable: true,
      writable: false,
      executable: true,
      shared: false,
      offset: 0x1000,
      device: "fe:01",
      inode: 42,
      path: "/opt/a b/python",
      deleted: true,
    });
    expect(mappings[10]).toMatchObject({ path: "/dev/shm/x\ny", shared: true, deleted: false });
    expect(mappings[12]).toMatchObject({ start: 0xffffffffff600000n, path: "[vsyscall]", inode: 0 });
  });

  it("keeps paths that are not ASCII", () => {
    const path = "/home/josé/パイソン";
    const bytes = Buffer.from(`1000-2000 r-xp 00000000 fe:01 7 ${path}\n`).toString("latin1");
    expect(parseMappings(bytes)[0]?.path).toBe(path);
  });

  it("become images: what is loaded, each copy apart, with the memory behind its data", () => {
    const images = loadedImages(mappings);
    expect(images.map(({ path, mappings }) => [path, mappings.length])).toEqual([
      ["/opt/a b/python", 3],
      ["/lib/twice.so", 2],
      ["/lib/twice.so", 2],
    ]);
    expect(images[0]?.writable.map(({ start }) => start)).toEqual([0x402000n, 0x403000n]);
    expect(images[1]?.writable.map(({ start }) => start)).toEqual([0x7f0000002000n]);
  });
});

describe("stat", () => {
  const rest =
    "4217 4216 4215 0 -1 4194304 81 0 0 0 3 4 0 0 20 0 1 0 123456 2637824 192 18446744073709551615 4194304 4198400 140722000000000 0";

  it("is counted from the last parenthesis", () => {
    for (const name of ["python", "a) R 1 (b", ")", "(((", "two words", ""]) {
      expect(parseStat(`77 (${name}) S ${rest}\n`)).toEqual({
        state: "S",
        isAtWork: false,
        parent: 4217,
        group: 4216,
        session: 4215,
        isKernelThread: false,
        startTime: 123456,
        ticksRun: 7,
        program: "4194304 4198400 140722000000000",
      });
    }
  });

  it("has no program where the addresses are not ours to see", () => {
    const hidden = rest.replace("4194304 4198400 140722000000000", "1 1 0");
    expect(parseStat(`77 (x) R ${hidden}`)).toMatchObject({ program: "", isAtWork: true });
  });

  it("tells threads of the kernel", () => {
    expect(parseStat("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0")?.isKernelThread).toBe(true);
  });

  it("is undefined when cut short", () => {
    expect(parseStat("77 (python) S 4217")).toBeUndefined();
    expect(parseStat("77 (pyth")).toBeUndefined();
    expect(parseStat("")).toBeUndefined();
  });
});

describe("status", () => {
  it("gives ids and privileges", () => {
    const text =
      "Name:\tx\nTgid:\t500\nTracerPid:\t9\nUid:\t1000\t0\t0\t0\nGid:\t1001\t0\t0\t0\nNSpid:\t500\t12\t1\nCapPrm:\t000003ffffffffff\n" +
      "CapEff:\t000001ffffffffff\nThreads:\t3\nSeccomp:\t2\nSeccomp_filters:\t1\nCpus_allowed_list:\t0-3,8\n";
    expect(parseStatus(text)).toEqual({
      process: 500,
      user: 1000,
      effectiveUser: 0,
      ids: [500, 12, 1],
      group: 1001,
      capabilities: 0x1ffffffffffn,
      permitted: 0x3ffffffffffn,
      seccomp: 2,
      processors: "0-3,8",
      tracer: 9,
    });
  });

  it("takes missing fields for nothing", () => {
    expect(parseStatus("Name:\tx\n")).toEqual({
      process: 0,
      user: 0,
      effectiveUser: 0,
      group: 0,
      ids: [],
      capabilities: 0n,
      permitted: 0n,
      seccomp: undefined,
      processors: "",
      tracer: 0,
    });
  });
});

describe("the witness of a thread's runs", () => {
  const own = (files: Record<string, string>) =>
    witnessFile((path) => {
      const text = files[path.replace("/proc/thread-self/", "")];
      if (text === undefined) throw Object.assign(new Error(path), { errno: -2 });
      return text;
    });
  const status = "Name:\tx\nvoluntary_ctxt_switches:\t0\nnonvoluntary_ctxt_switches:\t3\n";

  it("is one that counts them", () => {
    expect(own({ schedstat: "120 3 7\n", status })).toBe("schedstat");
    for (const schedstat of ["0 0 0\n", "120 3 0\n", ""]) expect(own({ schedstat, status })).toBe("status");
    expect(own({ status })).toBe("status");
  });

  it("or there is none, and it is told why", () => {
    const path = "/proc/thread-self/schedstat";
    const still = status.replace("3", "0");
    expect(own({ status: still })).toEqual({ call: "open", path, errno: 2 });
    expect(own({ schedstat: "0 0 0\n", status: "Name:\tx\n" })).toEqual({ call: "read", path, errno: 0 });
  });
});

describe("the place of a thread", () => {
  const place = (text: string) => {
    const bytes = Buffer.from(text, "latin1");
    return parsePlace(bytes, bytes.length);
  };
  // Fields 4 to 38, each its own number.
  const between = Array.from({ length: 35 }, (_, i) => i + 4).join(" ");

  it("is its state and its processor, whatever it is called", () => {
    expect(place(`7 (a) R 1 (b) S ${between} 39 40\n`)).toEqual({ isRunning: false, isAtRest: true, processor: 39 });
    expect(place(`7 (x) R ${between} 1023 40\n`)).toEqual({ isRunning: true, isAtRest: false, processor: 1023 });
    expect(place(`7 (x) t ${between} 0`)).toEqual({ isRunning: false, isAtRest: true, processor: 0 });
  });

  it("is not known from a part of the text", () => {
    const whole = `7 (x) R ${between} `;
    for (let length = 0; length <= whole.length; length++) expect(place(whole.slice(0, length))).toBeUndefined();
  });

  it("ends where the text ends, whatever lies behind", () => {
    expect(parsePlace(Buffer.from(`7 (x) R ${between} 12) R 1`, "latin1"), 6)).toBeUndefined();
  });

  it("has a policy where it runs before all others", () => {
    const stat = (policy: string) => realtimePolicy(`7 (a) R 1 (b) S ${between} 39 50 ${policy} 0\n`);
    expect(["0", "1", "2", "3", "5", "6", "7"].map(stat)).toEqual([
      undefined,
      "SCHED_FIFO",
      "SCHED_RR",
      undefined,
      undefined,
      "SCHED_DEADLINE",
      undefined,
    ]);
    expect(realtimePolicy(`7 (x) R ${between} 39`)).toBeUndefined();
    expect(realtimePolicy("")).toBeUndefined();
  });

  it("is at rest where only a processor lets it go on", () => {
    const states = [..."RSDTtIZXxP"].filter((state) => place(`7 (x) ${state} ${between} 0`)?.isAtRest);
    expect(states.join("")).toBe("SDTtI");
  });
});

describe("a list of processors", () => {
  it.each<[string, number[]]>([
    ["0", [0]],
    ["0-3,8", [0, 1, 2, 3, 8]],
    ["", []],
  ])("%j", (text, processors) => {
    expect(parseProcessors(text)).toEqual(processors);
  });
});

describe("an auxiliary vector", () => {
  /** AT_HWCAP, AT_PAGESZ, AT_PHDR and the end. */
  const pairs = (pageBytes: number) => [16, 6, 6, pageBytes, 3, 0x1_0034, 0, 0];
  const wide = (pageBytes: number) => Buffer.from(BigUint64Array.from(pairs(pageBytes).map(BigInt)).buffer);
  const narrow = (pageBytes: number) => Buffer.from(Uint32Array.from(pairs(pageBytes)).buffer);

  it.each([4096, 16_384, 65_536])("tells of pages of %i bytes, of whatever word size it is", (pageBytes) => {
    expect(pageBytesIn(wide(pageBytes))).toBe(pageBytes);
    expect(pageBytesIn(narrow(pageBytes))).toBe(pageBytes);
  });

  it("may tell nothing of pages", () => {
    expect(pageBytesIn(Buffer.alloc(32))).toBeUndefined();
    expect(pageBytesIn(Buffer.alloc(0))).toBeUndefined();
  });

  it("is this process's own", () => {
    expect(pageBytesIn(readFileSync("/proc/self/auxv"))).toBe(Number(execFileSync("getconf", ["PAGESIZE"])));
  });
});
