/* In: the headers of one CPython (3.9 to 3.15), internal ones included. Out, on stdout, one fact a line:
 *   value NAME NUMBER    an offset, a size or a number, under the name of a field of Layout
 *   word NAME CONSTANT   a field of Layout that takes one of its named constants
 *   place NAME NUMBER    where a figure lies in _Py_DebugOffsets (3.13+)
 *   return NAME NUMBER   an opcode of return_opcodes.ts
 *   build NAME NUMBER    sizes that tell builds of one version apart (3.13)
 * generate.py compiles and runs it once for each word size, and with Py_GIL_DISABLED, too. It knows nothing of the files
 * that are written. */
#define Py_BUILD_CORE 1
#include <Python.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define AT_LEAST(minor) (PY_VERSION_HEX >= (0x03000000 | (minor) << 16))

#if AT_LEAST(16) || !AT_LEAST(9)
#error "this probe knows CPython 3.9 to 3.15"
#endif
#include "internal/pycore_gc.h"
#include "internal/pycore_gil.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_runtime.h"
#if AT_LEAST(11)
#include "internal/pycore_frame.h"
#else
#include <frameobject.h>
#endif
#if AT_LEAST(14)
#include "internal/pycore_debug_offsets.h"
#include "internal/pycore_interpframe_structs.h"
#include "internal/pycore_stackref.h"
#endif
#if AT_LEAST(11)
#include "internal/pycore_code.h"
#include "internal/pycore_dict.h"
#include "internal/pycore_object.h"
#include <opcode.h>
#else
/* Objects/dict-common.h (3.9, 3.10), which is not installed. */
struct _dictkeysobject {
    Py_ssize_t dk_refcnt;
    Py_ssize_t dk_size;
    void *dk_lookup;
    Py_ssize_t dk_usable;
    Py_ssize_t dk_nentries;
    char dk_indices[];
};
#endif

static void value(const char *name, size_t number) { printf("value %s %zu\n", name, number); }
static void word(const char *name, const char *constant) { printf("word %s %s\n", name, constant); }

static void runtime(void)
{
    value("runtimeInterpretersHead", offsetof(_PyRuntimeState, interpreters.head));
    value("runtimeInitialized", offsetof(_PyRuntimeState, initialized));
#if !AT_LEAST(12)
    value("runtimeGil", offsetof(_PyRuntimeState, ceval.gil));
#endif
    value("interpreterId", offsetof(PyInterpreterState, id));
    value("interpreterNext", offsetof(PyInterpreterState, next));
#if AT_LEAST(11)
    value("interpreterThreadsHead", offsetof(PyInterpreterState, threads.head));
#else
    value("interpreterThreadsHead", offsetof(PyInterpreterState, tstate_head));
#endif
    value("interpreterCollecting", offsetof(PyInterpreterState, gc.collecting));
#if AT_LEAST(14)
    value("interpreterCodeDeaths", offsetof(PyInterpreterState, _code_object_generation));
#endif
#if AT_LEAST(12)
    value("interpreterGil", offsetof(PyInterpreterState, ceval.gil));
#endif
#if AT_LEAST(12)
    value("interpreterModules", offsetof(PyInterpreterState, imports.modules));
#else
    value("interpreterModules", offsetof(PyInterpreterState, modules));
#endif
    value("gilHolder", offsetof(struct _gil_runtime_state, last_holder));
    value("gilSwitches", offsetof(struct _gil_runtime_state, switch_number));
}

