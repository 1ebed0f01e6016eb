// Ints of the target. In: the address of one. Out: its value, where that is no less than 0 and fits 64 bits.
import { Layout } from "../layouts/layout";
import { signedWord, u16At, u32At } from "../remote/read";
import { need } from "../remote/reads";
import { UNREADABLE } from "../remote/requests";
import { isOfKind, LONG_SUBCLASS } from "./type_flags";

/** Digits that 64 bits have, of 15 bits at least. */
const MAX_DIGITS: u32 = 5;
/** Of lv_tag (3.12+): 0 positive, 1 zero, 2 negative. */
const NEGATIVE: i64 = 2;

/** What `readNatural` found. */
export class Natural {
  static value: u64 = 0;
}

/** @returns PENDING, UNREADABLE (also: another object, or a value out of range), or anything else when Natural has the value */
export function readNatural(address: u64): usize {
  const digitBytes: u32 = Layout.integerDigitBits > 16 ? 4 : 2;
  const head = need(address, Layout.integerDigits, Layout.integerDigits + MAX_DIGITS * digitBytes);
  if (head <= UNREADABLE) return head;
  const kind = isOfKind(head, LONG_SUBCLASS);
  if (kind <= UNREADABLE) return kind;
  const size = signedWord(head + Layout.integerSize);
  const count = size >> (Layout.integerSizeShift as i64);
  if (count < 0 || count > (MAX_DIGITS as i64)) return UNREADABLE;
  if (Layout.integerSizeShift != 0 && (size & NEGATIVE) != 0) return UNREADABLE;
  const digits = need(
    address,
    Layout.integerDigits + (count as u32) * digitBytes,
    Layout.integerDigits + MAX_DIGITS * digitBytes,
  );
  if (digits <= UNREADABLE) return digits;
  let value: u64 = 0;
  for (let i = (count as u32) - 1; (i as i32) >= 0; i--) {
    const at = digits + Layout.integerDigits + i * digitBytes;
    if (value >> ((64 - Layout.integerDigitBits) as u64) != 0) return UNREADABLE;
    value = (value << (Layout.integerDigitBits as u64)) | ((digitBytes == 4 ? u32At(at) : u16At(at)) as u64);
  }
  Natural.value = value;
  return digits;
}
