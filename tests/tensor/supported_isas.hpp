#pragma once

#include <vector>

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::test {

/// The instruction sets whose loops this processor can run.
inline std::vector<kernels::Isa> supported_isas() {
  std::vector<kernels::Isa> result;
  for (const kernels::Isa isa : {kernels::Isa::Baseline, kernels::Isa::Avx2, kernels::Isa::Avx512})
    if (kernels::is_supported(isa)) result.push_back(isa);
  return result;
}

}  // namespace xgrad::test
