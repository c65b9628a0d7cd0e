#include "xgrad/nn/optim/adamw.hpp"

#include "xgrad/nn/optim/adam_update.hpp"

namespace xgrad::optim {

template <class T>
StateNames AdamW<T>::state_names(const AdamWOptions& o) const {
  return detail::adam_state_names(o.amsgrad);
}

template <class T>
void AdamW<T>::update(std::span<T> p, std::span<const T> g, State<T>& state, const AdamWOptions& o) {
  detail::adam_update(p, g, state, o, 0, 1 - o.lr * o.weight_decay);
}

template class AdamW<float>;
template class AdamW<double>;

}  // namespace xgrad::optim
