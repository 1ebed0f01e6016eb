// What we ask of the scheduler, for ourselves. One implementation a platform.
#pragma once

#include <cstdint>

namespace scheduling {

// Asks the scheduler for turns of so many nanoseconds, for the calling thread and those that it starts: who asks for short
// ones gets them sooner after a wait, and no more of the processor. False where it has no such thing to give.
bool ShortenSlices(uint64_t nanoseconds);

}  // namespace scheduling
