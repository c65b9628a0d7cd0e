#pragma once

#include <string_view>

namespace xgrad {

/// How precisely products of float32 matrices are computed inside, as in PyTorch. Arguments, results and everything else stay
/// float32.
enum class MatmulPrecision {
  Highest,  ///< float32 throughout: the default
  Medium    ///< factors are rounded to bfloat16 (8 bits of precision), their products summed up in float32
};

/// Whether Medium can be had: the processor and the operating system have AVX512_BF16 (Intel since Cooper Lake, AMD since Zen
/// 4), and the environment variable XGRAD_ISA does not keep xgrad from AVX-512.
bool bf16_supported();

/// What Medium multiplies with: "amx_bf16" where there are tiles (Intel since Sapphire Rapids, Linux since 5.16) and XGRAD_ISA
/// is not set, else "avx512_bf16"; empty without bf16_supported(). The two add up in different orders: results differ by the
/// rounding of the sums.
std::string_view bf16_unit();

/// How many times as fast as in float32 a product of medium size is in bfloat16 here: a measurement of some milliseconds, of
/// this moment. About 2 on AMD's Zen 4; below 1 on Intel's processors where there are no tiles, whose bfloat16 instruction does
/// no more in a cycle than their float32 ones.  Throws: ConfigError without bf16_supported().
double measured_bf16_speed();

/// The precision of matmul(), gemm(), affine(), batched_gemm(), of linear layers and of their gradients.
MatmulPrecision float32_matmul_precision();

/// Sets float32_matmul_precision() for the whole process. In a product, each factor is rounded by up to 2⁻⁸ of itself; the
/// result has the same bits for every number of threads, and on every processor with the same bf16_unit(). Products of float64,
/// and those that gemm() scales by an alpha other than 1, are computed as ever.
/// Throws: ConfigError for Medium without bf16_supported().
void set_float32_matmul_precision(MatmulPrecision precision);

/// The same by PyTorch's name: "highest" or "medium".  Throws: ConfigError, also for another name.
void set_float32_matmul_precision(std::string_view name);

/// Another precision until the end of the scope, however it is left.
class MatmulPrecisionGuard {
 public:
  explicit MatmulPrecisionGuard(MatmulPrecision precision) : before_(float32_matmul_precision()) {
    set_float32_matmul_precision(precision);
  }
  ~MatmulPrecisionGuard() { set_float32_matmul_precision(before_); }
  MatmulPrecisionGuard(const MatmulPrecisionGuard&) = delete;
  MatmulPrecisionGuard& operator=(const MatmulPrecisionGuard&) = delete;

 private:
  MatmulPrecision before_;
};

}  // namespace xgrad
