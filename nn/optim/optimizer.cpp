#include "xgrad/nn/optim/optimizer.hpp"

#include <cmath>

namespace xgrad::optim {

template <class T>
void Optimizer<T>::zero_grad() {
  for (std::size_t g = 0; g < group_count(); ++g)
    for (Tensor<T>& parameter : group_parameters(g)) parameter.zero_grad();
}

template <class T>
std::vector<Tensor<T>> Optimizer<T>::parameters() {
  std::vector<Tensor<T>> all;
  for (std::size_t g = 0; g < group_count(); ++g)
    for (const Tensor<T>& parameter : group_parameters(g)) all.push_back(parameter);
  return all;
}

template <class T>
double Optimizer<T>::minimize(const std::function<double()>& closure) {
  const double loss = closure();
  if (std::isfinite(loss)) step(loss);
  return loss;
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace xgrad::optim