static void thread(void)
{
    value("threadPrevious", offsetof(PyThreadState, prev));
    value("threadNext", offsetof(PyThreadState, next));
    value("threadInterpreter", offsetof(PyThreadState, interp));
#if AT_LEAST(13)
    value("threadCurrentFrame", offsetof(PyThreadState, current_frame));
#elif AT_LEAST(11)
    value("threadCFrame", offsetof(PyThreadState, cframe));
    value("cframeCurrentFrame", offsetof(_PyCFrame, current_frame));
#else
    value("threadCurrentFrame", offsetof(PyThreadState, frame));
#endif
    value("threadId", offsetof(PyThreadState, thread_id));
#if AT_LEAST(11)
    value("threadNativeId", offsetof(PyThreadState, native_thread_id));
    value("threadDatastackChunk", offsetof(PyThreadState, datastack_chunk));
    value("threadDatastackTop", offsetof(PyThreadState, datastack_top));
    value("chunkPrevious", offsetof(_PyStackChunk, previous));
    value("chunkSize", offsetof(_PyStackChunk, size));
    value("chunkTop", offsetof(_PyStackChunk, top));
    value("chunkData", offsetof(_PyStackChunk, data));
#endif
}

static void frame(void)
{
#if AT_LEAST(13)
    word("frameKind", "FRAME_INSTRUCTION");
#elif AT_LEAST(11)
    word("frameKind", "FRAME_PREVIOUS_INSTRUCTION");
#elif AT_LEAST(10)
    word("frameKind", "FRAME_OBJECT_UNITS");
#else
    word("frameKind", "FRAME_OBJECT_BYTES");
#endif
#if AT_LEAST(11)
    typedef struct _PyInterpreterFrame Frame;
    value("frameSize", offsetof(Frame, localsplus));
    value("framePrevious", offsetof(Frame, previous));
#if AT_LEAST(13)
    value("frameExecutable", offsetof(Frame, f_executable));
    value("frameInstruction", offsetof(Frame, instr_ptr));
#else
    value("frameExecutable", offsetof(Frame, f_code));
    value("frameInstruction", offsetof(Frame, prev_instr));
#endif
#if AT_LEAST(12)
    value("frameFunction", offsetof(Frame, f_funcobj));
#else
    value("frameFunction", offsetof(Frame, f_func));
#endif
    value("frameOwner", offsetof(Frame, owner));
#if AT_LEAST(14)
    value("frameStackPointer", offsetof(Frame, stackpointer));
#else
    value("frameStackTop", offsetof(Frame, stacktop));
#endif
#if !AT_LEAST(12)
    value("frameIsEntry", offsetof(Frame, is_entry));
#endif
    value("frameLocals", offsetof(Frame, localsplus));
    value("generatorOwner", FRAME_OWNED_BY_GENERATOR);
#if AT_LEAST(14)
    value("shimOwner", FRAME_OWNED_BY_INTERPRETER);
    value("tagMask", (size_t)Py_TAG_BITS);
#elif AT_LEAST(12)
    value("shimOwner", FRAME_OWNED_BY_CSTACK);
#endif
#else
    value("frameSize", offsetof(PyFrameObject, f_blockstack));
    value("framePrevious", offsetof(PyFrameObject, f_back));
    value("frameExecutable", offsetof(PyFrameObject, f_code));
    value("frameInstruction", offsetof(PyFrameObject, f_lasti));
#if AT_LEAST(10)
    value("frameState", offsetof(PyFrameObject, f_state));
    value("frameStateExecuting", FRAME_EXECUTING);
    value("frameStateUnwinding", FRAME_UNWINDING);
#else
    value("frameState", offsetof(PyFrameObject, f_executing));
    value("frameStateExecuting", 1);
    value("frameStateUnwinding", 1);
#endif
    value("frameLocals", offsetof(PyFrameObject, f_localsplus));
#endif
}

#if AT_LEAST(11)
static void generator(void)
{
    value("generatorState", offsetof(PyGenObject, gi_iframe) - offsetof(PyGenObject, gi_frame_state));
    value("generatorExecuting", FRAME_EXECUTING);
}
#endif

#if AT_LEAST(11)
#define RETURN(name) printf("return %s %d\n", #name, name)

