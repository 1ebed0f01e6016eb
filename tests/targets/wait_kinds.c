/* A thread for each kind of wait, which works a little, waits a little, and counts how its waits end. Prints "ready" once all run; on SIGTERM prints, a line a kind,
   its name, how many waits ended, and how many of them with EINTR. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define MICROSECONDS 300
static const struct timespec span = {0, MICROSECONDS * 1000};

static struct timespec later(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  now.tv_nsec += MICROSECONDS * 1000;
  if (now.tv_nsec >= 1000000000) now.tv_sec++, now.tv_nsec -= 1000000000;
  return now;
}

/* Each returns what its call returned; whatever it waits on is made at its first call, in the thread's own variables. */
#define KEPT(type, name, ...) static __thread type name; static __thread int has_##name; if (!has_##name) { has_##name = 1; __VA_ARGS__; }

static int nanosleep_(void) { return nanosleep(&span, NULL); }
static int clock_nanosleep_(void) { errno = clock_nanosleep(CLOCK_MONOTONIC, 0, &span, NULL); return errno ? -1 : 0; }
static int poll_(void) { return poll(NULL, 0, 1); }
static int ppoll_(void) { return ppoll(NULL, 0, &span, NULL); }
static int select_(void) { struct timeval time = {0, MICROSECONDS}; return select(0, NULL, NULL, NULL, &time); }
static int pselect_(void) { return pselect(0, NULL, NULL, NULL, &span, NULL); }
static int epoll_wait_(void) {
  KEPT(int, set, set = epoll_create1(0));
  struct epoll_event event;
  return epoll_wait(set, &event, 1, 1);
}
static int epoll_pwait_(void) {
  KEPT(int, set, set = epoll_create1(0));
  struct epoll_event event;
  return epoll_pwait(set, &event, 1, 1, NULL);
}
static void make_pair(int *pair, int option) {
  struct timeval time = {0, 1000};
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  setsockopt(pair[0], SOL_SOCKET, option, &time, sizeof time);
}
typedef int pair_of_files[2];
static int recv_(void) { char byte; KEPT(pair_of_files, pair, make_pair(pair, SO_RCVTIMEO)); return recv(pair[0], &byte, 1, 0); }
static int recvmsg_(void) {
  char byte;
  struct iovec place = {&byte, 1};
  struct msghdr message = {.msg_iov = &place, .msg_iovlen = 1};
  KEPT(pair_of_files, pair, make_pair(pair, SO_RCVTIMEO));
  return recvmsg(pair[0], &message, 0);
}
static int read_socket(void) { char byte; KEPT(pair_of_files, pair, make_pair(pair, SO_RCVTIMEO)); return read(pair[0], &byte, 1); }
static int send_(void) {
  static char bytes[1 << 16];
  KEPT(pair_of_files, pair, make_pair(pair, SO_SNDTIMEO));
  return send(pair[0], bytes, sizeof bytes, 0);
}
static int accept_(void) {
  KEPT(int, file, { struct timeval time = {0, 1000}; file = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr address = {.sa_family = AF_UNIX};
    bind(file, &address, sizeof(sa_family_t)); listen(file, 1);
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time); });
  return accept(file, NULL, NULL);
}
static int sigtimedwait_(void) { sigset_t set; sigemptyset(&set); sigaddset(&set, SIGUSR2); return sigtimedwait(&set, NULL, &span); }
static int semtimedop_(void) {
  KEPT(int, set, set = semget(IPC_PRIVATE, 1, 0600));
  struct sembuf down = {0, -1, 0};
  return semtimedop(set, &down, 1, &span);
}
static int futex_(void) { static __thread int word; return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &span, NULL, 0); }
static int sem_timedwait_(void) {
  KEPT(sem_t, semaphore, sem_init(&semaphore, 0, 0));
  struct timespec time = later(CLOCK_REALTIME);
  return sem_timedwait(&semaphore, &time);
}
static int cond_timedwait_(void) {
  static __thread pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static __thread pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  struct timespec time = later(CLOCK_REALTIME);
  pthread_mutex_lock(&mutex);
  errno = pthread_cond_timedwait(&condition, &mutex, &time);
  pthread_mutex_unlock(&mutex);
  return -1;
}
static int io_getevents_(void) {
  KEPT(aio_context_t, context, syscall(SYS_io_setup, 1, &context));
  struct io_event event;
  return syscall(SYS_io_getevents, context, 1, 1, &event, &span);
}
static int timerfd_(void) {
  unsigned long long times;
  KEPT(int, timer, timer = timerfd_create(CLOCK_MONOTONIC, 0));
  struct itimerspec once = {.it_value = span};
  timerfd_settime(timer, 0, &once, NULL);
  return read(timer, &times, sizeof times);
}
static int mq_timedreceive_(void) {
  char bytes[64];
  KEPT(mqd_t, queue, { struct mq_attr how = {.mq_maxmsg = 1, .mq_msgsize = sizeof bytes}; queue = mq_open("/austin-waits", O_RDWR | O_CREAT, 0600, &how);
    mq_unlink("/austin-waits"); });
  struct timespec time = later(CLOCK_REALTIME);
  return mq_timedreceive(queue, bytes, sizeof bytes, NULL, &time);
}
/* Those that know no time are woken by a helper. */
static void *wake(void *file) { for (;;) { unsigned long long one = 1; nanosleep(&span, NULL); if (write((int)(long)file, &one, 8) < 0) break; } return NULL; }
static void wake_by(int file) { pthread_t helper; pthread_create(&helper, NULL, wake, (void *)(long)file); }
static int pipe_(void) { char bytes[8]; KEPT(pair_of_files, ends, { if (pipe(ends) == 0) wake_by(ends[1]); }); return read(ends[0], bytes, 8); }
static int eventfd_(void) { unsigned long long times; KEPT(int, file, { file = eventfd(0, 0); wake_by(file); }); return read(file, &times, 8); }

static struct kind { const char *name; int (*wait)(void); volatile long waits, interrupted; } kinds[] = {
#define KIND(name) {#name, name, 0, 0}
  KIND(nanosleep_), KIND(clock_nanosleep_), KIND(poll_), KIND(ppoll_), KIND(select_), KIND(pselect_), KIND(epoll_wait_), KIND(epoll_pwait_), KIND(recv_),
  KIND(recvmsg_), KIND(read_socket), KIND(send_), KIND(accept_), KIND(sigtimedwait_), KIND(semtimedop_), KIND(futex_), KIND(sem_timedwait_), KIND(cond_timedwait_),
  KIND(io_getevents_), KIND(timerfd_), KIND(mq_timedreceive_), KIND(pipe_), KIND(eventfd_),
};
#define COUNT (sizeof kinds / sizeof *kinds)

static void *run(void *argument) {
  struct kind *kind = argument;
  for (;;) {
    for (volatile int i = 0; i < 2000; i++);
    int outcome = kind->wait();
    if (outcome < 0 && errno == EINTR) kind->interrupted++;
    kind->waits++;
  }
  return NULL;
}

int main(void) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &signals, NULL);
  for (size_t i = 0; i < COUNT; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, run, &kinds[i]);
  }
  sigdelset(&signals, SIGUSR2);
  puts("{\"ready\": true}");
  fflush(stdout);
  int which;
  sigwait(&signals, &which);
  for (size_t i = 0; i < COUNT; i++) printf("%s %ld %ld\n", kinds[i].name, kinds[i].waits, kinds[i].interrupted);
  return 0;
}
