// The copy of a thread's C stack, and which addresses are code. In: bytes from the stack pointer on. Out: words of them. It knows no frames.

export class Stack {
  /** Where the copy lies, and the target's addresses of it. */
  static at: usize = 0;
  static start: u64 = 0;
  static end: u64 = 0;
  /** A word was wanted that may be on the stack, and lies behind the copy. */
  static isShort: bool = false;
  /** Where the stack ends at the latest. */
  static limit: u64 = 0;
  /** Ranges of addresses that are code, lowest first: u64 start, u64 end. */
  static code: usize = 0;
  static codeRanges: u32 = 0;
}

/** Begin with another stack. @param limit where the stack ends at the latest, should it be longer than the copy */
export function setStack(at: usize, start: u64, length: u32, limit: u64): void {
  Stack.at = at;
  Stack.start = start;
  Stack.end = start + (length as u64);
  Stack.limit = limit;
  Stack.isShort = false;
}

export function setCode(at: usize, ranges: u32): void {
  Stack.code = at;
  Stack.codeRanges = ranges;
}

/** Whether a word lies in the copy. */
export function hasWord(address: u64): bool {
  return address >= Stack.start && Stack.end - Stack.start >= 8 && address <= Stack.end - 8;
}

/** The word at an address, for which `hasWord` may be false: 0 then, and whether the stack goes on there is noted. */
export function stackWord(address: u64): u64 {
  if (hasWord(address)) return load<u64>(Stack.at + ((address - Stack.start) as usize));
  if (address >= Stack.start && address < Stack.limit) Stack.isShort = true;
  return 0;
}

export function isCode(address: u64): bool {
  let low: u32 = 0;
  let high = Stack.codeRanges;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u64>(Stack.code + (middle as usize) * 16) <= address) low = middle + 1;
    else high = middle;
  }
  return low > 0 && address < load<u64>(Stack.code + ((low - 1) as usize) * 16, 8);
}
