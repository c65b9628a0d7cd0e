#pragma once
// Every family of loops. The file of an instruction set includes this and names its xsimd architecture.

#include "xgrad/tensor/kernels/elementwise_impl.hpp"
#include "xgrad/tensor/kernels/gemm_impl.hpp"
#include "xgrad/tensor/kernels/loss_impl.hpp"
#include "xgrad/tensor/kernels/normalization_impl.hpp"
#include "xgrad/tensor/kernels/optimizer_impl.hpp"
#include "xgrad/tensor/kernels/philox_impl.hpp"
#include "xgrad/tensor/kernels/pixels_impl.hpp"
#include "xgrad/tensor/kernels/reduction_impl.hpp"
#include "xgrad/tensor/kernels/softmax_impl.hpp"
#include "xgrad/tensor/kernels/tables.hpp"

namespace xgrad::kernels {

template <class Table, class Arch>
struct TableFor;
template <class T, class Arch>
struct TableFor<Elementwise<T>, Arch> : ElementwiseFor<T, Arch> {};
template <class T, class Arch>
struct TableFor<Reduction<T>, Arch> : ReductionFor<T, Arch> {};
template <class Arch>
struct TableFor<Philox, Arch> : PhiloxFor<Arch> {};
template <class T, class Arch>
struct TableFor<SoftmaxRows<T>, Arch> : SoftmaxRowsFor<T, Arch> {};
template <class T, class Arch>
struct TableFor<Normalization<T>, Arch> : NormalizationFor<T, Arch> {};
template <class T, class Arch>
struct TableFor<OptimizerLoops<T>, Arch> : OptimizerLoopsFor<T, Arch> {};
template <class T, class Arch>
struct TableFor<GemmLoops<T>, Arch> : GemmLoopsFor<T, Arch> {};
template <class T, class Arch>
struct TableFor<Pixels<T>, Arch> : PixelsFor<T, Arch> {};
template <class T, class Arch>
struct TableFor<PairLosses<T>, Arch> : PairLossesFor<T, Arch> {};

}  // namespace xgrad::kernels
