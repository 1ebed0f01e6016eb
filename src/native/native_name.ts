// What a place in native code is called. Plain data, and the name of a place that no symbol covers.
import type { Module } from "./code_source.js";
import type { NativeCall } from "./unwinder.js";

/** Code that belongs to no file: what a JIT compiler has made. */
const ANONYMOUS = "[anonymous]";

export interface NativeName {
  /** As the linker has it; module+0xoffset where no symbol covers the place. */
  readonly name: string;
  /** Path of the module, as the process has it. */
  readonly module: string;
}

/** The address that is looked up: behind the last call of a function may lie another one. */
export function placeOf({ pc, isExact }: NativeCall): bigint {
  return isExact ? pc : pc - 1n;
}

/** The name of a place without a symbol. @param module that has it; undefined where none has */
export function nameless(call: NativeCall, module: Module | undefined): NativeName {
  const place = placeOf(call);
  const { functionStart } = call;
  if (module === undefined) return { name: `0x${place.toString(16)}`, module: ANONYMOUS };
  const start = functionStart === 0n ? place : functionStart;
  if (module.path === "") return { name: `0x${start.toString(16)}`, module: ANONYMOUS };
  const file = module.path.slice(module.path.lastIndexOf("/") + 1);
  return { name: `${file}+0x${Number(start - module.bias).toString(16)}`, module: module.path };
}
