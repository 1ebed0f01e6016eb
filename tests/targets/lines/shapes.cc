// C++ whose lines are asked for: a method, a template, what is inlined, a lambda, what is never called, and a file of which the compiler is told another name.
#include "shapes.h"

extern "C" int puts(const char *text);

namespace shapes {

Square::Square(double side) : side_(side) {}
Square::~Square() {}

double Square::area(double scale) const {
  double scaled = side_ * scale;
  return squared(scaled);
}

template <typename... Args>
int count_all(Args... args) {
  return static_cast<int>(sizeof...(args));
}

}  // namespace shapes

extern "C" __attribute__((used)) int never_called(int value) {
  int sum = 0;
  for (int i = 0; i < value; i++)
    sum += i * value;
  return sum;
}

template <typename Function>
static double __attribute__((noinline)) through(const Function &function, double value) {
  return function(value);
}

int main(int argc, char **argv) {
  shapes::Square square(argc);
  double total = through([&square](double value) { return square.area(value); }, 2.0);
  puts(argv[0]);
  total += shapes::count_all(1, 2.0, "three");
#line 100 "generated.y"
  return total > 1e9;
}
