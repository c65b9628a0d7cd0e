#include "xgrad/tensor/kernels/isa.hpp"

#include <cstdlib>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::kernels {

bool is_supported(Isa isa) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (isa == Isa::Avx2) return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (isa == Isa::Avx512)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
#endif
  return isa == Isa::Baseline;
}

std::string_view name(Isa isa) { return isa == Isa::Avx512 ? "avx512" : isa == Isa::Avx2 ? "avx2" : "baseline"; }

bool isa_is_limited() { return std::getenv("XGRAD_ISA") != nullptr; }

Isa active_isa() {
  static const Isa chosen = [] {
    const char* wish = std::getenv("XGRAD_ISA");
    for (Isa isa : {Isa::Avx512, Isa::Avx2, Isa::Baseline})
      if (is_supported(isa) && (!wish || name(isa) == wish)) return isa;
    throw ConfigError(
        fmt::format("XGRAD_ISA is '{}', which is no instruction set of this processor; give one of:{}{} baseline, or "
                    "leave it out",
                    wish, is_supported(Isa::Avx512) ? " avx512," : "", is_supported(Isa::Avx2) ? " avx2," : ""));
  }();
  return chosen;
}

}  // namespace xgrad::kernels
