/* A server of workers that embeds Python, as uWSGI does: `workers <program text> <processes> <threads>`. Python is
   initialised once, the program text defines `application`, and the process forks; in each worker, threads made in C
   call it for ever. Says "ready PID PID …" when every thread of every worker has called it once, and ends when stdin does. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void Py_Initialize(void);
int PyRun_SimpleStringFlags(const char *text, void *flags);
int PyGILState_Ensure(void);
void PyGILState_Release(int state);
void *PyEval_SaveThread(void);
void PyEval_RestoreThread(void *thread);
void PyOS_BeforeFork(void);
void PyOS_AfterFork_Parent(void);
void PyOS_AfterFork_Child(void);

static int told[2];

static void *serve(void *unused) {
  for (int calls = 0;; calls++) {
    int state = PyGILState_Ensure();
    int failed = PyRun_SimpleStringFlags("application()", 0);
    PyGILState_Release(state);
    if (failed) exit(3);
    if (calls == 0 && write(told[1], ".", 1) != 1) exit(4);
  }
  return unused;
}

static void work(int threads) {
  pthread_t thread;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  PyOS_AfterFork_Child();
  PyEval_SaveThread();
  while (--threads > 0) pthread_create(&thread, 0, serve, 0);
  serve(0);
}

int main(int argc, char **argv) {
  char byte;
  if (argc < 4 || pipe(told) != 0) return 2;
  int processes = atoi(argv[2]), threads = atoi(argv[3]);
  pid_t workers[processes];
  Py_Initialize();
  if (PyRun_SimpleStringFlags(argv[1], 0) != 0) return 3;
  for (int i = 0; i < processes; i++) {
    PyOS_BeforeFork();
    workers[i] = fork();
    if (workers[i] == 0) work(threads);
    PyOS_AfterFork_Parent();
  }
  for (int i = 0; i < processes * threads; i++) {
    if (read(told[0], &byte, 1) != 1) return 5;
  }
  printf("ready");
  for (int i = 0; i < processes; i++) printf(" %d", workers[i]);
  printf("\n");
  fflush(stdout);
  void *main_thread = PyEval_SaveThread();
  while (read(0, &byte, 1) == 1) continue;
  for (int i = 0; i < processes; i++) {
    kill(workers[i], SIGKILL);
    waitpid(workers[i], 0, 0);
  }
  PyEval_RestoreThread(main_thread);
  return 0;
}
