// What the kernel tells of a thread's stack in it: texts of several kernels, what is none, and why it can't be read.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { kernelStacksFailure, parseKernelStack } from "../../../src/host/linux/index.js";

/** Linux 6.18 on x86-64, as root; a thread in poll(). */
const POLLS = `\
[<0>] do_sys_poll+0x4c8/0x5b0
[<0>] __x64_sys_poll+0x3c/0x150
[<0>] do_syscall_64+0x71/0x280
[<0>] entry_SYSCALL_64_after_hwframe+0x76/0x7e
`;
/** As kernels before 4.14 have it, with modules and what 5.2 dropped at the end. */
const OLD = `\
[<ffffffffa0163e3a>] jbd2_log_wait_commit+0x9a/0x140 [jbd2]
[<ffffffffa0188f29>] ext4_sync_file.part.0+0x1d9/0x330 [ext4]
[<ffffffff8120f7a6>] do_fsync+0x56/0x80
[<ffffffffffffffff>] 0xffffffffffffffff
`;
/** A kernel that was built without names. */
const NAMELESS = "[<0>] 0xffffffff8123abcd\n[<0>] 0xffffffff81000010\n";

const functions = (text: string) => parseKernelStack(text)?.functions;

describe("a kernel stack", () => {
  it("has the outermost function first, without places", () => {
    expect(parseKernelStack(POLLS)).toEqual({
      functions: ["entry_SYSCALL_64_after_hwframe", "do_syscall_64", "__x64_sys_poll", "do_sys_poll"],
      isCut: false,
    });
  });

  it("is read of older kernels, and of such without names", () => {
    expect(functions(OLD)).toEqual(["do_fsync", "ext4_sync_file.part.0", "jbd2_log_wait_commit"]);
    expect(functions(NAMELESS)).toEqual(["0xffffffff81000010", "0xffffffff8123abcd"]);
  });

  it.each([
    ["empty", ""],
    ["the end alone", "[<ffffffffffffffff>] 0xffffffffffffffff\n"],
    ["cut in a line", POLLS.slice(0, -3)],
    ["cut behind a name", `${POLLS}[<0>] do_sys`],
    ["a line that is none", `${POLLS}Call Trace:\n`],
    ["a line without an offset", `${POLLS}[<0>] do_sys_poll\n`],
    ["something behind a line", POLLS.replace("0x280\n", "0x280 twice\n")],
  ])("is none where the text is not understood: %s", (_, text) => {
    expect(parseKernelStack(text)).toBeUndefined();
  });

  it("may go on where the kernel tells no more", () => {
    const lines = (count: number) => Array.from({ length: count }, (_, i) => `[<0>] f${i}+0x1/0x2\n`).join("");
    expect(parseKernelStack(lines(63))).toMatchObject({ isCut: false });
    expect(parseKernelStack(lines(64))).toMatchObject({ isCut: true });
    expect(functions(lines(64))?.at(-1)).toBe("f0");
  });
});

describe("why none is to be read", () => {
  const failing = (error: object) => (): string => {
    throw Object.assign(new Error(), error);
  };
  const path = "/proc/thread-self/stack";

  it.each([
    ["the file refuses", { syscall: "read", errno: -13 }, { call: "read", path, errno: 13 }],
    ["it may not be opened", { syscall: "open", errno: -13 }, { call: "open", path, errno: 13 }],
    ["it is not there", { syscall: "open", errno: -2 }, { call: "open", path, errno: 2 }],
  ])("%s", (_, error, failure) => {
    expect(kernelStacksFailure(failing(error))).toEqual(failure);
  });

  it("it says nothing that is known", () => {
    expect(kernelStacksFailure(() => "")).toEqual({ call: "read", path, errno: 0 });
  });

  it("is nothing where our own is told", () => {
    expect(kernelStacksFailure(() => POLLS)).toBeUndefined();
  });

  it("is what the system says here", () => {
    let own: string | undefined;
    try {
      own = readFileSync(path, "latin1");
    } catch {
      // Whoever is not root is refused.
    }
    expect(kernelStacksFailure() === undefined).toBe(own !== undefined);
  });
});
