// What a compiler puts into whoever calls it.
#pragma once

namespace shapes {

template <typename T>
inline __attribute__((always_inline)) T squared(T value) {
  T result = value;
  for (int i = 1; i < 2; i++)
    result *= value;
  return result;
}

struct Square {
  explicit Square(double side);
  virtual ~Square();
  virtual double area(double scale) const;
  double side_;
};

}  // namespace shapes
