// Arrays without gradients: only xgrad::tensor is linked.
#include <cstdio>

#include <xgrad/tensor/array.hpp>
#include <xgrad/tensor/error.hpp>
#include <xgrad/tensor/matmul.hpp>

int main() {
  const xgrad::Array<float> a{{1, 2, 3}, {4, 5, 6}};
  const xgrad::Array<float> b{{1, 0}, {0, 1}, {1, 1}};
  xgrad::Array<float> product;
  matmul(a, xgrad::Transpose::No, b, xgrad::Transpose::No, product);
  if (product != xgrad::Array<float>{{4, 5}, {10, 11}}) {
    std::puts("the product is wrong");
    return 1;
  }

  try {
    matmul(a, xgrad::Transpose::No, a, xgrad::Transpose::No, product);
  } catch (const xgrad::ShapeError& error) {
    std::printf("as it should, the library says: %s\n", error.what());
    return 0;
  }
  std::puts("shapes that do not fit were accepted");
  return 1;
}
