// What is read from instructions of x86-64: calls before an address, stubs, and how functions make their frames. As objdump shows them in real programs.
import { describe, expect, it } from "vitest";
import { callBefore, isStub } from "../../../src/native/calls.js";
import { demangleAll } from "../../../src/native/demangle.js";
import { frameBytes } from "../../../src/native/prologue.js";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
/** Up to the address, eight bytes. */
const endingWith = (hex: string) => bytes(hex.replaceAll(" ", "").padStart(16, "0"));
const frame = (hex: string) => frameBytes(bytes(`${hex}${"00".repeat(40)}`));

describe("a call before an address", () => {
  it("is direct, with its target", () => {
    expect(callBefore(endingWith("e8 fb ff ff ff"), 0x1000n)).toEqual({ kind: "direct", target: 0xffbn });
  });

  it.each([
    ["call *%rax", "ff d0"],
    ["call *%r12", "41 ff d4"],
    ["call *(%rax)", "ff 10"],
    ["call *(%rsp)", "ff 14 24"],
    ["call *0x10(%rbx)", "ff 53 10"],
    ["call *0x8(%rsp)", "ff 54 24 08"],
    ["call *0x1234(%rbx)", "ff 93 34 12 00 00"],
    ["call *0x2f00(%rip)", "ff 15 00 2f 00 00"],
    ["call *0x1000(,%rax,8)", "ff 14 c5 00 10 00 00"],
  ])("is indirect: %s", (_, hex) => {
    expect(callBefore(endingWith(hex), 0x1000n).kind).toBe("indirect");
  });

  it.each([
    ["jmp *%rax", "ff e0"],
    ["push 8(%rax)", "ff 70 08"],
    ["nothing", "00"],
  ])("is none: %s", (_, hex) => {
    expect(callBefore(endingWith(hex), 0x1000n).kind).toBe("none");
  });
});

it("stubs are told from functions", () => {
  expect(isStub(bytes("ff 25 12 34 00 00 00"))).toBe(true);
  expect(isStub(bytes("f3 0f 1e fa ff 25 12"))).toBe(true);
  expect(isStub(bytes("f3 0f 1e fa f2 ff 25"))).toBe(true);
  expect(isStub(bytes("55 48 89 e5 41 57 00"))).toBe(false);
});

describe("a frame, by a function's first instructions", () => {
  it.each([
    ["push, mov", "55 48 89 e5 e8", 16],
    ["pushes and sub", "55 48 89 e5 41 57 41 56 53 48 83 ec 28", 80],
    ["a large one", "f3 0f 1e fa 55 48 89 e5 48 81 ec 00 20 00 00", 0x2010],
    ["others between", "55 31 c0 bf 3b fb 88 00 48 89 e5 48 83 ec 30 48 89 5d f0", 64],
  ])("%s", (_, hex, expected) => {
    expect(frame(hex)).toBe(expected);
  });

  it("is none where there is no frame pointer, or the stack is aligned", () => {
    expect(frame("53 48 83 ec 10")).toBe(0);
    expect(frame("55 48 89 e5 48 83 e4 c0")).toBe(0);
  });
});

it("names are the program's", async () => {
  const names = await demangleAll(["_ZN3foo3barEi", "_RNvC6_123foo3bar", "qsort_r"]);
  expect([...names]).toEqual([
    ["_ZN3foo3barEi", "foo::bar(int)"],
    ["_RNvC6_123foo3bar", "123foo::bar"],
  ]);
});
