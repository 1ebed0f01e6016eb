// Where shim frames lie: the frames that C has for each way into the interpreter (3.12+). In: addresses at which some were seen. Out:
// whether an address is one of those: they lie on C stacks, where nothing else of interest ever lies.
const SHIM_BITS: u32 = 10;
const SHIMS: usize = heap.alloc(8 << SHIM_BITS);
memory.fill(SHIMS, 0, 8 << SHIM_BITS);

function shimSlot(address: u64): usize {
  return SHIMS + (((address * 0x9e37_79b9_7f4a_7c15) >> (64 - SHIM_BITS)) as u32) * 8;
}

/** A shim frame was seen at `address`. */
export function noteShim(address: u64): void {
  store<u64>(shimSlot(address), address);
}

export function isShim(address: u64): bool {
  return address != 0 && load<u64>(shimSlot(address)) == address;
}

/** Forget another target's C stacks. */
export function forgetShims(): void {
  memory.fill(SHIMS, 0, 8 << SHIM_BITS);
}
