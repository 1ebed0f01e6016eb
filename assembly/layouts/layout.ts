// The layout in force: where each field that the decoder reads lies, in bytes from the start of its
// struct, for one CPython build. In: one apply function of a table file, or the debug offsets of the
// target itself. Out: static fields that the walk and the object readers add to addresses.
// It knows no target bytes; a field that a version does not have is ABSENT.
import { clearReturnOpcodes } from "./return_opcodes";

/** The value of an offset whose field this CPython does not have. */
export const ABSENT: u32 = 0xffff_ffff;

/** How a frame is laid out and what its instruction field means. */
export const FRAME_OBJECT_BYTES: u32 = 0; // 3.9: PyFrameObject on the heap, f_lasti in bytes
export const FRAME_OBJECT_UNITS: u32 = 1; // 3.10: PyFrameObject on the heap, f_lasti in code units
export const FRAME_PREVIOUS_INSTRUCTION: u32 = 2; // 3.11, 3.12: _PyInterpreterFrame.prev_instr, a pointer
export const FRAME_INSTRUCTION: u32 = 3; // 3.13+: _PyInterpreterFrame.instr_ptr, a pointer

/** Which table maps instructions to locations. */
export const TABLE_LNOTAB: u32 = 0; // 3.9: co_lnotab
export const TABLE_LINES: u32 = 1; // 3.10: co_linetable of PEP 626, lines only
export const TABLE_LOCATIONS: u32 = 2; // 3.11+: co_linetable of PEP 657, with columns

/** Where an object's attributes are. */
export const ATTRIBUTES_DICT: u32 = 0; // 3.9, 3.10: in a dict, a pointer to which is at tp_dictoffset
export const ATTRIBUTES_SEPARATE: u32 = 1; // 3.11: values and dict, two pointers before the object; one of them is null
export const ATTRIBUTES_TAGGED: u32 = 2; // 3.12: one pointer before the object: to values, less 1, or to a dict
export const ATTRIBUTES_INLINE: u32 = 3; // 3.13+: a dict, if there is one; else values behind the object

export class Layout {
  /** Size of a pointer in the target: 4 or 8. */
  static wordSize: u32 = 8;
  /** Size of a long in the target: as many as in a pointer, but 4 with Windows. */
  static longSize: u32 = 8;
  /** A build without the GIL (Py_GIL_DISABLED, 3.13+): any number of threads run Python at once. */
  static freeThreaded: bool = false;
  static frameKind: u32 = FRAME_INSTRUCTION;
  static tableKind: u32 = TABLE_LOCATIONS;
  /** Low bits of a frame's executable and of _PyStackRef that are tags (3.14+: 3; free-threaded 3.14: 1; else 0). A reference that is
   * nothing but tags is null. */
  static tagMask: u32 = 0;

  // _PyRuntimeState
  static runtimeInterpretersHead: u32 = ABSENT;
  /** int initialized: not 0 from shortly before `site` is imported until the runtime begins to finalise. */
  static runtimeInitialized: u32 = ABSENT;
  /** 3.9 to 3.11: ceval.gil, the one GIL, a struct _gil_runtime_state. ABSENT in 3.12+: see interpreterGil. */
  static runtimeGil: u32 = ABSENT;

  // PyInterpreterState
  static interpreterId: u32 = ABSENT; // int64_t
  static interpreterNext: u32 = ABSENT;
  static interpreterThreadsHead: u32 = ABSENT;
  /** The dict of its modules: modules, imports.modules (3.12+). ABSENT: no thread has a name. */
  static interpreterModules: u32 = ABSENT;
  /** int, non-zero while the collector runs (offset of gc.collecting within PyInterpreterState). */
  static interpreterCollecting: u32 = ABSENT;
  /** uint32_t that every new code object raises: func_state.next_version (3.13). 3.12 numbers code objects from a
   * global variable of C's, out of reach here. It stays 0 once it has overflowed. */
  static interpreterCodeCreations: u32 = ABSENT;
  /** uint64_t that every freed code object raises: _code_object_generation (3.14+). */
  static interpreterCodeDeaths: u32 = ABSENT;
  /** 3.12+: ceval.gil, a pointer to the interpreter's struct _gil_runtime_state, of its own or shared with others. */
  static interpreterGil: u32 = ABSENT;

  // struct _gil_runtime_state (pycore_gil.h)
  /** PyThreadState *last_holder: who has the GIL or had it last. It may point to a thread state that was freed. */
  static gilHolder: u32 = ABSENT;
  /** unsigned long switch_number: take_gil raises it where it changes last_holder, before the new holder runs Python code
   * (ceval_gil.c, 3.9 to 3.11: ceval_gil.h). README.md says when equal counts prove nothing. */
  static gilSwitches: u32 = ABSENT;

