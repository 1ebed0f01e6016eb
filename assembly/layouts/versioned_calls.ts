// The opcodes of calls whose inline cache holds the version of the one function that they call, in the layout in force. In:
// the opcodes of a generated table. Out: whether an opcode is one. Where the version lies says Layout.callVersion. It
// knows no target bytes.

const OPCODES: usize = memory.data(32); // one bit each

export function clearVersionedCalls(): void {
  memory.fill(OPCODES, 0, 32);
}

export function addVersionedCall(opcode: u8): void {
  const byte = OPCODES + (opcode >> 3);
  store<u8>(byte, load<u8>(byte) | (1 << (opcode & 7)));
}

export function isVersionedCall(opcode: u8): bool {
  return ((load<u8>(OPCODES + (opcode >> 3)) >> (opcode & 7)) & 1) != 0;
}
