/* Python inside a C program that links it: `embed <program text>`. Built in several ways by the tests. */
void Py_Initialize(void);
int PyRun_SimpleStringFlags(const char *text, void *flags);

#ifdef COPY_RELOCATION
/* Taking its address in code that is not position-independent moves the runtime into this program. */
extern char _PyRuntime[];
char *volatile runtime;
#endif

int main(int argc, char **argv) {
  if (argc < 2) return 2;
#ifdef COPY_RELOCATION
  runtime = _PyRuntime;
#endif
  Py_Initialize();
  return PyRun_SimpleStringFlags(argv[1], 0);
}
