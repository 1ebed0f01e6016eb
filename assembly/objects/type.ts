// Is this the type of code objects? In: the ob_type of what should be a code object. Out: yes or no, proven
// once by the type's own name (tp_name, the first field behind PyVarObject in every CPython, whose last one is ob_size),
// then by address.
import { Layout } from "../layouts/layout";
import { u8At, u32At, word } from "../remote/read";
import { need } from "../remote/reads";
import { UNREADABLE } from "../remote/requests";

export class CodeType {
  /** Address of PyCode_Type; 0 = not yet seen. */
  static address: u64 = 0;
}

/** Begin with another target. */
export function forgetCodeType(): void {
  CodeType.address = 0;
}

const CODE: u32 = 0x65646f63; // "code", little-endian

/** @returns PENDING, UNREADABLE (also: another type), or anything else when it is PyCode_Type */
export function isCodeType(type: u64): usize {
  if (CodeType.address != 0) return type == CodeType.address ? UNREADABLE + 1 : UNREADABLE;
  const nameAt = Layout.bytesSize + Layout.wordSize;
  const at = need(type, nameAt + Layout.wordSize, nameAt + Layout.wordSize);
  if (at <= UNREADABLE) return at;
  const name = need(word(at + nameAt), 5, 5);
  if (name <= UNREADABLE) return name;
  if (u32At(name) != CODE || u8At(name + 4) != 0) return UNREADABLE;
  CodeType.address = type;
  return UNREADABLE + 1;
}