static void returns(void)
{
    RETURN(RETURN_VALUE);
#if AT_LEAST(12)
    RETURN(INSTRUMENTED_RETURN_VALUE);
#if !AT_LEAST(14)
    RETURN(RETURN_CONST);
    RETURN(INSTRUMENTED_RETURN_CONST);
#endif
#endif
}
#endif

static void code(void)
{
#if AT_LEAST(11)
    word("tableKind", "TABLE_LOCATIONS");
    value("codeSize", offsetof(PyCodeObject, co_code_adaptive));
#elif AT_LEAST(10)
    word("tableKind", "TABLE_LINES");
    value("codeSize", sizeof(PyCodeObject));
#else
    word("tableKind", "TABLE_LNOTAB");
    value("codeSize", sizeof(PyCodeObject));
#endif
    value("codeFilename", offsetof(PyCodeObject, co_filename));
    value("codeName", offsetof(PyCodeObject, co_name));
#if AT_LEAST(10)
    value("codeTable", offsetof(PyCodeObject, co_linetable));
#else
    value("codeTable", offsetof(PyCodeObject, co_lnotab));
#endif
    value("codeFirstLine", offsetof(PyCodeObject, co_firstlineno));
    value("codeFlags", offsetof(PyCodeObject, co_flags));
    value("codeArgumentCount", offsetof(PyCodeObject, co_argcount));
    value("codeStackSize", offsetof(PyCodeObject, co_stacksize));
#if AT_LEAST(11)
    value("codeQualname", offsetof(PyCodeObject, co_qualname));
    value("codeUnits", offsetof(PyCodeObject, ob_base.ob_size));
    value("codeAdaptive", offsetof(PyCodeObject, co_code_adaptive));
    value("codeFirstTraceable", offsetof(PyCodeObject, _co_firsttraceable));
    value("codeLocalsCount", offsetof(PyCodeObject, co_nlocalsplus));
#else
    value("codeBytes", offsetof(PyCodeObject, co_code));
#endif
#if AT_LEAST(12)
    value("codeFrameSize", offsetof(PyCodeObject, co_framesize));
    value("codeVersion", offsetof(PyCodeObject, co_version));
#endif
#if AT_LEAST(14) && defined(Py_GIL_DISABLED)
    value("frameTlbcIndex", offsetof(_PyInterpreterFrame, tlbc_index));
    value("codeTlbc", offsetof(PyCodeObject, co_tlbc));
    value("tlbcSize", offsetof(_PyCodeArray, size));
    value("tlbcEntries", offsetof(_PyCodeArray, entries));
#endif
}

/* The lowest bit that is set in the state word of `text`. */
static size_t lowest_bit(const PyASCIIObject *text)
{
    unsigned int bits;
    memcpy(&bits, (const char *)text + offsetof(PyASCIIObject, state), sizeof(bits));
    return (size_t)__builtin_ctz(bits);
}

static void objects(void)
{
    PyASCIIObject kind, compact, ascii;
    memset(&kind, 0, sizeof(kind));
    memset(&compact, 0, sizeof(compact));
    memset(&ascii, 0, sizeof(ascii));
    kind.state.kind = 1;
    compact.state.compact = 1;
    ascii.state.ascii = 1;
    value("objectType", offsetof(PyObject, ob_type));
    value("bytesSize", offsetof(PyBytesObject, ob_base.ob_size));
    value("bytesData", offsetof(PyBytesObject, ob_sval));
    value("unicodeLength", offsetof(PyASCIIObject, length));
    value("unicodeHash", offsetof(PyASCIIObject, hash));
    value("unicodeState", offsetof(PyASCIIObject, state));
    value("unicodeKindShift", lowest_bit(&kind));
    value("unicodeCompactShift", lowest_bit(&compact));
    value("unicodeAsciiShift", lowest_bit(&ascii));
    value("unicodeAsciiData", sizeof(PyASCIIObject));
    value("unicodeCompactData", sizeof(PyCompactUnicodeObject));
}

