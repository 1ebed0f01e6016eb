// Sleeping until a time or something else comes, with Windows.
#pragma once

#include <windows.h>

namespace timing {

enum class Ended { kNothing, kTime, kOther };

// Sleeps for so long, or until `other`, a handle or null, is signalled. kNothing: the system has no timer for us, and no time has passed.
Ended Sleep(double microseconds, HANDLE other);

}  // namespace timing
