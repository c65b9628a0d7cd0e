#pragma once

#include <chrono>
#include <cstddef>

#include "xgrad/nn/train/callback.hpp"

namespace xgrad::apps {

/// Shows a training run on the terminal (standard error): a bar that moves within the epoch where that is a terminal, and a
/// line for each epoch.
template <class T>
class Progress : public nn::Callback<T> {
 public:
  explicit Progress(std::size_t epochs) : epochs_(epochs) {}

  void on_start(nn::Trainer<T>& trainer, std::size_t steps_per_epoch) override;
  void on_step(nn::Trainer<T>& trainer, const nn::StepRecord& record) override;
  void on_epoch(nn::Trainer<T>& trainer, const nn::EpochRecord& record, bool is_best) override;
  void on_end(nn::Trainer<T>& trainer, nn::Outcome outcome) override;

 private:
  using Clock = std::chrono::steady_clock;

  void draw_bar(std::size_t done, double loss);

  std::size_t epochs_, steps_per_epoch_ = 0, epoch_ = 0;
  Clock::time_point last_drawn_{};
  bool on_terminal_ = false;
};

extern template class Progress<float>;
extern template class Progress<double>;

}  // namespace xgrad::apps
