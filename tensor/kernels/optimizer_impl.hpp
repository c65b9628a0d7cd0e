#pragma once
// The update rules for one xsimd architecture. Included only by the file of each instruction set.

#include "xgrad/tensor/kernels/optimizer.hpp"
#include "xgrad/tensor/kernels/root_impl.hpp"
#include "xgrad/tensor/kernels/simd.hpp"

namespace xgrad::kernels {

// Reads and writes vectors of one array, or their first `count` elements at the array's end.
template <class B, bool whole>
struct ArrayVector {
  using T = typename B::value_type;
  std::size_t count;
  B load(const T* p) const { return whole ? B::load_unaligned(p) : load_part<B>(p, count, T(0)); }
  void store(B x, T* p) const {
    if constexpr (whole)
      x.store_unaligned(p);
    else
      store_part(x, p, count);
  }
};

// Calls body(lanes, i) for every vector, the incomplete one at the end included.
template <class B, class Body>
inline void for_each_vector(std::size_t n, Body&& body) {
  std::size_t i = 0;
  for (; i + B::size <= n; i += B::size) body(ArrayVector<B, true>{B::size}, i);
  if (i < n) body(ArrayVector<B, false>{n - i}, i);
}

template <class T, class Arch>
void sgd_loop(T* p, const T* g, std::size_t n, const UpdateNumbers<T>& k) {
  using B = xsimd::batch<T, Arch>;
  const B lr(k.lr), decay(k.weight_decay);
  for_each_vector<B>(n, [&](auto lanes, std::size_t i) {
    const B x = lanes.load(p + i);
    lanes.store(x - lr * (lanes.load(g + i) + decay * x), p + i);
  });
}

template <class T, class Arch>
void sgd_momentum_loop(T* p, const T* g, T* b, std::size_t n, const UpdateNumbers<T>& k, bool nesterov, bool first) {
  using B = xsimd::batch<T, Arch>;
  const B lr(k.lr), decay(k.weight_decay), momentum(k.momentum), share(k.one_minus_dampening);
  for_each_vector<B>(n, [&](auto lanes, std::size_t i) {
    const B x = lanes.load(p + i);
    const B d = lanes.load(g + i) + decay * x;
    const B buffer = first ? d : momentum * lanes.load(b + i) + share * d;
    lanes.store(buffer, b + i);
    lanes.store(x - lr * (nesterov ? d + momentum * buffer : buffer), p + i);
  });
}

template <class T, class Arch, bool multiplied>
void rmsprop_loop(T* p, const T* g, T* v, T* mean, T* b, std::size_t n, const UpdateNumbers<T>& k) {
  using B = xsimd::batch<T, Arch>;
  const B lr(k.lr), decay(k.weight_decay), momentum(k.momentum), alpha(k.beta2), rest(k.rest2), eps(k.eps);
  for_each_vector<B>(n, [&](auto lanes, std::size_t i) {
    const B x = lanes.load(p + i);
    const B d = lanes.load(g + i) + decay * x;
    const B square = alpha * lanes.load(v + i) + rest * d * d;
    lanes.store(square, v + i);
    B variance = square;
    if (mean) {
      const B average = alpha * lanes.load(mean + i) + rest * d;
      lanes.store(average, mean + i);
      variance = square - average * average;
    }
    const B step = d / (root<multiplied>(variance) + eps);
    if (!b) return lanes.store(x - lr * step, p + i);
    const B buffer = momentum * lanes.load(b + i) + step;
    lanes.store(buffer, b + i);
    lanes.store(x - lr * buffer, p + i);
  });
}

// Its four arrays wait for the memory, and not for roots: with those by multiply-adds it was 0.95 to 1.15 times as fast.
template <class T, class Arch>
void adam_loop(T* p, const T* g, T* m, T* v, T* max, std::size_t n, const UpdateNumbers<T>& k) {
  using B = xsimd::batch<T, Arch>;
  const B lr(k.lr), decay(k.weight_decay), decoupled(k.decoupled_decay), beta1(k.beta1), rest1(k.rest1), beta2(k.beta2),
      rest2(k.rest2), eps(k.eps), correction(k.correction2), direct(k.gradient_step);
  for_each_vector<B>(n, [&](auto lanes, std::size_t i) {
    const B x = decoupled * lanes.load(p + i);
    const B d = lanes.load(g + i) + decay * x;
    const B first = beta1 * lanes.load(m + i) + rest1 * d;
    B second = beta2 * lanes.load(v + i) + rest2 * d * d;
    lanes.store(first, m + i);
    lanes.store(second, v + i);
    if (max) {
      second = xsimd::max(second, lanes.load(max + i));
      lanes.store(second, max + i);
    }
    lanes.store(x - (lr * first + direct * d) / (xsimd::sqrt(second) * correction + eps), p + i);
  });
}

template <class T, class Arch, bool multiplied>
void adagrad_loop(T* p, const T* g, T* s, std::size_t n, const UpdateNumbers<T>& k) {
  using B = xsimd::batch<T, Arch>;
  const B lr(k.lr), decay(k.weight_decay), eps(k.eps);
  for_each_vector<B>(n, [&](auto lanes, std::size_t i) {
    const B x = lanes.load(p + i);
    const B d = lanes.load(g + i) + decay * x;
    const B sum = lanes.load(s + i) + d * d;
    lanes.store(sum, s + i);
    lanes.store(x - lr * d / (root<multiplied>(sum) + eps), p + i);
  });
}

template <class T, class Arch, bool multiplied>
void adadelta_loop(T* p, const T* g, T* v, T* a, std::size_t n, const UpdateNumbers<T>& k) {
  using B = xsimd::batch<T, Arch>;
  const B lr(k.lr), decay(k.weight_decay), rho(k.beta2), rest(k.rest2), eps(k.eps);
  for_each_vector<B>(n, [&](auto lanes, std::size_t i) {
    const B x = lanes.load(p + i);
    const B d = lanes.load(g + i) + decay * x;
    const B square = rho * lanes.load(v + i) + rest * d * d;
    const B before = lanes.load(a + i);
    const B delta = d * root<multiplied>(before + eps) / root<multiplied>(square + eps);
    lanes.store(square, v + i);
    lanes.store(rho * before + rest * delta * delta, a + i);
    lanes.store(x - lr * delta, p + i);
  });
}

template <class T, class Arch, bool multiplied>
void roots_loop(const T* x, T* out, std::size_t n) {
  for_each_vector<xsimd::batch<T, Arch>>(
      n, [&](auto lanes, std::size_t i) { lanes.store(root<multiplied>(lanes.load(x + i)), out + i); });
}

template <class T, class Arch, bool multiplied>
constexpr OptimizerLoops<T> optimizer_loops_for() {
  return {.sgd = sgd_loop<T, Arch>,
          .sgd_momentum = sgd_momentum_loop<T, Arch>,
          .rmsprop = rmsprop_loop<T, Arch, multiplied>,
          .adam = adam_loop<T, Arch>,
          .adagrad = adagrad_loop<T, Arch, multiplied>,
          .adadelta = adadelta_loop<T, Arch, multiplied>,
          .roots = roots_loop<T, Arch, multiplied>,
          .multiplied_roots = nullptr};
}

template <class T, class Arch>
struct WithMultipliedRoots {
  static constexpr OptimizerLoops<T> table = optimizer_loops_for<T, Arch, true>();
};

template <class T, class Arch>
struct OptimizerLoopsFor {
  static constexpr OptimizerLoops<T> table = [] {
    OptimizerLoops<T> loops = optimizer_loops_for<T, Arch, false>();
    if constexpr (has_multiplied_roots<xsimd::batch<T, Arch>>) loops.multiplied_roots = &WithMultipliedRoots<T, Arch>::table;
    return loops;
  }();
};

}  // namespace xgrad::kernels
