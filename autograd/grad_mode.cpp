#include "xgrad/autograd/grad_mode.hpp"

namespace xgrad {

namespace detail {
ThreadMode& thread_mode() noexcept {
  thread_local ThreadMode mode;
  return mode;
}
}  // namespace detail

bool grad_enabled() noexcept { return detail::thread_mode().recording; }

GradMode::GradMode(bool enabled) noexcept : previous_(std::exchange(detail::thread_mode().recording, enabled)) {}
GradMode::~GradMode() { detail::thread_mode().recording = previous_; }

DetectAnomaly::DetectAnomaly(bool enabled) noexcept : previous_(std::exchange(detail::thread_mode().detect_anomaly, enabled)) {}
DetectAnomaly::~DetectAnomaly() { detail::thread_mode().detect_anomaly = previous_; }

}  // namespace xgrad
