#pragma once

#include "xgrad/tensor/fastest_way.hpp"
#include "xgrad/tensor/gemm_operands.hpp"
#include "xgrad/tensor/kernels/gemm.hpp"
#include "xgrad/tensor/parallel.hpp"

namespace xgrad::detail {

/// Which zeros a product leaves out, with their multiply-adds. Images have zeros (half of Fashion-MNIST, four fifths of MNIST),
/// and so has what ReLU or dropout leaves. The numbers are those of FastestWay.
enum class Zeros : unsigned {
  Kept,
  OfRows,        ///< terms that are zero in two neighbouring rows of op(A)
  OfPairedRows,  ///< the same, of rows that were paired by their zeros before
  OfColumns,     ///< terms that are zero in two neighbouring columns of op(B), by the transposed product
};

/// Whether zeros of such a product are ever left out: told by its extents, and where it begins. Only then must it be stored
/// with positive zeros, whether they are left out or not, so that no bit of it depends on that.
template <class Number>
bool may_leave_out_zeros(const Operands<Number>& operands);

/// A bit for each of Zeros that may be fastest, that of Kept among them; and which share of the terms is zero in both of two
/// neighbouring rows of op(A), and of two columns of op(B), where that matters. Looks at a few elements of the factors.
template <class Number>
ZerosFound find_zeros(const Operands<Number>& operands);

/// Computes a product that `may_leave_out_zeros` without these zeros. Each element of C is the chain of sums that
/// blocked_gemm(), or bf16_gemm(), computes, without those that add ±0. Returns false where the other factor has an infinity or
/// NaN, which a zero must turn into NaN: C is not the product then.
template <class Number, class Value>
bool skipping_gemm(const kernels::SkippingLoops<Number, Value>& loops, const Operands<Number>& operands, Zeros left_out);

/// Computes the product of `operands`, stored with positive zeros: without zeros where that has been found to be faster, by
/// multiply_all(operands) elsewhere. No bit depends on which.
template <class Number, class Value, class MultiplyAll>
void multiply_fastest(const kernels::SkippingLoops<Number, Value>& loops, const Operands<Number>& operands,
                      MultiplyAll&& multiply_all) {
  constexpr auto kept = static_cast<std::size_t>(Zeros::Kept);
  const ProductKind kind{.loops = &loops,
                         .m = operands.m,
                         .n = operands.n,
                         .k = operands.k,
                         .threads = thread_count(),
                         .flip_a = operands.flip_a,
                         .flip_b = operands.flip_b};
  RecentZeros& recent = recent_zeros(kind);
  if (recent.calls_left == 0) recent.found = find_zeros(operands), recent.calls_left = RecentZeros::calls_until_anew;
  --recent.calls_left;
  const ZerosFound found = recent.found;
  if (found.ways == 1u << kept) return multiply_all(operands);
  FastestWay& known = fastest_way(kind, found.shares);
  const std::size_t way = known.next(found.ways);
  const double begin = known.is_measuring() ? FastestWay::now() : 0;
  if (way == kept || !skipping_gemm(loops, operands, static_cast<Zeros>(way))) {
    if (way != kept) known.rule_out(way);
    multiply_all(operands);
  }
  if (known.is_measuring()) known.record(way, FastestWay::now() - begin);
}

}  // namespace xgrad::detail
