#include "xgrad/nn/optim/adam.hpp"

#include "xgrad/nn/optim/adam_update.hpp"

namespace xgrad::optim {

template <class T>
Adam<T>::Adam(std::vector<Tensor<T>> parameters, AdamOptions options)
    : OptimizerOf<T, AdamOptions>(std::move(parameters), options) {}

template <class T>
Adam<T>::Adam(std::vector<Group> groups) : OptimizerOf<T, AdamOptions>(std::move(groups)) {}

template <class T>
StateNames Adam<T>::state_names(const AdamOptions& o) const {
  return detail::adam_state_names(o.amsgrad);
}

template <class T>
void Adam<T>::update(std::span<T> p, std::span<const T> g, State<T>& state, const AdamOptions& o) {
  detail::adam_update(p, g, state, o, o.weight_decay, 1);
}

template class Adam<float>;
template class Adam<double>;

}  // namespace xgrad::optim
