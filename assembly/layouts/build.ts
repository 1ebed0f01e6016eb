// The sizes by which one build of CPython 3.13 is told, and where it keeps the counter of code objects. In: a generated
// figures function. Out: static fields for code_creations.ts.

export class Build {
  /** Of func_state.next_version in PyInterpreterState. */
  static offset: u32 = 0;
  /** Bytes of PyInterpreterState behind the counter, less the thread state that it embeds. */
  static tail: u32 = 0;
  /** Bytes of _PyRuntimeState, less the interpreter that it embeds. */
  static rest: u32 = 0;
}
