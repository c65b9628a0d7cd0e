#pragma once

#include "xgrad/tensor/gemm_operands.hpp"
#include "xgrad/tensor/kernels/gemm.hpp"

namespace xgrad::detail {

/// Computes a product of which one factor is largely zeros without their multiply-adds, and says so; does nothing, and returns
/// false, where that would be slower, or where the other factor has an infinity or NaN, which a zero must turn into NaN. Zeros
/// of B are left out only where A is transposed and C begins empty, as in the gradient of a layer's weights. Images have zeros
/// (half of Fashion-MNIST, four fifths of MNIST), and so has what ReLU or dropout leaves. Each element of C is the chain of
/// multiply-adds that blocked_gemm() computes without those that add ±0: no bit differs but, where a sum underflows to −0, the
/// sign of a zero. Whether zeros are skipped depends on the factors alone, not on threads.
template <class T>
bool skipping_gemm(const kernels::GemmLoops<T>& loops, const Operands<T>& operands);

}  // namespace xgrad::detail
