// What is asked of the calling environment's event loop. libuv's header comes with Node's own, which building from source has; the
// prebuilt add-ons are built without, for which this is all of it. These have been the same since libuv 1.19.
#pragma once

constexpr int kUvTimer = 13;

#if __has_include(<uv.h>)
#include <uv.h>
static_assert(UV_TIMER == kUvTimer, "the kinds of handles are part of libuv's binary interface");
#else
#include <cstdint>

extern "C" {
typedef struct uv_loop_s uv_loop_t;
typedef struct uv_handle_s uv_handle_t;
typedef struct uv_timer_s uv_timer_t;
int uv_backend_fd(const uv_loop_t*);
void uv_update_time(uv_loop_t*);
void uv_walk(uv_loop_t*, void (*)(uv_handle_t*, void*), void*);
int uv_handle_get_type(const uv_handle_t*);
int uv_is_active(const uv_handle_t*);
uint64_t uv_timer_get_due_in(const uv_timer_t*);
}
#endif
