/* CPython's own structs, put together by hand: its headers lay out the runtime, interpreters, thread states, frames, code
 * objects and strings, their initialiser fills in _Py_DebugOffsets, and their inline functions push the frames. So a build
 * that is not at hand, a free-threaded one, is there byte for byte as far as its headers tell. In: the headers of a CPython
 * (3.13+), with or without Py_GIL_DISABLED, and TABLES, which compile.py writes. It runs no Python. */
#define Py_BUILD_CORE 1
#define NDEBUG 1
#include <Python.h>

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "internal/pycore_ceval.h"
#include "internal/pycore_code.h"
#include "internal/pycore_frame.h"
#include "internal/pycore_gc.h"
#include "internal/pycore_interp.h"
#include "internal/pycore_object.h"
#include "internal/pycore_runtime.h"
#include "internal/pycore_runtime_init.h"
#include "internal/pycore_tstate.h"
#if PY_VERSION_HEX >= 0x030e0000
#include "internal/pycore_interpframe.h"
#include "internal/pycore_stackref.h"
#endif

typedef struct {
    const unsigned *name; /* code points, 0 at the end */
    const unsigned char *bytecode, *locations;
    int units, location_bytes, flags, argument_count, stack_size, first_line, locals_count, first_traceable;
} Source;

/* A frame of a stack: where it stands, and marks that compile.py explains. */
typedef struct {
    int source, unit;
    const char *marks;
} Step;

typedef struct {
    int interpreter, tlbc_index;
    const Step *steps;
    int count;
} Stack;

/* A call that a function makes. */
typedef struct {
    int unit, callee;
} Call;

#include TABLES

#define SOURCES ((int)(sizeof(sources) / sizeof(sources[0])))

_PyRuntimeState _PyRuntime = _PyRuntimeState_INIT(_PyRuntime, _Py_Debug_Cookie);

/* Everything that is put together lies here, at the same address each time. */
#define ARENA_START ((char *)(sizeof(void *) == 8 ? 0x7f1000000000 : 0x30000000))
#define ARENA_BYTES ((size_t)4 << 20)
#define CHUNK_BYTES ((size_t)16 << 10)

static char *arena = NULL;

