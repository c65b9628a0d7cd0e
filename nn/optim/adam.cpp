#include "xgrad/nn/optim/adam.hpp"

#include <cmath>

#include "xgrad/tensor/kernels/optimizer.hpp"

namespace xgrad::optim {

template <class T>
Adam<T>::Adam(std::vector<Tensor<T>> parameters, AdamOptions options)
    : OptimizerOf<T, AdamOptions>(std::move(parameters), options) {}

template <class T>
Adam<T>::Adam(std::vector<Group> groups) : OptimizerOf<T, AdamOptions>(std::move(groups)) {}

template <class T>
StateNames Adam<T>::state_names(const AdamOptions& options) const {
  StateNames names{"exp_avg", "exp_avg_sq"};
  if (options.amsgrad) names.push_back("max_exp_avg_sq");
  return names;
}

template <class T>
void Adam<T>::update(std::span<T> p, std::span<const T> g, State<T>& state, const AdamOptions& o) {
  const double t = static_cast<double>(state.step);
  const kernels::UpdateNumbers<T> numbers{.lr = T(o.lr / (1 - std::pow(o.beta1, t))),
                                          .weight_decay = T(o.weight_decay),
                                          .beta1 = T(o.beta1),
                                          .beta2 = T(o.beta2),
                                          .rest1 = T(1 - o.beta1),
                                          .rest2 = T(1 - o.beta2),
                                          .eps = T(o.eps),
                                          .correction2 = T(1 / std::sqrt(1 - std::pow(o.beta2, t)))};
  T *m = state.arrays[0].data(), *v = state.arrays[1].data(), *max = o.amsgrad ? state.arrays[2].data() : nullptr;
  const auto loop = kernels::optimizer_loops<T>().adam;
  parallel_for(p.size(), update_grain, [&](std::size_t i, std::size_t end) {
    loop(p.data() + i, g.data() + i, m + i, v + i, max ? max + i : nullptr, end - i, numbers);
  });
}

template class Adam<float>;
template class Adam<double>;

}  // namespace xgrad::optim
