/* A target's memory, made of structs (structs.h): two interpreters, and threads with the stacks that compile.py laid out. Out,
 * run with a file's name: the memory, at fixed addresses; and a line with its start, the runtime's address and the word size. */
#include "structs.h"

#define STACKS ((int)(sizeof(stacks) / sizeof(stacks[0])))

static _PyInterpreterFrame *push(PyThreadState *tstate, const Step *step, _PyInterpreterFrame *previous)
{
    int isGenerator = strchr(step->marks, 'g') != NULL;
#ifdef LOCAL_BYTECODE
    if (strchr(step->marks, 'm') == NULL) own_bytecode(tstate, code_of(step->source));
#endif
    PyGenObject *generator = isGenerator ? make_generator(step->source) : NULL;
    _PyInterpreterFrame *frame = make_frame(tstate, step->source, generator, previous);
    frame->instr_ptr += step->unit;
    frame->return_offset = 4;
    tstate->current_frame = frame;
    return frame;
}

static PyThreadState *thread(PyInterpreterState *interpreter, int number, const Stack *stack)
{
    PyThreadState *tstate = make_thread(interpreter, 4711 + number, stack->tlbc_index);
    link_thread(tstate);
    _PyInterpreterFrame *frame = NULL;
    for (int i = 0; i < stack->count; i++) {
        const Step *step = &stack->steps[i];
        frame = push(tstate, step, strchr(step->marks, 'c') != NULL ? enter(tstate) : frame);
    }
#if PY_VERSION_HEX < 0x030e0000
    if (frame != NULL) frame->stacktop = -1; /* it runs */
#endif
    return tstate;
}

int main(int count, char **arguments)
{
    FILE *out = count == 2 ? fopen(arguments[1], "wb") : NULL;
    if (out == NULL) return fprintf(stderr, "usage: %s FILE\n", arguments[0]), 2;
    open_arena();
    _PyRuntimeState *runtime = take(sizeof(_PyRuntimeState));
    /* The rest of it names what the linker put anywhere. */
    runtime->debug_offsets = _PyRuntime.debug_offsets;
    runtime->initialized = 1;
    make_functions();

    PyInterpreterState *interpreters[2];
    for (int i = 0; i < 2; i++) {
        interpreters[i] = take(sizeof(PyInterpreterState));
        interpreters[i]->id = i;
        interpreters[i]->next = i == 0 ? NULL : interpreters[i - 1];
        interpreters[i]->ceval.gil = &interpreters[0]->_gil;
        interpreters[i]->gc.collecting = i;
    }
    runtime->interpreters.main = interpreters[0];
    runtime->interpreters.head = interpreters[1];
    PyThreadState *last = NULL;
    for (int i = 0; i < STACKS; i++) last = thread(interpreters[stacks[i].interpreter], i, &stacks[i]);
    interpreters[0]->_gil.last_holder = last;

    size_t used = arena - ARENA_START;
    if (fwrite(ARENA_START, 1, used, out) != used || fclose(out) != 0) return perror(arguments[1]), 1;
    printf("{\"start\": %llu, \"runtime\": %llu, \"wordSize\": %zu}\n", (unsigned long long)(uintptr_t)ARENA_START,
           (unsigned long long)(uintptr_t)runtime, sizeof(void *));
    return 0;
}
