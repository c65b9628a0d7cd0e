#pragma once

#include <cstddef>
#include <memory>
#include <type_traits>

namespace xgrad {

/// How many threads the loops of xgrad may use, the calling one included. Results never depend on it.
/// Default: 1, or the environment variable XGRAD_NUM_THREADS.
std::size_t thread_count();

/// Sets thread_count() for the whole process. Throws: ConfigError unless 1 <= count <= 1024.
void set_thread_count(std::size_t count);

namespace detail {
void run_chunks(std::size_t count, void (*body)(void*, std::size_t), void* argument);
}

/// Calls body(chunk) for every chunk in [0, count), on up to thread_count() threads; returns when all are done. A call from
/// inside a body, or while another thread uses the pool, runs its chunks one after the other. The first exception is rethrown.
template <class Body>
void parallel_chunks(std::size_t count, Body&& body) {
  if (count == 1) return body(std::size_t{0});
  detail::run_chunks(
      count, [](void* argument, std::size_t chunk) { (*static_cast<std::remove_reference_t<Body>*>(argument))(chunk); },
      const_cast<void*>(static_cast<const void*>(std::addressof(body))));
}

/// Calls body(begin, end) for consecutive ranges of `grain` elements (the last may be shorter) that cover [0, n). The ranges
/// depend on n and grain alone, so that results are the same for every number of threads. `grain` is at least 1.
template <class Body>
void parallel_for(std::size_t n, std::size_t grain, Body&& body) {
  if (n == 0) return;
  if (n <= grain) return body(std::size_t{0}, n);
  parallel_chunks((n + grain - 1) / grain, [&](std::size_t chunk) {
    const std::size_t begin = chunk * grain;
    body(begin, begin + grain < n ? begin + grain : n);
  });
}

}  // namespace xgrad
