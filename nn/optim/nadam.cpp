#include "xgrad/nn/optim/nadam.hpp"

#include <cmath>

#include "xgrad/nn/optim/check_option.hpp"
#include "xgrad/tensor/kernels/optimizer.hpp"

namespace xgrad::optim {

void check_options(const NAdamOptions& o) {
  check_not_negative("NAdam", "lr", o.lr);
  check_option_below("NAdam", "beta1", o.beta1, 0, 1);
  check_option_below("NAdam", "beta2", o.beta2, 0, 1);
  check_not_negative("NAdam", "eps", o.eps);
  check_not_negative("NAdam", "weight_decay", o.weight_decay);
  check_not_negative("NAdam", "momentum_decay", o.momentum_decay);
}

template <class T>
StateNames NAdam<T>::state_names(const NAdamOptions&) const {
  return {"exp_avg", "exp_avg_sq"};
}

template <class T>
std::vector<std::pair<std::string, double>> NAdam<T>::state_numbers(const NAdamOptions&) const {
  return {{"mu_product", 1.0}};
}

template <class T>
void NAdam<T>::update(std::span<T> p, std::span<const T> g, State<T>& state, const NAdamOptions& o) {
  const double t = static_cast<double>(state.step);
  const double mu = o.beta1 * (1 - 0.5 * std::pow(0.96, t * o.momentum_decay));
  const double mu_next = o.beta1 * (1 - 0.5 * std::pow(0.96, (t + 1) * o.momentum_decay));
  double& product = state.numbers[0];
  product *= mu;
  const double product_next = product * mu_next * (o.as_in_paper ? 1 : mu);
  const kernels::UpdateNumbers<T> numbers{.lr = T(o.lr * mu_next / (1 - product_next)),
                                          .weight_decay = T(o.weight_decay),
                                          .beta1 = T(o.beta1),
                                          .beta2 = T(o.beta2),
                                          .rest1 = T(1 - o.beta1),
                                          .rest2 = T(1 - o.beta2),
                                          .eps = T(o.eps),
                                          .correction2 = T(1 / std::sqrt(1 - std::pow(o.beta2, t))),
                                          .gradient_step = T(o.lr * (1 - mu) / (1 - product))};
  T *m = state.arrays[0].data(), *v = state.arrays[1].data();
  const auto loop = kernels::optimizer_loops<T>().adam;
  update_in_pieces(
      p.size(),
      [&](std::size_t i, std::size_t end) { loop(p.data() + i, g.data() + i, m + i, v + i, nullptr, end - i, numbers); },
      o.eps);
}

template class NAdam<float>;
template class NAdam<double>;

}  // namespace xgrad::optim
