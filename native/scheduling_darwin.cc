// Nothing is asked: how long a thread's turns are, nobody may say here.
#include "scheduling.h"

namespace scheduling {

bool ShortenSlices(uint64_t) { return false; }

}  // namespace scheduling
