// The opcodes with which a function returns, in the layout in force. In: the opcodes of a generated table. Out: whether an
// opcode is one. It knows no target bytes.

const OPCODES: usize = memory.data(32); // one bit each

export class ReturnOpcodes {
  static count: u32 = 0;
}

export function clearReturnOpcodes(): void {
  memory.fill(OPCODES, 0, 32);
  ReturnOpcodes.count = 0;
}

export function addReturnOpcode(opcode: u8): void {
  const byte = OPCODES + (opcode >> 3);
  store<u8>(byte, load<u8>(byte) | (1 << (opcode & 7)));
  ReturnOpcodes.count++;
}

export function isReturnOpcode(opcode: u8): bool {
  return ((load<u8>(OPCODES + (opcode >> 3)) >> (opcode & 7)) & 1) != 0;
}
