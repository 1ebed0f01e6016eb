// What tests of finding need to know of a runtime. In: an interpreter that was found. Out: whether it is the true one:
// from 3.13 on it begins with the debug offsets, before that the target itself says its address.
import { expect } from "vitest";
import { LiveMemory } from "../src/memory/live.js";
import type { FindResult } from "../src/target/find_result.js";
import type { Interpreter } from "../src/target/interpreter.js";
import type { Python } from "./pythons.js";

/** A program that tells where its runtime lies ("ready 140509552758624"; 0 where ctypes is missing) and waits. */
export const TELL_AND_WAIT = `
import sys
try:
    import ctypes
    address = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
except (ImportError, ValueError):
    address = 0
sys.stdout.write("ready %d\\n" % address)
sys.stdout.flush()
sys.stdin.read()
`;

/** A program that waits, where neither the standard library nor its extensions can be relied on. */
export const WAIT = `import sys; sys.stdout.write("ready\\n"); sys.stdout.flush(); sys.stdin.read()`;

/**
 * Byte offset of `interpreters.head` in `_PyRuntimeState` before the debug offsets, on 64-bit machines, as offsetof
 * gives it on the headers of 3.9.18, 3.10.13, 3.11.7 and 3.12.1.
 */
const HEAD_OFFSETS: Readonly<Record<number, bigint>> = { 9: 32n, 10: 32n, 11: 40n, 12: 40n };
/** Of `runtime_state.interpreters_head` in `_Py_DebugOffsets`. */
const HEAD_OFFSET_FIELD = 40n;

function word(interpreter: Interpreter, address: bigint, size: number = interpreter.wordSize): bigint {
  const bytes = new LiveMemory(interpreter.pid).read(address, size);
  if (bytes.length < size) return 0n;
  const view = new DataView(bytes.buffer, bytes.byteOffset, size);
  return size === 8 ? view.getBigUint64(0, true) : BigInt(view.getUint32(0, true));
}

/** Whether the runtime has an interpreter with a thread; before the debug offsets told by the thread pointing back. */
export function isInitialised(interpreter: Interpreter): boolean {
  const { runtimeAddress, hasDebugOffsets, version, wordSize } = interpreter;
  const offset = hasDebugOffsets
    ? word(interpreter, runtimeAddress + HEAD_OFFSET_FIELD, 8)
    : HEAD_OFFSETS[version.minor];
  if (offset === undefined) return false;
  const head = word(interpreter, runtimeAddress + offset);
  if (head === 0n || hasDebugOffsets) return head !== 0n;
  const step = BigInt(wordSize);
  for (let at = 0n; at < 32n; at++) {
    const thread = word(interpreter, head + at * step);
    // Behind the links to its neighbours a thread state points to its interpreter.
    if (thread !== 0n && word(interpreter, thread + 2n * step) === head) return true;
  }
  return false;
}

/** Check that a result is the runtime of `python`, at the address the target told (0: not told). */
export function expectFound(result: FindResult, python: Python, told = 0n): Interpreter {
  expect(result).toMatchObject({ kind: "found" });
  const { interpreter } = result as Extract<FindResult, { kind: "found" }>;
  const [major, minor, micro] = python.version;
  expect(interpreter.version).toMatchObject({ major, minor, micro, text: python.version.join(".") });
  expect(interpreter.wordSize).toBe(python.wordSize);
  expect(interpreter.machine).toBe(python.wordSize === 8 ? "x86-64" : "i386");
  if (told !== 0n) expect(interpreter.runtimeAddress).toBe(told);
  const cookie = Buffer.from(new LiveMemory(interpreter.pid).read(interpreter.runtimeAddress, 8)).toString("latin1");
  expect(interpreter.hasDebugOffsets).toBe(minor >= 13);
  expect(cookie === "xdebugpy").toBe(minor >= 13);
  expect(isInitialised(interpreter)).toBe(true);
  return interpreter;
}
