// A mutex that is held as long as an object lives: std::mutex is the C++ library's, which prebuilt add-ons are not linked with.
#pragma once

#include <pthread.h>

namespace lock {

class Lock {
 public:
  explicit Lock(pthread_mutex_t* mutex) : mutex_(mutex) { pthread_mutex_lock(mutex_); }
  ~Lock() { pthread_mutex_unlock(mutex_); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  pthread_mutex_t* const mutex_;
};

}  // namespace lock
