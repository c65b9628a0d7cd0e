#pragma once

#include <cstddef>
#include <cstdint>

#include "xgrad/tensor/array.hpp"

namespace xgrad::detail {

using MostInCommon = std::size_t (*)(std::uint64_t pattern, const std::uint64_t* others, std::size_t n);  // SkippingLoops
using RowOrder = xt::uvector<std::uint32_t, PoolAllocator<std::uint32_t>>;

/// The rows of a matrix in an order in which the first and the second, the third and the fourth, and so on, have many zeros in
/// common, as images of one kind do. Takes m rows, `lda` apart, of k terms. Among a few hundred rows each, from the one with
/// the most zeros on, it takes the best partner that is left.
template <class T>
RowOrder pair_rows(MostInCommon most_in_common, const T* a, std::size_t lda, std::size_t m, std::size_t k);

}  // namespace xgrad::detail
