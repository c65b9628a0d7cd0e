#pragma once

#include "xgrad/tensor/kernels/isa.hpp"

namespace xgrad::kernels {

/// The table of loops `Table` as one instruction set compiled it; defined in the file of each.
template <class Table>
const Table& baseline_table();
template <class Table>
const Table& avx2_table();
template <class Table>
const Table& avx512_table();

template <class Table>
const Table& table_for(Isa isa) {
#if defined(__x86_64__)
  if (isa == Isa::Avx512) return avx512_table<Table>();
  if (isa == Isa::Avx2) return avx2_table<Table>();
#endif
  static_cast<void>(isa);
  return baseline_table<Table>();
}

}  // namespace xgrad::kernels
