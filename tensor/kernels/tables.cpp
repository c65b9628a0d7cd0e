#include "xgrad/tensor/kernels/tables.hpp"

#include "xgrad/tensor/kernels/elementwise.hpp"
#include "xgrad/tensor/kernels/gemm.hpp"
#include "xgrad/tensor/kernels/loss.hpp"
#include "xgrad/tensor/kernels/normalization.hpp"
#include "xgrad/tensor/kernels/philox.hpp"
#include "xgrad/tensor/kernels/pixels.hpp"
#include "xgrad/tensor/kernels/reduction.hpp"
#include "xgrad/tensor/kernels/softmax.hpp"

namespace xgrad::kernels {

template <class T>
const Elementwise<T>& elementwise(Isa isa) {
  return table_for<Elementwise<T>>(isa);
}
template <class T>
const Elementwise<T>& elementwise() {
  static const Elementwise<T>& chosen = elementwise<T>(active_isa());
  return chosen;
}
template <class T>
const Reduction<T>& reduction(Isa isa) {
  return table_for<Reduction<T>>(isa);
}
template <class T>
const Reduction<T>& reduction() {
  static const Reduction<T>& chosen = reduction<T>(active_isa());
  return chosen;
}
const Philox& philox(Isa isa) { return table_for<Philox>(isa); }
const Philox& philox() {
  static const Philox& chosen = philox(active_isa());
  return chosen;
}
template <class T>
const SoftmaxRows<T>& softmax_rows(Isa isa) {
  return table_for<SoftmaxRows<T>>(isa);
}
template <class T>
const SoftmaxRows<T>& softmax_rows() {
  static const SoftmaxRows<T>& chosen = softmax_rows<T>(active_isa());
  return chosen;
}
template <class T>
const Normalization<T>& normalization(Isa isa) {
  return table_for<Normalization<T>>(isa);
}
template <class T>
const Normalization<T>& normalization() {
  static const Normalization<T>& chosen = normalization<T>(active_isa());
  return chosen;
}

template <class T>
const PairLosses<T>& pair_losses(Isa isa) {
  return table_for<PairLosses<T>>(isa);
}
template <class T>
const PairLosses<T>& pair_losses() {
  static const PairLosses<T>& chosen = pair_losses<T>(active_isa());
  return chosen;
}
template <class T>
const Pixels<T>& pixels(Isa isa) {
  return table_for<Pixels<T>>(isa);
}
template <class T>
const Pixels<T>& pixels() {
  static const Pixels<T>& chosen = pixels<T>(active_isa());
  return chosen;
}
template <class T>
const GemmLoops<T>& gemm_loops(Isa isa) {
  return table_for<GemmLoops<T>>(isa);
}
template <class T>
const GemmLoops<T>& gemm_loops() {
  static const GemmLoops<T>& chosen = gemm_loops<T>(active_isa());
  return chosen;
}

template const Elementwise<float>& elementwise<float>(Isa);
template const Elementwise<double>& elementwise<double>(Isa);
template const Elementwise<float>& elementwise<float>();
template const Elementwise<double>& elementwise<double>();
template const Reduction<float>& reduction<float>(Isa);
template const Reduction<double>& reduction<double>(Isa);
template const Reduction<float>& reduction<float>();
template const Reduction<double>& reduction<double>();
template const SoftmaxRows<float>& softmax_rows<float>(Isa);
template const SoftmaxRows<double>& softmax_rows<double>(Isa);
template const SoftmaxRows<float>& softmax_rows<float>();
template const SoftmaxRows<double>& softmax_rows<double>();
template const Normalization<float>& normalization<float>(Isa);
template const Normalization<double>& normalization<double>(Isa);
template const Normalization<float>& normalization<float>();
template const Normalization<double>& normalization<double>();

template const Pixels<float>& pixels<float>(Isa);
template const Pixels<double>& pixels<double>(Isa);
template const Pixels<float>& pixels<float>();
template const Pixels<double>& pixels<double>();
template const GemmLoops<float>& gemm_loops<float>(Isa);
template const GemmLoops<double>& gemm_loops<double>(Isa);
template const GemmLoops<float>& gemm_loops<float>();
template const GemmLoops<double>& gemm_loops<double>();
template const PairLosses<float>& pair_losses<float>(Isa);
template const PairLosses<double>& pair_losses<double>(Isa);
template const PairLosses<float>& pair_losses<float>();
template const PairLosses<double>& pair_losses<double>();

}  // namespace xgrad::kernels
