// How one frame leads to its caller's, on x86-64. In: what a program of call frame instructions (cfi/program.ts) has come to. Out: one rule of a few numbers. The
// canonical frame address (CFA) is the stack pointer as it was before the call (DWARF 5, 6.4).

/** Nothing is known: no entry covers the place, or what it says is none of these. */
export const CFA_NONE: u32 = 0;
/** The stack pointer, or the frame pointer, and an offset. */
export const CFA_STACK_POINTER: u32 = 1;
export const CFA_FRAME_POINTER: u32 = 2;
/** What is stored at an offset from the frame pointer: the function has aligned its stack. */
export const CFA_AT_FRAME_POINTER: u32 = 3;
/** Another register and an offset. */
export const CFA_REGISTER: u32 = 4;
/** A stub of the procedure linkage table: the stack pointer + an offset, + 8 where the place is in the last bytes of its 16. */
export const CFA_LINKAGE: u32 = 5;
/** The system has called a signal's handler: the interrupted function's registers lie in the ucontext_t. */
export const CFA_SIGNAL: u32 = 6;
/** No function called this one. */
export const CFA_END: u32 = 7;

/** Where the caller's frame pointer is: in its register, at an offset from the CFA, or from the frame pointer, or nowhere. */
export const FRAME_POINTER_SAME: u32 = 0;
export const FRAME_POINTER_AT_CFA: u32 = 1;
export const FRAME_POINTER_AT_ITSELF: u32 = 2;
export const FRAME_POINTER_LOST: u32 = 3;

/** A rule, and the addresses from `from` to before `to` that it holds for. */
@unmanaged
export class Rule {
  from: u64;
  to: u64;
  /** The function's own extent, as its entry has it; 0 where none covers the place. */
  start: u64;
  end: u64;
  cfa: u32;
  offset: i32;
  /** Of CFA_REGISTER the register's DWARF number; of CFA_LINKAGE where the last bytes begin. */
  register: u32;
  framePointer: u32;
  framePointerOffset: i32;
  /** Where the return address lies, from the CFA. */
  returnOffset: i32;
}

export const RULE_BYTES: u32 = offsetof<Rule>();