/* What leads from an interpreter's modules to the attributes of an object. */
static void attributes(void)
{
    value("typeBasicSize", offsetof(PyTypeObject, tp_basicsize));
    value("typeFlags", offsetof(PyTypeObject, tp_flags));
    value("typeDictOffset", offsetof(PyTypeObject, tp_dictoffset));
    value("typeCachedKeys", offsetof(PyHeapTypeObject, ht_cached_keys));
#if AT_LEAST(13)
    word("attributesKind", "ATTRIBUTES_INLINE");
#elif AT_LEAST(12)
    word("attributesKind", "ATTRIBUTES_TAGGED");
#elif AT_LEAST(11)
    word("attributesKind", "ATTRIBUTES_SEPARATE");
#else
    word("attributesKind", "ATTRIBUTES_DICT");
#endif
#if AT_LEAST(13)
    value("objectManagedDict", (size_t)-MANAGED_DICT_OFFSET);
#elif AT_LEAST(11)
    /* 3.11: _PyObject_ManagedDictPointer; 3.12: _PyObject_DictOrValuesPointer (pycore_object.h). */
    value("objectManagedDict", 3 * sizeof(PyObject *));
#endif
    value("dictKeys", offsetof(PyDictObject, ma_keys));
    value("dictValues", offsetof(PyDictObject, ma_values));
#if AT_LEAST(11)
    value("keysLogSize", offsetof(struct _dictkeysobject, dk_log2_size));
    value("keysLogIndexBytes", offsetof(struct _dictkeysobject, dk_log2_index_bytes));
    value("keysKind", offsetof(struct _dictkeysobject, dk_kind));
    value("valuesItems", offsetof(struct _dictvalues, values));
#else
    value("keysSize", offsetof(struct _dictkeysobject, dk_size));
    value("valuesItems", 0);
#endif
#if AT_LEAST(13)
    value("valuesValid", offsetof(struct _dictvalues, valid));
#endif
    value("keysEntryCount", offsetof(struct _dictkeysobject, dk_nentries));
    value("keysIndices", offsetof(struct _dictkeysobject, dk_indices));
    /* The first field behind the head: md_dict of PyModuleObject. */
    value("moduleDict", sizeof(PyObject));
#if AT_LEAST(12)
    value("integerSize", offsetof(PyLongObject, long_value.lv_tag));
    value("integerDigits", offsetof(PyLongObject, long_value.ob_digit));
    value("integerSizeShift", 3);
#else
    value("integerSize", offsetof(PyLongObject, ob_base.ob_size));
    value("integerDigits", offsetof(PyLongObject, ob_digit));
    value("integerSizeShift", 0);
#endif
    value("integerDigitBits", PyLong_SHIFT);
}

#if AT_LEAST(13)
#define PLACE(name, field) printf("place %s %zu\n", name, offsetof(struct _Py_DebugOffsets, field))

