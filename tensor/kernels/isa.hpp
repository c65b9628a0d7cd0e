#pragma once

#include <string_view>

namespace xgrad::kernels {

/// The instruction sets for which the loops are compiled, slowest first.
enum class Isa { Baseline, Avx2, Avx512 };

/// The instruction set in use: the best that this processor has, or the one that the environment variable XGRAD_ISA names
/// (baseline, avx2, avx512), if the processor has it.
Isa active_isa();

/// Whether XGRAD_ISA is set: then nothing beyond the instruction set that it names is used.
bool isa_is_limited();

/// Whether this processor can run the loops of `isa`.
bool is_supported(Isa isa);

/// "baseline", "avx2", "avx512".
std::string_view name(Isa isa);

}  // namespace xgrad::kernels
