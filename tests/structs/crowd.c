/* A process that moves as a CPython does, made of structs (structs.h): threads that run at once, each of which goes through
 * the calls of crowd.py for ever, pushing and popping frames in the order of ceval.c's stores; and one that ends and begins
 * anew. With a GIL in the headers there is one thread only. It says "ready" on a line once they run, and ends with its
 * standard input. */
#include "structs.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef Py_GIL_DISABLED
#define THREADS 3
#else
#define THREADS 1
#endif
/* Turns of a thread that ends: some ms. */
#define BRIEF 2000

/* What lies before is in memory when what follows begins: the compiler moves no store across. */
#define SETTLE() __asm__ volatile("" ::: "memory")

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static PyInterpreterState *interpreter;

typedef struct {
    PyThreadState *tstate;
    _PyInterpreterFrame *entry;
    PyGenObject *generators[SOURCES];
    unsigned random;
} Runner;

/* Where a frame begins to run: its thread's own bytecode takes the code object's place (RESUME in bytecodes.c). */
static void resume(Runner *runner, _PyInterpreterFrame *frame, PyCodeObject *code)
{
    frame->instr_ptr += code->_co_firsttraceable;
    SETTLE();
#ifdef LOCAL_BYTECODE
    int index = ((_PyThreadStateImpl *)runner->tstate)->tlbc_index;
    if (frame->tlbc_index == index) return;
    pthread_mutex_lock(&lock);
    own_bytecode(runner->tstate, code);
    pthread_mutex_unlock(&lock);
    frame->tlbc_index = index;
    SETTLE();
    frame->instr_ptr = (_Py_CODEUNIT *)code->co_tlbc->entries[index] + code->_co_firsttraceable;
    SETTLE();
#endif
}

/* A frame that returns: the thread leaves it, then it is cleared, then its place is free (clear_thread_frame in ceval.c). */
static void leave(Runner *runner, _PyInterpreterFrame *frame, PyGenObject *generator)
{
    PyThreadState *tstate = runner->tstate;
    tstate->current_frame = frame->previous;
    SETTLE();
    if (generator != NULL) {
        generator->gi_frame_state = FRAME_CLEARED;
        frame->previous = NULL;
        SETTLE();
    }
#if PY_VERSION_HEX >= 0x030e0000
    frame->f_executable = PyStackRef_NULL;
    SETTLE();
#endif
    if (generator == NULL) tstate->datastack_top = (void *)frame;
    SETTLE();
}

static void work(Runner *runner)
{
    for (unsigned left = (runner->random = runner->random * 1103515245 + 12345) >> 26; left > 0; left--) SETTLE();
}

static void run(Runner *runner, int source, _PyInterpreterFrame *previous)
{
    PyCodeObject *code = code_of(source);
    PyGenObject *generator = runner->generators[source];
    _PyInterpreterFrame *frame = make_frame(runner->tstate, source, generator, previous);
    SETTLE();
    runner->tstate->current_frame = frame;
    SETTLE();
    _Py_CODEUNIT *begin = frame->instr_ptr;
    resume(runner, frame, code);
#ifdef LOCAL_BYTECODE
    begin = (_Py_CODEUNIT *)code->co_tlbc->entries[frame->tlbc_index];
#endif
    work(runner);
    for (const Call *call = calls[source]; call->callee >= 0; call++) {
        frame->instr_ptr = begin + call->unit;
        SETTLE();
        work(runner);
#if PY_VERSION_HEX < 0x030e0000
        frame->stacktop = code->co_nlocalsplus;
        SETTLE();
#endif
        frame->return_offset = 4;
        run(runner, call->callee, frame);
#if PY_VERSION_HEX < 0x030e0000
        frame->stacktop = -1;
        SETTLE();
#endif
        frame->instr_ptr += 4;
        SETTLE();
    }
    leave(runner, frame, generator);
}

static void run_turns(Runner *runner, unsigned turns)
{
    runner->tstate->current_frame = runner->entry;
    for (unsigned turn = 0; turns == 0 || turn < turns; turn++) run(runner, ROOT, runner->entry);
}

static void begin(Runner *runner)
{
    runner->tstate->native_thread_id = syscall(SYS_gettid);
    pthread_mutex_lock(&lock);
    link_thread(runner->tstate);
    pthread_mutex_unlock(&lock);
}

static void end(Runner *runner)
{
    PyThreadState *tstate = runner->tstate;
    tstate->current_frame = NULL;
    pthread_mutex_lock(&lock);
    if (tstate->prev != NULL) tstate->prev->next = tstate->next;
    else interpreter->threads.head = tstate->next;
    if (tstate->next != NULL) tstate->next->prev = tstate->prev;
    pthread_mutex_unlock(&lock);
}

static void *for_ever(void *runner)
{
    begin(runner);
    run_turns(runner, 0);
    return NULL;
}

static void *briefly(void *runner)
{
    begin(runner);
    run_turns(runner, BRIEF);
    end(runner);
    return NULL;
}

/* One brief thread after the other, with the same thread state, as an allocator gives it out again. */
static void *begin_anew(void *runner)
{
    for (;;) {
        pthread_t thread;
        pthread_create(&thread, NULL, briefly, runner);
        pthread_join(thread, NULL);
    }
}

int main(void)
{
    open_arena();
    make_functions();
    interpreter = take(sizeof(PyInterpreterState));
    interpreter->ceval.gil = &interpreter->_gil;
    _PyRuntime.interpreters.main = _PyRuntime.interpreters.head = interpreter;
    _PyRuntime.initialized = 1;
    static Runner runners[THREADS + 1];
    for (int i = 0; i <= THREADS; i++) {
        runners[i].tstate = make_thread(interpreter, 0, i);
        runners[i].entry = enter(runners[i].tstate);
        runners[i].random = i;
        make_room(runners[i].tstate, 64);
        for (int j = 0; j < SOURCES; j++) {
            if (sources[j].flags & CO_GENERATOR) runners[i].generators[j] = make_generator(j);
        }
    }
    interpreter->_gil.last_holder = runners[0].tstate;
    pthread_t thread;
    for (int i = 0; i < THREADS; i++) pthread_create(&thread, NULL, for_ever, &runners[i]);
    if (THREADS > 1) pthread_create(&thread, NULL, begin_anew, &runners[THREADS]);
    puts("ready");
    fflush(stdout);
    return getchar() == EOF ? 0 : 1;
}
