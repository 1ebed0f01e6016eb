/* Functions whose frames are of every kind that unwind tables describe, each of which calls the next and then a callback. */
#include <alloca.h>
#include <string.h>

typedef int (*callback)(void);

/* Whoever has such a table-less function in the way is found by a search: it's built apart, without tables. */
int call_without_table(callback called);

#define STAYS __attribute__((noinline, noclone))

/* A frame that ends with a call would be left before it. */
#define AND_STAYS(call) ({ int came = (call); __asm__ volatile("" ::: "memory"); came; })

#ifdef WITHOUT_TABLE

STAYS int call_without_table(callback called) {
  char bytes[64];
  __asm__ volatile("" ::"r"(bytes) : "memory");
  return AND_STAYS(called());
}

#else

/* A frame of a size that only runs tell: the frame pointer leads on. */
static STAYS int varying(callback called, int size) {
  char *bytes = alloca(size);
  memset(bytes, 1, size);
  __asm__ volatile("" ::"r"(bytes) : "memory");
  return AND_STAYS(called());
}

/* A stack that is aligned anew: the CFA is stored in the frame. */
static STAYS int realigned(callback called) {
  char bytes[256] __attribute__((aligned(64)));
  memset(bytes, 1, sizeof bytes);
  __asm__ volatile("" ::"r"(bytes) : "memory");
  return AND_STAYS(varying(called, 200 + bytes[0]));
}

/* Registers that are saved, and no frame pointer. */
static STAYS int plain(callback called) { return AND_STAYS(realigned(called)); }

int tower(callback called) { return AND_STAYS(plain(called)); }

/* More than the pages that stacks nearly always fit in. */
int large(callback called) {
  char bytes[600000];
  memset(bytes, 1, sizeof bytes);
  __asm__ volatile("" ::"r"(bytes) : "memory");
  return AND_STAYS(tower(called));
}

int without_table(callback called) { return AND_STAYS(call_without_table(called)); }

#endif
