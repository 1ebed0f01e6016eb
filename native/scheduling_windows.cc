// Windows gives nobody time slices of their own.
#include "scheduling.h"

namespace scheduling {

bool ShortenSlices(uint64_t) { return false; }

}  // namespace scheduling
