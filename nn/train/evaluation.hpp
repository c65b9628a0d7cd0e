#pragma once

#include <cstddef>
#include <vector>

#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

/// While it lives, a module and all below it are in evaluation mode; then each is in the mode that it was in.
template <class T>
class Evaluation {
 public:
  explicit Evaluation(Module<T>& module) : modules_(module.modules()) {
    for (const Module<T>* part : modules_) were_training_.push_back(part->is_training());
    module.eval();
  }
  ~Evaluation() {
    for (std::size_t i = 0; i < modules_.size(); ++i) modules_[i]->training_ = were_training_[i];
  }
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

 private:
  std::vector<Module<T>*> modules_;
  std::vector<bool> were_training_;
};

}  // namespace xgrad::nn
