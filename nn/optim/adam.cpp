#include "xgrad/nn/optim/adam.hpp"

#include "xgrad/nn/optim/adam_update.hpp"
#include "xgrad/nn/optim/check_option.hpp"

namespace xgrad::optim {

void check_options(const AdamOptions& o) {
  check_not_negative("Adam", "lr", o.lr);
  check_option_below("Adam", "beta1", o.beta1, 0, 1);
  check_option_below("Adam", "beta2", o.beta2, 0, 1);
  check_not_negative("Adam", "eps", o.eps);
  check_not_negative("Adam", "weight_decay", o.weight_decay);
}

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