  // PyThreadState
  /** prev: the thread state that was made next, null in the list's head. */
  static threadPrevious: u32 = ABSENT;
  static threadNext: u32 = ABSENT;
  static threadInterpreter: u32 = ABSENT;
  /** 3.9, 3.10: frame; 3.13+: current_frame; 3.11, 3.12: ABSENT, see threadCFrame. */
  static threadCurrentFrame: u32 = ABSENT;
  /** 3.11, 3.12: cframe, a pointer to _PyCFrame. */
  static threadCFrame: u32 = ABSENT;
  /** 3.11, 3.12: current_frame within _PyCFrame. */
  static cframeCurrentFrame: u32 = ABSENT;
  static threadId: u32 = ABSENT; // unsigned long: pthread_t on Linux, the native id with Windows
  static threadNativeId: u32 = ABSENT; // unsigned long, 3.11+
  static threadDatastackChunk: u32 = ABSENT; // 3.11+
  static threadDatastackTop: u32 = ABSENT; // 3.11+

  // _PyStackChunk (3.11+)
  static chunkPrevious: u32 = ABSENT;
  static chunkSize: u32 = ABSENT;
  static chunkTop: u32 = ABSENT;
  static chunkData: u32 = ABSENT;

  // PyFrameObject (3.9, 3.10) or _PyInterpreterFrame (3.11+)
  /** Bytes of a frame to copy: up to its locals. */
  static frameSize: u32 = 0;
  static framePrevious: u32 = ABSENT; // f_back or previous
  static frameExecutable: u32 = ABSENT; // f_code or f_executable
  static frameInstruction: u32 = ABSENT; // see frameKind
  /** f_func or f_funcobj (3.11+): null in frames that compiled code makes (README.md), and in C's. */
  static frameFunction: u32 = ABSENT;
  static frameOwner: u32 = ABSENT; // char, 3.11+
  static frameIsEntry: u32 = ABSENT; // bool, 3.11 only: called from C
  /** int stacktop (3.11 to 3.13). */
  static frameStackTop: u32 = ABSENT;
  /** _PyStackRef *stackpointer (3.14+). */
  static frameStackPointer: u32 = ABSENT;
  /** signed char: f_state (3.10: < 0 not begun or suspended, 0 executing, > 0 over) or f_executing (3.9: 1 executing,
   * else 0); ABSENT in 3.11+. */
  static frameState: u32 = ABSENT;
  /** The value of frameState in a frame that is executing or waits for its callee. */
  static frameStateExecuting: u32 = 0;
  /** The value of frameState in a frame that looks for the handler of an exception; 3.9 does not tell it apart. */
  static frameStateUnwinding: u32 = 0;
  /** localsplus. In 3.11+, divided by the word size, it is FRAME_SPECIALS_SIZE. */
  static frameLocals: u32 = ABSENT;
  /** An owner of this value or more is a frame of C's (shim, entry), never shown. 3.11 has none: see frameIsEntry. */
  static shimOwner: u32 = 255;
  static generatorOwner: u32 = 1;

  // Thread-local bytecode (free-threaded 3.14+): each thread but the first runs copies of its own, in the place of co_code_adaptive
  /** int32_t tlbc_index of a frame: in which copy its instruction lies; 0 is co_code_adaptive. */
  static frameTlbcIndex: u32 = ABSENT;
  /** co_tlbc of a code object: a pointer to _PyCodeArray (code.h). */
  static codeTlbc: u32 = ABSENT;
  /** Py_ssize_t size, of a _PyCodeArray: how many entries it has. */
  static tlbcSize: u32 = ABSENT;
  /** char *entries[], of a _PyCodeArray: where the copies lie; null where a thread has none. */
  static tlbcEntries: u32 = ABSENT;

  // PyGenObject, PyCoroObject, PyAsyncGenObject (3.11+): one prefix
  /** How many bytes before its frame (gi_iframe) a generator's state (gi_frame_state, signed char) lies. */
  static generatorState: u32 = ABSENT;
  /** FRAME_EXECUTING: the state of a generator that runs or waits for its callee (pycore_frame.h). */
  static generatorExecuting: u32 = 0;

