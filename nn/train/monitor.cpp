#include "xgrad/nn/train/monitor.hpp"

#include <algorithm>
#include <cmath>

#include "xgrad/nn/names.hpp"

namespace xgrad::nn {

std::vector<std::string> monitor_names() {
  return {"val_loss", "val_accuracy", "val_macro_f1", "train_loss", "train_accuracy"};
}

Monitor::Monitor(std::string name, double min_delta) : name_(std::move(name)), min_delta_(min_delta) {
  const std::vector<std::string> names = monitor_names();
  if (std::find(names.begin(), names.end(), name_) == names.end()) throw_unknown_name("monitor", name_, names);
  higher_is_better_ = name_.find("loss") == std::string::npos;
}

double Monitor::value(const EpochRecord& r) const {
  if (name_ == "val_loss") return r.val_loss;
  if (name_ == "val_accuracy") return r.val_accuracy;
  if (name_ == "val_macro_f1") return r.val_macro_f1;
  return name_ == "train_loss" ? r.train_loss : r.train_accuracy;
}

bool Monitor::improved(const EpochRecord& record) {
  const double current = value(record);
  const double gain = higher_is_better_ ? current - state_.best : state_.best - current;
  if (std::isnan(current) || (state_.best_epoch != 0 && !(gain > min_delta_))) {
    ++state_.waited;
    return false;
  }
  state_ = {current, record.epoch, 0};
  return true;
}

}  // namespace xgrad::nn
