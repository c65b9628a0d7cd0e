// Products in bfloat16 with AMX_BF16. Written with assembler instructions: g++'s intrinsics take the numbers of tiles only as
// literals, and do not tell the compiler which memory is read.
#if defined(__x86_64__)
#include <cstdint>

#include "xgrad/tensor/kernels/bf16_tiles_impl.hpp"
#include "xgrad/tensor/kernels/bf16_units_impl.hpp"

namespace xgrad::kernels {
namespace {

// The operand of LDTILECFG: eight tiles of the greatest size.
struct TileConfiguration {
  std::uint8_t palette = 1, first_row = 0, reserved[14] = {};
  std::uint16_t bytes_in_row[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  std::uint8_t rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};
static_assert(sizeof(TileConfiguration) == 64);

constexpr TileConfiguration whole_tiles{};

struct Amx {
  static void begin() { asm volatile("ldtilecfg %0" ::"m"(whole_tiles)); }
  static void end() { asm volatile("tilerelease"); }
  template <int To>
  static void zero() {
    asm volatile("tilezero %%tmm%c0" ::"i"(To));
  }
  template <int To>
  static void load(const void* from, std::size_t stride) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(from), "r"(stride), "i"(To) : "memory");
  }
  template <int From>
  static void store(void* to, std::size_t stride) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(to), "r"(stride), "i"(From) : "memory");
  }
  template <int C, int A, int B>
  static void multiply() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(C), "i"(A), "i"(B));
  }
};

}  // namespace

void amx_multiply(const Bf16Block& block) { TileProduct<Amx>::multiply(block); }

}  // namespace xgrad::kernels
#endif