  // PyCodeObject
  /** Bytes of a code object to copy: its fields, without the bytecode. */
  static codeSize: u32 = 0;
  static codeFilename: u32 = ABSENT;
  static codeName: u32 = ABSENT;
  /** co_qualname, 3.11+. */
  static codeQualname: u32 = ABSENT;
  static codeTable: u32 = ABSENT; // co_lnotab or co_linetable: a bytes object
  static codeFirstLine: u32 = ABSENT; // int co_firstlineno
  static codeFlags: u32 = ABSENT; // int co_flags
  static codeArgumentCount: u32 = ABSENT; // int co_argcount
  /** ob_size: code units of bytecode (3.11+). */
  static codeUnits: u32 = ABSENT;
  /** co_code_adaptive: where the bytecode begins (3.11+). */
  static codeAdaptive: u32 = ABSENT;
  /** co_code: a bytes object (3.9, 3.10). */
  static codeBytes: u32 = ABSENT;
  /** int _co_firsttraceable (3.11+): index of the first instruction a complete frame can be at. */
  static codeFirstTraceable: u32 = ABSENT;
  static codeLocalsCount: u32 = ABSENT; // int co_nlocalsplus (3.11+)
  static codeStackSize: u32 = ABSENT; // int co_stacksize
  /** int co_framesize, in words (3.12+). */
  static codeFrameSize: u32 = ABSENT;
  /** uint32_t co_version (3.12+). */
  static codeVersion: u32 = ABSENT;

  // PyObject, PyBytesObject, PyUnicodeObject
  static objectType: u32 = ABSENT; // ob_type
  static bytesSize: u32 = ABSENT; // ob_size
  static bytesData: u32 = ABSENT; // ob_sval
  static unicodeLength: u32 = ABSENT;
  static unicodeHash: u32 = ABSENT;
  static unicodeState: u32 = ABSENT; // 32 bits read from here
  static unicodeKindShift: u32 = 2; // three bits: 1, 2 or 4 bytes a character
  static unicodeCompactShift: u32 = 5; // one bit
  static unicodeAsciiShift: u32 = 6; // one bit
  /** sizeof(PyASCIIObject): where the characters of a compact ASCII string begin. */
  static unicodeAsciiData: u32 = ABSENT;
  /** sizeof(PyCompactUnicodeObject): where those of any other compact string begin. */
  static unicodeCompactData: u32 = ABSENT;

  // PyTypeObject, PyHeapTypeObject
  static typeBasicSize: u32 = ABSENT; // Py_ssize_t tp_basicsize
  static typeFlags: u32 = ABSENT; // unsigned long tp_flags
  static typeDictOffset: u32 = ABSENT; // Py_ssize_t tp_dictoffset
  static typeCachedKeys: u32 = ABSENT; // ht_cached_keys: the keys that instances share

  // Attributes of objects
  static attributesKind: u32 = ATTRIBUTES_DICT;
  /** How many bytes before the object the pointer to its dict lies, or to its values (3.12): MANAGED_DICT_OFFSET. */
  static objectManagedDict: u32 = ABSENT;
  static moduleDict: u32 = ABSENT; // md_dict of PyModuleObject

  // PyDictObject, _dictkeysobject, _dictvalues
  static dictKeys: u32 = ABSENT; // ma_keys
  static dictValues: u32 = ABSENT; // ma_values, null where the entries have the values
  /** Py_ssize_t dk_size (3.9, 3.10): slots of the table of indices. */
  static keysSize: u32 = ABSENT;
  /** uint8_t dk_log2_size (3.11+). */
  static keysLogSize: u32 = ABSENT;
  /** uint8_t dk_log2_index_bytes (3.11+). */
  static keysLogIndexBytes: u32 = ABSENT;
  /** uint8_t dk_kind (3.11+): 0 where entries have a hash in front of key and value, as all have in 3.9 and 3.10. */
  static keysKind: u32 = ABSENT;
  static keysEntryCount: u32 = ABSENT; // Py_ssize_t dk_nentries
  static keysIndices: u32 = ABSENT; // dk_indices
  static valuesItems: u32 = ABSENT; // values
  static valuesValid: u32 = ABSENT; // uint8_t valid (3.13+)

  // PyLongObject
  /** ob_size, or lv_tag (3.12+): the number of digits, behind so many bits. */
  static integerSize: u32 = ABSENT;
  static integerSizeShift: u32 = 0;
  static integerDigits: u32 = ABSENT; // ob_digit
  /** PyLong_SHIFT: bits of a digit, 30 or 15. */
  static integerDigitBits: u32 = 30;

