/* A handler that pthread runs in the child of a fork, before os.fork comes to its own: it keeps the child there, running,
   for as long as the parent lives. `stay` is told the parent. */
#include <pthread.h>
#include <unistd.h>

static pid_t parent;

static void child(void) {
  while (getppid() == parent);
  _exit(0);
}

int stay(void) {
  parent = getpid();
  return pthread_atfork(0, 0, child);
}
