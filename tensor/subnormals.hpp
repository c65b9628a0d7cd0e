#pragma once

namespace xgrad {

/// While one of these lives, subnormal numbers (below 1.2e-38 in float, 2.2e-308 in double) count as zero in the arithmetic of
/// this thread, as factor and as result. Most processors take a hundred times as long for them. Code must not be inlined beside
/// it whose results depend on this: compilers do not know of it.
class SubnormalsAreZero {
 public:
  /// Whether it has an effect: on x86. Elsewhere it does nothing.
  static bool is_supported();

  SubnormalsAreZero();
  ~SubnormalsAreZero();
  SubnormalsAreZero(const SubnormalsAreZero&) = delete;
  SubnormalsAreZero& operator=(const SubnormalsAreZero&) = delete;

 private:
  unsigned before_;
};

}  // namespace xgrad