  /** Put every field back to what it is before any layout is in force. */
  static reset(): void {
    Layout.wordSize = 8;
    Layout.longSize = 8;
    Layout.freeThreaded = false;
    Layout.frameKind = FRAME_INSTRUCTION;
    Layout.tableKind = TABLE_LOCATIONS;
    Layout.tagMask = 0;
    Layout.runtimeInterpretersHead = ABSENT;
    Layout.runtimeInitialized = ABSENT;
    Layout.runtimeGil = ABSENT;
    Layout.interpreterId = ABSENT;
    Layout.interpreterNext = ABSENT;
    Layout.interpreterThreadsHead = ABSENT;
    Layout.interpreterModules = ABSENT;
    Layout.interpreterCollecting = ABSENT;
    Layout.interpreterCodeCreations = ABSENT;
    Layout.interpreterCodeDeaths = ABSENT;
    Layout.interpreterGil = ABSENT;
    Layout.gilHolder = ABSENT;
    Layout.gilSwitches = ABSENT;
    Layout.threadPrevious = ABSENT;
    Layout.threadNext = ABSENT;
    Layout.threadInterpreter = ABSENT;
    Layout.threadCurrentFrame = ABSENT;
    Layout.threadCFrame = ABSENT;
    Layout.cframeCurrentFrame = ABSENT;
    Layout.threadId = ABSENT;
    Layout.threadNativeId = ABSENT;
    Layout.threadDatastackChunk = ABSENT;
    Layout.threadDatastackTop = ABSENT;
    Layout.chunkPrevious = ABSENT;
    Layout.chunkSize = ABSENT;
    Layout.chunkTop = ABSENT;
    Layout.chunkData = ABSENT;
    Layout.frameSize = 0;
    Layout.framePrevious = ABSENT;
    Layout.frameExecutable = ABSENT;
    Layout.frameInstruction = ABSENT;
    Layout.frameFunction = ABSENT;
    Layout.frameOwner = ABSENT;
    Layout.frameIsEntry = ABSENT;
    Layout.frameStackTop = ABSENT;
    Layout.frameStackPointer = ABSENT;
    Layout.frameState = ABSENT;
    Layout.frameStateExecuting = 0;
    Layout.frameStateUnwinding = 0;
    Layout.frameLocals = ABSENT;
    Layout.shimOwner = 255;
    Layout.generatorOwner = 1;
    Layout.frameTlbcIndex = ABSENT;
    Layout.codeTlbc = ABSENT;
    Layout.tlbcSize = ABSENT;
    Layout.tlbcEntries = ABSENT;
    Layout.generatorState = ABSENT;
    Layout.generatorExecuting = 0;
    Layout.codeSize = 0;
    Layout.codeFilename = ABSENT;
    Layout.codeName = ABSENT;
    Layout.codeQualname = ABSENT;
    Layout.codeTable = ABSENT;
    Layout.codeFirstLine = ABSENT;
    Layout.codeFlags = ABSENT;
    Layout.codeArgumentCount = ABSENT;
    Layout.codeUnits = ABSENT;
    Layout.codeAdaptive = ABSENT;
    Layout.codeBytes = ABSENT;
    Layout.codeFirstTraceable = ABSENT;
    Layout.codeLocalsCount = ABSENT;
    Layout.codeStackSize = ABSENT;
    Layout.codeFrameSize = ABSENT;
    Layout.codeVersion = ABSENT;
    Layout.objectType = ABSENT;
    Layout.bytesSize = ABSENT;
    Layout.bytesData = ABSENT;
    Layout.unicodeLength = ABSENT;
    Layout.unicodeHash = ABSENT;
    Layout.unicodeState = ABSENT;
    Layout.unicodeKindShift = 2;
    Layout.unicodeCompactShift = 5;
    Layout.unicodeAsciiShift = 6;
    Layout.unicodeAsciiData = ABSENT;
    Layout.unicodeCompactData = ABSENT;
    Layout.typeBasicSize = ABSENT;
    Layout.typeFlags = ABSENT;
    Layout.typeDictOffset = ABSENT;
    Layout.typeCachedKeys = ABSENT;
    Layout.attributesKind = ATTRIBUTES_DICT;
    Layout.objectManagedDict = ABSENT;
    Layout.moduleDict = ABSENT;
    Layout.dictKeys = ABSENT;
    Layout.dictValues = ABSENT;
    Layout.keysSize = ABSENT;
    Layout.keysLogSize = ABSENT;
    Layout.keysLogIndexBytes = ABSENT;
    Layout.keysKind = ABSENT;
    Layout.keysEntryCount = ABSENT;
    Layout.keysIndices = ABSENT;
    Layout.valuesItems = ABSENT;
    Layout.valuesValid = ABSENT;
    Layout.integerSize = ABSENT;
    Layout.integerSizeShift = 0;
    Layout.integerDigits = ABSENT;
    Layout.integerDigitBits = 30;
    clearReturnOpcodes();
  }
}
