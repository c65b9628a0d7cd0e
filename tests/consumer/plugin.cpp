// A library that another program loads at run time, as Python loads modules: see plugin_host.cpp.
#include <xgrad/xgrad.hpp>

/// The gradient of a sum of a product, 256; the product is large enough for looking for zeros in it.
extern "C" float gradient_of_plugin() {
  using xgrad::Tensor;
  const Tensor<float> x = xgrad::ones<float>({128, 784}, true), w = xgrad::ones<float>({784, 256});
  sum(matmul(x, w)).backward();
  return x.grad().value()(0, 0);
}
