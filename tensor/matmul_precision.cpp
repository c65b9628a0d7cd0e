#include "xgrad/tensor/matmul_precision.hpp"

#include <atomic>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/bf16.hpp"
#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad {
namespace {

std::atomic<MatmulPrecision> setting{MatmulPrecision::Highest};

const char* what_is_missing() {
  if (kernels::active_isa() != kernels::Isa::Avx512 && kernels::is_supported(kernels::Isa::Avx512))
    return "XGRAD_ISA keeps xgrad from using AVX-512; unset it";
  return "this processor, or its operating system, lacks AVX512_BF16; stay with float32 (\"highest\"), or use an Intel "
         "processor from Cooper Lake on or an AMD one from Zen 4 on";
}

}  // namespace

bool bf16_supported() { return kernels::bf16_loops() != nullptr; }

std::string_view bf16_unit() {
  if (kernels::bf16_loops(kernels::Bf16Unit::Amx)) return "amx_bf16";
  return bf16_supported() ? "avx512_bf16" : "";
}

MatmulPrecision float32_matmul_precision() { return setting.load(std::memory_order_relaxed); }

void set_float32_matmul_precision(MatmulPrecision precision) {
  if (precision == MatmulPrecision::Medium && !bf16_supported())
    throw ConfigError(fmt::format("products of matrices in bfloat16 (\"medium\"): {}", what_is_missing()));
  setting.store(precision, std::memory_order_relaxed);
}

void set_float32_matmul_precision(std::string_view name) {
  if (name != "highest" && name != "medium")
    throw ConfigError(fmt::format("set_float32_matmul_precision: '{}' is not a precision; give highest or medium", name));
  set_float32_matmul_precision(name == "medium" ? MatmulPrecision::Medium : MatmulPrecision::Highest);
}

}  // namespace xgrad
