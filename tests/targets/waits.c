/* Python in a C program that runs none of it while it is looked at, as a server whose workers wait for work: `waits told` or
   `waits untold`, by whether Python is told of the fork. The main thread has given the GIL away; a thread that C made has called Python once, keeps its thread state, and waits; another one
   did the same and has ended without a word to Python; and a child that was forked waits, too. Says "ready WAITING ENDED CHILD",
   the threads' ids and the child's, and ends when stdin does. */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

void Py_Initialize(void);
int PyRun_SimpleStringFlags(const char *text, void *flags);
int PyGILState_Ensure(void);
void *PyEval_SaveThread(void);
void PyOS_BeforeFork(void);
void PyOS_AfterFork_Parent(void);
void PyOS_AfterFork_Child(void);

static int told[2];

static void *call_once(void *waits) {
  int id = (int)syscall(SYS_gettid);
  PyGILState_Ensure();
  if (PyRun_SimpleStringFlags("pass", 0) != 0) exit(3);
  PyEval_SaveThread();
  if (write(told[1], &id, sizeof id) != sizeof id) exit(4);
  while (waits) pause();
  return 0;
}

static int begin(pthread_t *thread, void *waits) {
  int id;
  if (pthread_create(thread, 0, call_once, waits) != 0) exit(5);
  if (read(told[0], &id, sizeof id) != sizeof id) exit(6);
  return id;
}

int main(int argc, char **argv) {
  pthread_t thread;
  char byte;
  if (argc != 2 || pipe(told) != 0) return 2;
  int tells = strcmp(argv[1], "told") == 0;
  Py_Initialize();
  if (tells) PyOS_BeforeFork();
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (tells) PyOS_AfterFork_Child();
    PyEval_SaveThread();
    if (write(told[1], "", 1) != 1) return 4;
    for (;;) pause();
  }
  if (tells) PyOS_AfterFork_Parent();
  PyEval_SaveThread();
  if (read(told[0], &byte, 1) != 1) return 6;
  int waiting = begin(&thread, told);
  int ended = begin(&thread, 0);
  pthread_join(thread, 0);
  printf("ready %d %d %d\n", waiting, ended, child);
  fflush(stdout);
  while (read(0, &byte, 1) == 1) continue;
  kill(child, SIGKILL);
  waitpid(child, 0, 0);
  _exit(0);
}