static void open_arena(void)
{
    arena = mmap(ARENA_START, ARENA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (arena != ARENA_START) perror("mmap"), exit(1);
}

static void *take(size_t bytes)
{
    void *taken = arena;
    arena += (bytes + 15) & ~(size_t)15;
    if (arena > ARENA_START + ARENA_BYTES) abort();
    return taken;
}

static PyTypeObject *type_named(const char *name)
{
    PyTypeObject *type = take(sizeof(PyTypeObject));
    type->tp_name = strcpy(take(strlen(name) + 1), name);
    return type;
}

/* An object of that type, which lives for ever and belongs to no thread. */
static void *make_object(size_t bytes, PyTypeObject *type)
{
    static const PyObject immortal[] = {PyObject_HEAD_INIT(NULL)};
    PyObject *made = take(bytes);
    *made = immortal[0];
    made->ob_type = type;
    return made;
}

/* A str with the fewest bytes a character; its characters elsewhere where it isn't compact. */
static PyObject *make_string(PyTypeObject *type, const unsigned *points, int compact)
{
    unsigned largest = 0;
    size_t length = 0;
    for (; points[length]; length++) largest = points[length] > largest ? points[length] : largest;
    int kind = largest < 0x100 ? 1 : largest < 0x10000 ? 2 : 4;
    int ascii = largest < 0x80;
    size_t header = !compact ? sizeof(PyUnicodeObject) : ascii ? sizeof(PyASCIIObject) : sizeof(PyCompactUnicodeObject);
    PyUnicodeObject *made = make_object(header + (compact ? (length + 1) * kind : 0), type);
    PyASCIIObject *head = &made->_base._base;
    head->length = (Py_ssize_t)length;
    head->hash = -1;
    head->state.interned = 1;
    head->state.kind = kind;
    head->state.compact = compact;
    head->state.ascii = ascii;
    char *data = (char *)made + header;
    if (!compact) made->data.any = data = take((length + 1) * kind);
    for (size_t i = 0; i < length; i++) memcpy(data + i * kind, &points[i], kind);
    return (PyObject *)made;
}

static PyObject *make_bytes(PyTypeObject *type, const unsigned char *content, int length)
{
    PyBytesObject *made = make_object(sizeof(PyBytesObject) + length, type);
    made->ob_base.ob_size = length;
    memcpy(made->ob_sval, content, length);
    return (PyObject *)made;
}

static PyFunctionObject *functions[SOURCES];
static PyTypeObject *str_type, *bytes_type, *code_type, *function_type;

static PyCodeObject *code_of(int source) { return (PyCodeObject *)functions[source]->func_code; }

static void make_function(int i, PyObject *file)
{
    const Source *source = &sources[i];
    PyCodeObject *code = make_object(sizeof(PyCodeObject) + source->units * sizeof(_Py_CODEUNIT), code_type);
    code->ob_base.ob_size = source->units;
    code->co_flags = source->flags;
    code->co_argcount = source->argument_count;
    code->co_stacksize = source->stack_size;
    code->co_firstlineno = source->first_line;
    code->co_nlocalsplus = code->co_nlocals = source->locals_count;
    code->co_framesize = source->locals_count + source->stack_size + FRAME_SPECIALS_SIZE;
    code->co_version = 100 + i;
    code->co_filename = file;
    code->co_name = code->co_qualname = make_string(str_type, source->name, i % 4 != 3);
    code->co_linetable = make_bytes(bytes_type, source->locations, source->location_bytes);
    code->_co_firsttraceable = source->first_traceable;
    memcpy(_PyCode_CODE(code), source->bytecode, source->units * sizeof(_Py_CODEUNIT));
#ifdef Py_GIL_DISABLED
    /* As code and function objects have it, so that frames hold references without counting them; but some do count. */
    if (i % 3 != 0) ((PyObject *)code)->ob_gc_bits |= _PyGC_BITS_DEFERRED;
#if PY_VERSION_HEX >= 0x030e0000
    code->co_tlbc = take(sizeof(_PyCodeArray));
    code->co_tlbc->size = 1;
    code->co_tlbc->entries[0] = code->co_code_adaptive;
#endif
#endif
    PyFunctionObject *function = functions[i] = make_object(sizeof(PyFunctionObject), function_type);
    function->func_code = (PyObject *)code;
    function->func_globals = function->func_builtins = (PyObject *)function;
}

static void make_functions(void)
{
    str_type = type_named("str"), bytes_type = type_named("bytes");
    code_type = type_named("code"), function_type = type_named("function");
    PyObject *file = make_string(str_type, filename, 1);
    for (int i = 0; i < SOURCES; i++) make_function(i, file);
}

#if defined(Py_GIL_DISABLED) && PY_VERSION_HEX >= 0x030e0000
#define LOCAL_BYTECODE 1
#endif

#ifdef LOCAL_BYTECODE
/* The thread's own copy of the code's bytecode: made as create_tlbc_lock_held in codeobject.c does, which no header has. */
static void own_bytecode(PyThreadState *tstate, PyCodeObject *code)
{
    int index = ((_PyThreadStateImpl *)tstate)->tlbc_index;
    _PyCodeArray *array = code->co_tlbc;
    if (index >= array->size) {
        Py_ssize_t size = array->size;
        while (size <= index) size <<= 1;
        _PyCodeArray *larger = take(offsetof(_PyCodeArray, entries) + size * sizeof(void *));
        larger->size = size;
        memcpy(larger->entries, array->entries, array->size * sizeof(void *));
        code->co_tlbc = array = larger;
    }
    if (array->entries[index] != NULL) return;
    array->entries[index] = take(_PyCode_NBYTES(code));
    memcpy(array->entries[index], _PyCode_CODE(code), _PyCode_NBYTES(code));
}
#endif

/* Room for a frame on the datastack (push_chunk in pystate.c, which no header has). */
static void make_room(PyThreadState *tstate, int words)
{
    if (tstate->datastack_top != NULL && words < tstate->datastack_limit - tstate->datastack_top) return;
    _PyStackChunk *chunk = take(CHUNK_BYTES), *previous = tstate->datastack_chunk;
    if (previous != NULL) previous->top = tstate->datastack_top - &previous->data[0];
    chunk->previous = previous;
    chunk->size = CHUNK_BYTES;
    tstate->datastack_chunk = chunk;
    tstate->datastack_limit = (void *)((char *)chunk + CHUNK_BYTES);
    tstate->datastack_top = &chunk->data[previous == NULL];
}

/* The frame through which C enters the interpreter (_PyEval_EvalFrameDefault in ceval.c). */
static _PyInterpreterFrame *enter(PyThreadState *tstate)
{
    _PyInterpreterFrame *entry = take(sizeof(_PyInterpreterFrame) + sizeof(void *));
#if PY_VERSION_HEX >= 0x030e0000
    entry->f_executable = PyStackRef_FromPyObjectNew((PyObject *)functions[0]);
    entry->owner = FRAME_OWNED_BY_INTERPRETER;
#else
    entry->f_executable = (PyObject *)functions[0];
    entry->owner = FRAME_OWNED_BY_CSTACK;
#endif
    entry->instr_ptr = _PyCode_CODE(code_of(0));
    entry->previous = tstate->current_frame;
    return entry;
}

/* A frame of a function on top of another, on the datastack or, for a generator's, where that lies; not yet the thread's. */
static _PyInterpreterFrame *make_frame(PyThreadState *tstate, int source, PyGenObject *generator,
                                       _PyInterpreterFrame *previous)
{
    _PyInterpreterFrame *frame = &generator->gi_iframe;
    PyFunctionObject *function = functions[source];
    PyCodeObject *code = code_of(source);
    if (generator == NULL) make_room(tstate, code->co_framesize);
#if PY_VERSION_HEX >= 0x030e0000
    _PyStackRef reference = PyStackRef_FromPyObjectNew((PyObject *)function);
    if (generator == NULL) return _PyFrame_PushUnchecked(tstate, reference, 0, previous);
    _PyFrame_Initialize(tstate, frame, reference, NULL, code, 0, previous);
#else
    if (generator == NULL) frame = _PyFrame_PushUnchecked(tstate, function, 0);
    else _PyFrame_Initialize(frame, function, NULL, code, 0);
    frame->previous = previous;
    if (generator == NULL) return frame;
#endif
    frame->owner = FRAME_OWNED_BY_GENERATOR;
    generator->gi_frame_state = FRAME_EXECUTING;
    return frame;
}

static PyGenObject *make_generator(int source)
{
    return make_object(offsetof(PyGenObject, gi_iframe) + code_of(source)->co_framesize * sizeof(PyObject *), NULL);
}

static PyThreadState *make_thread(PyInterpreterState *interpreter, int native_id, int tlbc_index)
{
    PyThreadState *tstate = &((_PyThreadStateImpl *)take(sizeof(_PyThreadStateImpl)))->base;
    tstate->interp = interpreter;
    tstate->native_thread_id = native_id;
#ifdef LOCAL_BYTECODE
    ((_PyThreadStateImpl *)tstate)->tlbc_index = tlbc_index;
#endif
    return tstate;
}

/* Into the interpreter's list, newest first (add_threadstate in pystate.c). */
static void link_thread(PyThreadState *tstate)
{
    PyInterpreterState *interpreter = tstate->interp;
    tstate->prev = NULL;
    tstate->next = interpreter->threads.head;
    if (tstate->next != NULL) tstate->next->prev = tstate;
    interpreter->threads.head = tstate;
}
