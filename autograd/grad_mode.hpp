#pragma once

#include <utility>

namespace xgrad {

/// Whether operations on this thread record the graph. True at the start.
bool grad_enabled() noexcept;

/// Switches recording on or off on this thread while it lives.
class GradMode {
 public:
  explicit GradMode(bool enabled) noexcept;
  ~GradMode();
  GradMode(const GradMode&) = delete;
  GradMode& operator=(const GradMode&) = delete;

 private:
  bool previous_;
};

/// While it lives, operations on this thread record nothing: `NoGrad guard;`.
class NoGrad : public GradMode {
 public:
  NoGrad() noexcept : GradMode(false) {}
};

/// The result of f(), computed without recording.
template <class F>
decltype(auto) no_grad(F&& f) {
  NoGrad guard;
  return std::forward<F>(f)();
}

/// While it lives, every operation on this thread, forward and backward, checks its results and throws NumericError at the
/// first value that is not finite, naming the operation and the shapes. Slower: for finding where a NaN comes from.
class DetectAnomaly {
 public:
  explicit DetectAnomaly(bool enabled = true) noexcept;
  ~DetectAnomaly();
  DetectAnomaly(const DetectAnomaly&) = delete;
  DetectAnomaly& operator=(const DetectAnomaly&) = delete;

 private:
  bool previous_;
};

namespace detail {
/// What the thread does at each operation, beside computing.
struct ThreadMode {
  bool recording = true;
  bool detect_anomaly = false;
  bool watched = false;  ///< somebody wants to know which tensors are used (note_use in operation_node.hpp)
};
ThreadMode& thread_mode() noexcept;
}  // namespace detail

}  // namespace xgrad
