#pragma once

namespace xgrad::apps {

/// While it lives, Ctrl-C (SIGINT), SIGTERM and SIGHUP (the terminal was closed) are noted instead of ending the program; a
/// second one ends it at once.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// Whether a signal came.
  static bool requested() noexcept;
};

}  // namespace xgrad::apps
