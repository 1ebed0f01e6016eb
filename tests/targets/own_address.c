// Says where one of its own bytes lies, as it has it itself, and waits for its input's end.
#include <stdio.h>

static char own = 1;

int main(void) {
  printf("%lu\n", (unsigned long)(void *)&own);
  fflush(stdout);
  return getchar() == EOF ? 0 : own;
}
