#include "xgrad/tensor/kernels/bf16.hpp"

#include "xgrad/tensor/kernels/isa.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

#include "xgrad/tensor/kernels/bf16_units_impl.hpp"
#endif

namespace xgrad::kernels {

#if defined(__x86_64__)
namespace {

bool may_use_avx512_bf16() {
  __builtin_cpu_init();  // the answer includes that the system saves the registers
  return active_isa() == Isa::Avx512 && __builtin_cpu_supports("avx512bf16");
}

bool has_amx_bf16() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned amx_bf16 = 1u << 22, amx_tile = 1u << 24;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && (d & amx_bf16) && (d & amx_tile);
}

// Linux lets a process use tiles only when it has asked, and since 5.16: from then on it saves those of every thread.
bool system_permits_tiles() {
#if defined(__linux__)
  constexpr long request_permission = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
#else
  return false;
#endif
}

}  // namespace

const Bf16Loops* bf16_loops(Bf16Unit unit) {
  static const bool avx512 = may_use_avx512_bf16();
  if (unit == Bf16Unit::Avx512) return avx512 ? &avx512_bf16_loops() : nullptr;
  static const bool amx = avx512 && !isa_is_limited() && has_amx_bf16() && system_permits_tiles();
  return amx ? &amx_bf16_loops() : nullptr;
}
#else
const Bf16Loops* bf16_loops(Bf16Unit) { return nullptr; }
#endif

const Bf16Loops* bf16_loops() {
  const Bf16Loops* const tiles = bf16_loops(Bf16Unit::Amx);
  return tiles ? tiles : bf16_loops(Bf16Unit::Avx512);
}

}  // namespace xgrad::kernels
