// The runtime that is attached to.

export class Runtime {
  /** Address of _PyRuntime. */
  static address: u64 = 0;
}

export function setRuntime(address: u64): void {
  Runtime.address = address;
}