static void debug_offsets(void)
{
    printf("place bytes %zu\n", sizeof(struct _Py_DebugOffsets));
    PLACE("runtimeBytes", runtime_state.size);
    PLACE("runtimeInterpretersHead", runtime_state.interpreters_head);
    PLACE("interpreterBytes", interpreter_state.size);
    PLACE("interpreterId", interpreter_state.id);
    PLACE("interpreterNext", interpreter_state.next);
    PLACE("interpreterThreadsHead", interpreter_state.threads_head);
    PLACE("interpreterModules", interpreter_state.imports_modules);
    PLACE("interpreterCollector", interpreter_state.gc);
    PLACE("interpreterGil", interpreter_state.ceval_gil);
    PLACE("interpreterOwnGil", interpreter_state.gil_runtime_state);
    PLACE("gilLocked", interpreter_state.gil_runtime_state_locked);
    PLACE("gilHolder", interpreter_state.gil_runtime_state_holder);
    PLACE("collectorBytes", gc.size);
    PLACE("collectorCollecting", gc.collecting);
    PLACE("threadBytes", thread_state.size);
    PLACE("threadPrevious", thread_state.prev);
    PLACE("threadNext", thread_state.next);
    PLACE("threadInterpreter", thread_state.interp);
    PLACE("threadCurrentFrame", thread_state.current_frame);
    PLACE("threadId", thread_state.thread_id);
    PLACE("threadNativeId", thread_state.native_thread_id);
    PLACE("threadDatastackChunk", thread_state.datastack_chunk);
    PLACE("frameBytes", interpreter_frame.size);
    PLACE("framePrevious", interpreter_frame.previous);
    PLACE("frameExecutable", interpreter_frame.executable);
    PLACE("frameInstruction", interpreter_frame.instr_ptr);
    PLACE("frameLocals", interpreter_frame.localsplus);
    PLACE("frameOwner", interpreter_frame.owner);
    PLACE("codeBytes", code_object.size);
    PLACE("codeFilename", code_object.filename);
    PLACE("codeName", code_object.name);
    PLACE("codeQualname", code_object.qualname);
    PLACE("codeTable", code_object.linetable);
    PLACE("codeFirstLine", code_object.firstlineno);
    PLACE("codeArgumentCount", code_object.argcount);
    PLACE("codeAdaptive", code_object.co_code_adaptive);
    PLACE("objectBytes", pyobject.size);
    PLACE("objectType", pyobject.ob_type);
    PLACE("typeBytes", type_object.size);
    PLACE("typeFlags", type_object.tp_flags);
    PLACE("dictBytes", dict_object.size);
    PLACE("dictKeys", dict_object.ma_keys);
    PLACE("dictValues", dict_object.ma_values);
    PLACE("integerBytes", long_object.size);
    PLACE("integerSize", long_object.lv_tag);
    PLACE("integerDigits", long_object.ob_digit);
    PLACE("bytesBytes", bytes_object.size);
    PLACE("bytesSize", bytes_object.ob_size);
    PLACE("bytesData", bytes_object.ob_sval);
    PLACE("unicodeBytes", unicode_object.size);
    PLACE("unicodeState", unicode_object.state);
    PLACE("unicodeLength", unicode_object.length);
    PLACE("unicodeAsciiData", unicode_object.asciiobject_size);
#if AT_LEAST(14)
    PLACE("interpreterCodeDeaths", interpreter_state.code_object_generation);
    PLACE("frameStackPointer", interpreter_frame.stackpointer);
    PLACE("generatorBytes", gen_object.size);
    PLACE("generatorFrame", gen_object.gi_iframe);
    PLACE("generatorState", gen_object.gi_frame_state);
    PLACE("frameTlbcIndex", interpreter_frame.tlbc_index);
    PLACE("codeTlbc", code_object.co_tlbc);
#endif
#if AT_LEAST(15)
    PLACE("unicodeCompactData", unicode_object.compactunicodeobject_size);
#endif
}
#endif

#if AT_LEAST(13) && !AT_LEAST(14)
/* func_state.next_version lies deep in PyInterpreterState, behind fields that a debug build adds. */
static void code_creations(void)
{
    size_t offset = offsetof(PyInterpreterState, func_state.next_version);
    printf("build offset %zu\n", offset);
    printf("build tail %zu\n", sizeof(PyInterpreterState) - offset - sizeof(PyThreadState));
    printf("build rest %zu\n", sizeof(_PyRuntimeState) - sizeof(PyInterpreterState));
}
#endif

int main(void)
{
    runtime();
    thread();
    frame();
#if AT_LEAST(11)
    generator();
    returns();
#endif
    code();
    objects();
    attributes();
#if AT_LEAST(13)
    debug_offsets();
#if !AT_LEAST(14)
    code_creations();
#endif
#endif
    return 0;
}
