/* Much mapped memory in a program that isn't Python and may become it: `mappings COUNT FILE`. COUNT mappings of memory, each other
   one to be read alone, and FILE mapped a hundred times as code, as JIT compilers have theirs in two places. Says "ready" and ends
   when stdin does. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL

int main(int argc, char **argv) {
  char byte;
  if (argc != 3) return 2;
  unsigned long count = strtoul(argv[1], 0, 10);
  char *memory = mmap(0, count * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return 3;
  for (unsigned long i = 0; i < count; i += 2)
    if (mprotect(memory + i * PAGE, PAGE, PROT_READ) != 0) return 4;
  int file = open(argv[2], O_RDONLY);
  for (unsigned long i = 1; i < 200; i += 2)
    if (mmap(memory + i * PAGE, PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_FIXED, file, 0) == MAP_FAILED) return 5;
  printf("ready\n");
  fflush(stdout);
  if (read(0, &byte, 1) == 1) execvp(argv[0], argv);
  return 0;
}
