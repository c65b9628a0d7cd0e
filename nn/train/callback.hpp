#pragma once

#include <cstddef>

#include "xgrad/nn/train/records.hpp"

namespace xgrad::nn {

template <class T>
class Trainer;

/// What happens beside training. Every function does nothing unless overridden.
template <class T>
class Callback {
 public:
  virtual ~Callback() = default;
  /// Before the first step of this run; `steps_per_epoch` batches make an epoch.
  virtual void on_start(Trainer<T>&, std::size_t /*steps_per_epoch*/) {}
  virtual void on_step(Trainer<T>&, const StepRecord&) {}
  /// After an epoch and its validation; `is_best` says whether the monitored figure improved.
  virtual void on_epoch(Trainer<T>&, const EpochRecord&, bool /*is_best*/) {}
  virtual void on_end(Trainer<T>&, Outcome) {}
};

}  // namespace xgrad::nn
