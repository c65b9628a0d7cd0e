#include "xgrad/nn/optim/sgd.hpp"

#include "xgrad/tensor/kernels/optimizer.hpp"

namespace xgrad::optim {
namespace {

const SGDOptions& checked(const SGDOptions& options) {
  if (options.nesterov && (options.momentum <= 0 || options.dampening != 0))
    throw ConfigError(fmt::format("SGD: Nesterov's momentum needs momentum > 0 and dampening 0; given {} and {}",
                                  options.momentum, options.dampening));
  return options;
}

}  // namespace

template <class T>
SGD<T>::SGD(std::vector<Tensor<T>> parameters, SGDOptions options)
    : OptimizerOf<T, SGDOptions>(std::move(parameters), checked(options)) {}

template <class T>
SGD<T>::SGD(std::vector<Group> groups) : OptimizerOf<T, SGDOptions>(std::move(groups)) {
  for (std::size_t g = 0; g < this->group_count(); ++g) checked(this->options(g));
}

template <class T>
void SGD<T>::update(std::span<T> p, std::span<const T> g, State<T>& state, const SGDOptions& o) {
  const kernels::UpdateNumbers<T> numbers{
      .lr = T(o.lr), .weight_decay = T(o.weight_decay), .momentum = T(o.momentum), .one_minus_dampening = T(1 - o.dampening)};
  const auto& loops = kernels::optimizer_loops<T>();
  T* buffer = o.momentum != 0 ? state.arrays[0].data() : nullptr;
  parallel_for(p.size(), update_grain, [&](std::size_t i, std::size_t end) {
    if (buffer)
      loops.sgd_momentum(p.data() + i, g.data() + i, buffer + i, end - i, numbers, o.nesterov, state.step == 1);
    else
      loops.sgd(p.data() + i, g.data() + i, end - i, numbers);
  });
}

template class SGD<float>;
template class SGD<double>;

}  // namespace xgrad::optim
