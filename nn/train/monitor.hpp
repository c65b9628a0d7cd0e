#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "xgrad/nn/train/records.hpp"

namespace xgrad::nn {

/// val_loss, val_accuracy, val_macro_f1, train_loss, train_accuracy.
std::vector<std::string> monitor_names();

/// Watches one figure of the epochs: whether it improved, and for how many epochs it did not.
class Monitor {
 public:
  struct State {
    double best = 0;
    std::size_t best_epoch = 0;  ///< 0: none yet
    std::size_t waited = 0;      ///< epochs since

    friend bool operator==(const State&, const State&) = default;
  };

  /// `min_delta`: the smallest change that counts as an improvement. Throws: ConfigError for an unknown name.
  explicit Monitor(std::string name, double min_delta = 0);

  /// Takes an epoch's figures; true if it is the best so far. A figure that is not a number never is.
  bool improved(const EpochRecord& record);

  /// The figure of a record that this monitor watches.
  double value(const EpochRecord& record) const;
  bool needs_validation() const { return name_.rfind("val_", 0) == 0; }

  State state() const { return state_; }
  void set_state(const State& state) { state_ = state; }

 private:
  std::string name_;
  double min_delta_;
  bool higher_is_better_;
  State state_;
};

}  // namespace xgrad::nn
