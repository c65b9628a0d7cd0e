#pragma once

#include "xgrad/tensor/gemm_operands.hpp"
#include "xgrad/tensor/kernels/gemm.hpp"

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
template <class T>
bool may_leave_out_zeros(const kernels::GemmLoops<T>& loops, const Operands<T>& operands);

/// What leaving out zeros can save: a bit for each of Zeros that may be fastest, that of Kept among them, and a number for
/// how many there are, alike for products that take about as long. Looks at a few elements of the factors.
struct ZerosFound {
  unsigned ways, share;
};
template <class T>
ZerosFound find_zeros(const kernels::GemmLoops<T>& loops, const Operands<T>& operands);

/// Computes a product that `may_leave_out_zeros` without these zeros. Each element of C is the chain of multiply-adds that
/// blocked_gemm() computes, without those that add ±0. Returns false where the other factor has an infinity or NaN, which a
/// zero must turn into NaN: what C begins with is as it was, but C is not yet the product.
template <class T>
bool skipping_gemm(const kernels::GemmLoops<T>& loops, const Operands<T>& operands, Zeros left_out);

}  // namespace xgrad::detail
