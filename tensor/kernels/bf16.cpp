#include "xgrad/tensor/kernels/bf16.hpp"

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

#if defined(__x86_64__)
const Bf16Loops& avx512_bf16_loops();  // in the file that is compiled for them

const Bf16Loops* bf16_loops() {
  static const bool usable = [] {
    __builtin_cpu_init();  // the answer includes that the system saves the registers
    return active_isa() == Isa::Avx512 && __builtin_cpu_supports("avx512bf16");
  }();
  return usable ? &avx512_bf16_loops() : nullptr;
}
#else
const Bf16Loops* bf16_loops() { return nullptr; }
#endif

}  // namespace xgrad::kernels
