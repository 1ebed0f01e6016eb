// The only loads of copied target bytes. In: a pointer that reads.ts gave out. Out: a value, widened.
// It knows the target's word size, nothing of what the words mean.
import { Layout } from "../layouts/layout";

/** A pointer or size_t of the target. */
export function word(at: usize): u64 {
  return Layout.wordSize == 8 ? load<u64>(at) : (load<u32>(at) as u64);
}

/** An unsigned long of the target. */
export function longAt(at: usize): u64 {
  return Layout.longSize == 8 ? load<u64>(at) : (load<u32>(at) as u64);
}

/** A Py_ssize_t of the target. */
export function signedWord(at: usize): i64 {
  return Layout.wordSize == 8 ? load<i64>(at) : (load<i32>(at) as i64);
}

export function u32At(at: usize): u32 {
  return load<u32>(at);
}

export function i32At(at: usize): i32 {
  return load<i32>(at);
}

export function i64At(at: usize): i64 {
  return load<i64>(at);
}

export function u64At(at: usize): u64 {
  return load<u64>(at);
}

export function u8At(at: usize): u32 {
  return load<u8>(at) as u32;
}

export function u16At(at: usize): u32 {
  return load<u16>(at) as u32;
}
