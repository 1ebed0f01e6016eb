// What a Python program calls over and over: C++ that calls C++, which has a function inlined.
namespace work {

inline __attribute__((always_inline)) long mixed(long value, long round) {
  return value * 31 + round;
}

__attribute__((noinline)) long inner(long rounds) {
  volatile long value = 1;
  for (long round = 0; round < rounds; round++)
    value = mixed(value, round);
  return value;
}

}  // namespace work

extern "C" long outer(long rounds) {
  long value = work::inner(rounds);
  return value + 1;
}
