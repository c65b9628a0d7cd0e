#pragma once

#include <filesystem>
#include <functional>

#include "xgrad/nn/train/trainer.hpp"

namespace xgrad::nn {

/// Writes everything that a training run needs to go on bit by bit as if it had never stopped: model, generators, optimizer,
/// scheduler, averaged and best weights, and where the run stands. One safetensors file, all or nothing.  Throws: IoError.
template <class T>
void save_checkpoint(Trainer<T>& trainer, const std::filesystem::path& path);

/// Takes up what save_checkpoint wrote, into a trainer with the same network, optimizer and options.
/// Throws: IoError for a file that is not a checkpoint; ConfigError, ShapeError for one of another network or optimizer.
template <class T>
void load_checkpoint(Trainer<T>& trainer, const std::filesystem::path& path);

/// Writes the best model and a checkpoint after every epoch, a checkpoint every `every_steps` steps (0: only after epochs), and
/// one when the run is interrupted.
template <class T>
class CheckpointCallback : public Callback<T> {
 public:
  CheckpointCallback(std::filesystem::path checkpoint, std::filesystem::path best_model, std::size_t every_steps = 0)
      : checkpoint_(std::move(checkpoint)), best_model_(std::move(best_model)), every_steps_(every_steps) {}

  void on_step(Trainer<T>& trainer, const StepRecord& record) override;
  void on_epoch(Trainer<T>& trainer, const EpochRecord& record, bool is_best) override;
  void on_end(Trainer<T>& trainer, Outcome outcome) override;

 private:
  std::filesystem::path checkpoint_, best_model_;
  std::size_t every_steps_;
};

extern template class CheckpointCallback<float>;
extern template class CheckpointCallback<double>;

}  // namespace xgrad::nn
