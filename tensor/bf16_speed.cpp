#include <algorithm>
#include <chrono>

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/bf16_gemm.hpp"
#include "xgrad/tensor/blocked_gemm.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/matmul_precision.hpp"

namespace xgrad {
namespace {

// One product of (128, 512) and (512, 256), as a layer makes it; nothing in it is zero, so that no term is left out.
struct Product {
  static constexpr std::size_t m = 128, n = 256, k = 512;
  Array<float> a = filled_array<float>({m, k}, 0.5f), b = filled_array<float>({k, n}, 0.5f), c = empty_array<float>({m, n});

  template <class Multiply>
  double seconds(Multiply multiply) {
    const auto start = std::chrono::steady_clock::now();
    multiply();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  double in_float32() {
    return seconds([&] {
      detail::blocked_gemm(kernels::gemm_loops<float>(), Transpose::No, Transpose::No, m, n, k, a.data(), k, b.data(), n,
                           static_cast<const float*>(nullptr), 0, c.data(), n);
    });
  }
  double in_bf16() {
    return seconds([&] {
      detail::bf16_gemm(*kernels::bf16_loops(), Transpose::No, Transpose::No, m, n, k, a.data(), k, b.data(), n, nullptr, 0,
                        c.data(), n);
    });
  }
};

}  // namespace

double measured_bf16_speed() {
  if (!bf16_supported())
    throw ConfigError(
        "measured_bf16_speed: this processor has no products in bfloat16; stay with float32, and ask bf16_supported() first");
  constexpr int rounds = 8;
  Product product;
  double in_float32 = product.in_float32(), in_bf16 = product.in_bf16();
  for (int i = 1; i < rounds; ++i) {
    in_float32 = std::min(in_float32, product.in_float32());
    in_bf16 = std::min(in_bf16, product.in_bf16());
  }
  return in_float32 / std::max(in_bf16, 1e-9);
}

}  // namespace xgrad
