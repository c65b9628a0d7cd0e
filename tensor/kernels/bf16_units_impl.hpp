#pragma once

#include "xgrad/tensor/kernels/bf16.hpp"

namespace xgrad::kernels {

/// The loops with AVX512_BF16, and those with AMX_BF16, whose numbers AVX512_BF16 packs; whether this processor has them or
/// not.
const Bf16Loops& avx512_bf16_loops();
const Bf16Loops& amx_bf16_loops();

/// Bf16Loops::multiply with TDPBF16PS, on tiles of Amx.
void amx_multiply(const Bf16Block& block);

}  // namespace xgrad::kernels
