#include "xgrad/tensor/subnormals.hpp"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace xgrad {

#if defined(__SSE2__)

// Of MXCSR: subnormal results become zero (bit 15), subnormal factors are read as zero (bit 6).
namespace {
constexpr unsigned flush_results = 1u << 15, read_as_zero = 1u << 6;
}

bool SubnormalsAreZero::is_supported() { return true; }
SubnormalsAreZero::SubnormalsAreZero() : before_(_mm_getcsr()) { _mm_setcsr(before_ | flush_results | read_as_zero); }

// What exceptions were noted meanwhile stays noted.
SubnormalsAreZero::~SubnormalsAreZero() {
  const unsigned modes = flush_results | read_as_zero;
  _mm_setcsr((_mm_getcsr() & ~modes) | (before_ & modes));
}

#else

bool SubnormalsAreZero::is_supported() { return false; }
SubnormalsAreZero::SubnormalsAreZero() : before_(0) {}
SubnormalsAreZero::~SubnormalsAreZero() = default;

#endif

}  // namespace xgrad
