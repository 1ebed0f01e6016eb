// Whether 3.13's counter of code objects is the counter. Where it lies is inferred from sizes (layouts/code_creations.ts), and
// a word that never changes would say for ever that no code object was made. In: what was read there, and the
// code objects that are known. Out: whether it may be relied on. Until it may, versions are compared, as on 3.12.
//
// CPython numbers code objects by that counter (init_code in Objects/codeobject.c: co_version is func_state.next_version,
// which is then raised), so that each one has a lower version than the counter has later. Believed it is where
// - behind it lies the table that lies behind it in struct _py_func_state (Internal pycore_function.h): at a code object's
//   version, the code object (_PyFunction_SetVersion in Objects/funcobject.c); or
// - it was seen to move as code objects were made: one has a version that it had yet to reach when it was first read.
// Where a code object has a version that it has not reached, it is something else, and never believed again.
//
// Interpreters count for themselves: nothing is concluded where there are several.
import { ABSENT, Layout } from "../layouts/layout";
import { Code } from "../objects/codes";
import { word } from "../remote/read";
import { need } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";

/** FUNC_VERSION_CACHE_SIZE: items of the table, each a function and a code object. */
const CACHE_ITEMS: u32 = 4096;

export class CodeCounter {
  static proven: bool = false;
  static refuted: bool = false;
  /** What was read there first of this interpreter; 0 = nothing yet. */
  static first: u32 = 0;
  /** What was read there at this checkpoint, before the frames were copied; 0 = nothing that tells. */
  static value: u32 = 0;
  /** The interpreter that it belongs to. */
  static interpreter: u64 = 0;
}

/** Begin with another target. */
export function forgetCounter(): void {
  CodeCounter.proven = false;
  CodeCounter.refuted = false;
  CodeCounter.value = 0;
  CodeCounter.interpreter = 0;
}

/** Whether what tells that code objects came or went may be relied on. */
export function isReliable(): bool {
  return Layout.interpreterCodeCreations == ABSENT || (CodeCounter.proven && !CodeCounter.refuted);
}

/** A checkpoint has read `value` in the one interpreter that there is; 0: there are several, or it has overflowed. */
export function noteCounter(interpreter: u64, value: u32): void {
  CodeCounter.value = value;
  if (value == 0) return;
  if (interpreter != CodeCounter.interpreter) {
    CodeCounter.interpreter = interpreter;
    CodeCounter.first = value;
  }
}

/**
 * Hold the counter against a code object that was read before it.
 * @returns false while bytes are wanted
 */
export function judgeCounter(code: Code): bool {
  if (CodeCounter.value == 0 || code.version == 0) return true;
  // One that was read once only may have been torn.
  if (code.verified != 0) {
    if (code.version >= CodeCounter.value) CodeCounter.refuted = true;
    else if (code.version >= CodeCounter.first) CodeCounter.proven = true;
  }
  if (CodeCounter.proven || CodeCounter.refuted || code.sought != 0) return true;
  const size = Layout.wordSize;
  const counterEnd = Layout.interpreterCodeCreations + 4;
  const table = (counterEnd + size - 1) & ~(size - 1);
  const item = table + (code.version % CACHE_ITEMS) * 2 * size;
  const at = need(CodeCounter.interpreter + (item as u64), 2 * size, 2 * size);
  if (at == PENDING) return false;
  code.sought = 1;
  if (at != UNREADABLE && word(at + size) == code.address) CodeCounter.proven = true;
  return true;
}
