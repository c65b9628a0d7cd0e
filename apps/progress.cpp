#include "progress.hpp"

#include <cmath>
#include <cstdio>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

#include "standard_streams.hpp"
#include "xgrad/nn/train/trainer.hpp"

namespace xgrad::apps {
namespace {

constexpr std::size_t bar_width = 30;

std::string percent(double share) { return std::isnan(share) ? "   –  " : fmt::format("{:5.2f} %", 100 * share); }
std::string number(double x) { return std::isnan(x) ? "   –  " : fmt::format("{:.4f}", x); }

}  // namespace

template <class T>
void Progress<T>::on_start(nn::Trainer<T>&, std::size_t steps_per_epoch) {
  steps_per_epoch_ = steps_per_epoch;
  on_terminal_ = isatty(STDERR_FILENO) != 0;
  print_error("Epochs marked * are the best so far.\n");
  print_error("{:>9}  {:>10} {:>8}  {:>8} {:>8} {:>8} {:>7} {:>9}\n", "epoch", "train loss", "accuracy", "val loss", "accuracy",
              "macro-F1", "seconds", "samples/s");
}

template <class T>
void Progress<T>::on_step(nn::Trainer<T>& trainer, const nn::StepRecord& record) {
  if (!on_terminal_) return;
  const Clock::time_point now = Clock::now();
  if (now - last_drawn_ < std::chrono::milliseconds(100)) return;
  last_drawn_ = now;
  epoch_ = record.epoch;
  draw_bar(trainer.progress().batches_done, record.loss);
}

template <class T>
void Progress<T>::draw_bar(std::size_t done, double loss) {
  const std::size_t filled = steps_per_epoch_ ? bar_width * done / steps_per_epoch_ : 0;
  std::string bar;
  for (std::size_t i = 0; i < bar_width; ++i) bar += i < filled ? "━" : "╌";
  print_error("\r{:>4}/{:<4}  {} {:>3} %  loss {:.4f} \x1b[K", epoch_, epochs_, bar,
              steps_per_epoch_ ? 100 * done / steps_per_epoch_ : 0, loss);
  std::fflush(stderr);
}

template <class T>
void Progress<T>::on_epoch(nn::Trainer<T>&, const nn::EpochRecord& r, bool is_best) {
  if (on_terminal_) print_error("\r\x1b[K");
  print_error("{:>4}/{:<4}  {:>10.4f} {:>8}  {:>8} {:>8} {:>8} {:>7.2f} {:>9.0f}{}\n", r.epoch, epochs_, r.train_loss,
              percent(r.train_accuracy), number(r.val_loss), percent(r.val_accuracy), number(r.val_macro_f1), r.seconds,
              r.samples_per_second, is_best ? " *" : "");
}

template <class T>
void Progress<T>::on_end(nn::Trainer<T>&, nn::Outcome) {
  if (on_terminal_) print_error("\r\x1b[K");
}

template class Progress<float>;
template class Progress<double>;

}  // namespace xgrad::apps
