/* Python inside a C program that loads it late: `load <program text> <path of libpython>` says that it is ready, waits
   for a line, and only then loads the library. */
#include <dlfcn.h>
#include <stdio.h>

typedef void Initialize(void);
typedef int Run(const char *text, void *flags);

int main(int argc, char **argv) {
  char line[16];
  if (argc < 3) return 2;
  printf("ready\n");
  fflush(stdout);
  /* One byte at a time: what follows is for Python to read. */
  setvbuf(stdin, 0, _IONBF, 0);
  if (fgets(line, sizeof line, stdin) == 0) return 3;
  void *library = dlopen(argv[2], RTLD_NOW | RTLD_GLOBAL);
  if (library == 0) return 4;
  ((Initialize *)dlsym(library, "Py_Initialize"))();
  return ((Run *)dlsym(library, "PyRun_SimpleStringFlags"))(argv[1], 0);
}
