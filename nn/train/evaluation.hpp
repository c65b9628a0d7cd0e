#pragma once

#include "xgrad/nn/module.hpp"

namespace xgrad::nn {

/// While it lives, a module is in evaluation mode; then it is in the mode that it was in.
template <class T>
class Evaluation {
 public:
  explicit Evaluation(Module<T>& module) : module_(module), was_training_(module.is_training()) { module_.eval(); }
  ~Evaluation() { module_.train(was_training_); }
  Evaluation(const Evaluation&) = delete;
  Evaluation& operator=(const Evaluation&) = delete;

 private:
  Module<T>& module_;
  bool was_training_;
};

}  // namespace xgrad::nn
