// The first instructions of a standalone executable on Linux, before the runtime's: note what we inherited, which the runtime then changes (it
// raises the limit of open files, ignores signals, and marks descriptors close-on-exec). In: the kernel's answers. Out: bin/austin's notes, at an address
// that src/host/linux/noted.ts reads. Registers, stack and environment stay as they were. There is no library here, only system calls.
//
// front.mjs appends it to the executable, in the place of a note segment, and has the entry point lead here. The dynamic loader has run by then: it
// changes none of this.
#define PAGES 0x1000000000ul // where the notes are: free in every program that has just begun, and in reach with 39 bits
#define SIZE 0x40000ul       // for more descriptors than anybody passes on

#if defined(__x86_64__)
enum { kClose = 3, kMmap = 9, kSigaction = 13, kSigprocmask = 14, kGetpid = 39, kFcntl = 72, kGetdents = 217, kOpenat = 257, kPrlimit = 302 };
__asm__(
    ".section .text.start, \"ax\"\n"
    ".globl start\n"
    "start: .quad 0, 0\n" // the way from here to the runtime's own entry point, by front.mjs
    "push %rdx\n push %rdx\n"
    "call note\n"
    "pop %rdx\n pop %rdx\n"
    "lea start(%rip), %rax\n add (%rax), %rax\n jmp *%rax\n");
static long Call(long number, long a, long b, long c, long d, long e, long f) {
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9) : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
enum { kClose = 57, kMmap = 222, kSigaction = 134, kSigprocmask = 135, kGetpid = 172, kFcntl = 25, kGetdents = 61, kOpenat = 56, kPrlimit = 261 };
__asm__(
    ".section .text.start, \"ax\"\n"
    ".globl start\n"
    "start: .quad 0, 0\n"
    "stp x0, x30, [sp, #-16]!\n"
    "bl note\n"
    "ldp x0, x30, [sp], #16\n"
    "adr x16, start\n ldr x17, [x16]\n add x16, x16, x17\n br x16\n");
static long Call(long number, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc #0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
#endif

static char* PutWord(char* at, const char* word) {
  while (*word != 0) *at++ = *word++;
  return at;
}

static char* PutNumber(char* at, unsigned long number, unsigned long base) {
  char digits[24];
  int count = 0;
  do {
    const unsigned long digit = number % base;
    digits[count++] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
    number /= base;
  } while (number != 0);
  while (count > 0) *at++ = digits[--count];
  return at;
}

// Descriptors that whatever is started has. Where there is no list of them, nobody knows; 0 then: there are no notes at all.
static char* PutDescriptors(char* at, const char* end) {
  const long folder = Call(kOpenat, -100, (long)"/proc/self/fd", 0200000 | 02000000, 0, 0, 0);
  if (folder < 0) return 0;
  char entries[2048] __attribute__((aligned(8)));
  for (;;) {
    const long size = Call(kGetdents, folder, (long)entries, sizeof(entries), 0, 0, 0);
    if (size < 0 || end - at < (long)sizeof(entries)) at = 0;
    if (size <= 0 || at == 0) break;
    for (long from = 0; from < size; from += *(unsigned short*)(entries + from + 16)) {
      const char* name = entries + from + 19;
      long number = 0;
      if (*name == '.') continue;
      while (*name != 0) number = number * 10 + (*name++ - '0');
      if (number == folder || (Call(kFcntl, number, 1, 0, 0, 0, 0) & 1) != 0) continue; // F_GETFD, FD_CLOEXEC
      at = PutNumber(PutWord(at, " fd:"), (unsigned long)number, 10);
    }
  }
  Call(kClose, folder, 0, 0, 0, 0, 0);
  return at;
}

__attribute__((used, visibility("hidden"))) void note(void) {
  // Private, anonymous, and nowhere else where this is taken (MAP_FIXED_NOREPLACE, which older kernels take for a wish).
  char* const notes = (char*)Call(kMmap, (long)PAGES, (long)SIZE, 3, 0x22 | 0x100000, -1, 0);
  if (notes != (char*)PAGES) return;
  unsigned long mask = 0;
  unsigned long ignored = 0;
  unsigned long limit[2];
  struct { unsigned long handler, flags, restorer, mask; } action;
  if (Call(kSigprocmask, 0, 0, (long)&mask, 8, 0, 0) < 0 || Call(kPrlimit, 0, 7, 0, (long)limit, 0, 0) < 0) return;
  for (long number = 1; number <= 64; number++) {
    if (Call(kSigaction, number, 0, (long)&action, 8, 0, 0) == 0 && action.handler == 1) ignored |= 1ul << (number - 1);
  }
  char* at = PutNumber(PutWord(notes + 8, "pid:"), (unsigned long)Call(kGetpid, 0, 0, 0, 0, 0, 0), 10);
  at = PutNumber(PutWord(at, " SigBlk:"), mask, 16);
  at = PutNumber(PutWord(at, " SigIgn:"), ignored, 16);
  at = PutWord(at, " files:");
  at = limit[0] == ~0ul ? PutWord(at, "unlimited") : PutNumber(at, limit[0], 10);
  at = PutDescriptors(at, notes + SIZE);
  if (at != 0) PutWord(notes, "AUSTINFR"); // now they are whole
}
