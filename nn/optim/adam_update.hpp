#pragma once

#include <cmath>
#include <span>

#include "xgrad/nn/optim/optimizer.hpp"
#include "xgrad/tensor/kernels/optimizer.hpp"

namespace xgrad::optim::detail {

/// The arrays that Adam and AdamW keep.
inline StateNames adam_state_names(bool amsgrad) {
  StateNames names{"exp_avg", "exp_avg_sq"};
  if (amsgrad) names.push_back("max_exp_avg_sq");
  return names;
}

/// One update of Adam or AdamW, which differ in where the weight decay goes: into the gradient (`weight_decay`), or into a
/// factor on the parameter (`decoupled_decay`).
template <class T, class Options>
void adam_update(std::span<T> p, std::span<const T> g, State<T>& state, const Options& o, double weight_decay,
                 double decoupled_decay) {
  const double t = static_cast<double>(state.step);
  const kernels::UpdateNumbers<T> numbers{.lr = T(o.lr / (1 - std::pow(o.beta1, t))),
                                          .weight_decay = T(weight_decay),
                                          .decoupled_decay = T(decoupled_decay),
                                          .beta1 = T(o.beta1),
                                          .beta2 = T(o.beta2),
                                          .rest1 = T(1 - o.beta1),
                                          .rest2 = T(1 - o.beta2),
                                          .eps = T(o.eps),
                                          .correction2 = T(1 / std::sqrt(1 - std::pow(o.beta2, t)))};
  T *m = state.arrays[0].data(), *v = state.arrays[1].data(), *max = o.amsgrad ? state.arrays[2].data() : nullptr;
  const auto loop = kernels::optimizer_loops<T>().adam;
  update_in_pieces(
      p.size(),
      [&](std::size_t i, std::size_t end) {
        loop(p.data() + i, g.data() + i, m + i, v + i, max ? max + i : nullptr, end - i, numbers);
      },
      o.eps);
}

}  // namespace xgrad::optim::detail
