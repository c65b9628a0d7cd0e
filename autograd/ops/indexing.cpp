#include "xgrad/autograd/ops/indexing.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/tensor/copy_runs.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/kernels/elementwise.hpp"

namespace xgrad {
namespace {

constexpr std::size_t grain = 1 << 16;  // elements that one thread takes at a time

// Where to look along which axis; the indices are shared between an operation and its derivatives.
struct Places {
  std::size_t axis;
  std::shared_ptr<const Indices> indices;

  std::size_t count() const { return indices->size(); }
  std::size_t operator[](std::size_t k) const { return static_cast<std::size_t>(indices->data()[k]); }
};

Places checked(int axis, const Indices& indices, const Shape& shape, const char* name) {
  const std::size_t at = normalize_axis(axis, shape, name);
  for (std::size_t k = 0; k < indices.size(); ++k)
    if (const std::int64_t index = indices.data()[k]; index < 0 || index >= static_cast<std::int64_t>(shape[at]))
      throw ConfigError(fmt::format("{}: index {} (number {}) is out of range for axis {} of shape {}; it must be in [0, {})",
                                    name, index, k, at, to_string(shape), shape[at]));
  return {at, std::make_shared<const Indices>(indices)};
}

struct IndexSelect {
  Places places;
  static constexpr const char* name = "index_select";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    Shape shape = x.shape();
    shape[places.axis] = places.count();
    Array<T> result = empty_array<T>(shape);
    const AroundAxis a(x.shape(), places.axis);
    const T* in = x.data();
    T* out = result.data();
    const std::size_t n = places.count();
    parallel_for(a.outer * n, std::max<std::size_t>(1, grain / std::max<std::size_t>(1, a.inner)),
                 [&](std::size_t begin, std::size_t end) {
                   for (std::size_t k = begin; k < end; ++k)
                     std::copy_n(in + (k / n * a.extent + places[k % n]) * a.inner, a.inner, out + k * a.inner);
                 });
    return result;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const;
};

// Adds slices to an array of zeros.
struct IndexSelectBackward {
  Places places;
  Shape shape;
  static constexpr const char* name = "index_select_backward";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& g) const {
    Array<T> result = filled_array<T>(shape, 0);
    const AroundAxis a(shape, places.axis);
    const T* in = g.data();
    for (std::size_t o = 0; o < a.outer; ++o)
      for (std::size_t k = 0; k < places.count(); ++k, in += a.inner) {
        T* to = result.data() + (o * a.extent + places[k]) * a.inner;
        kernels::run(kernels::Binary::Add, to, in, to, a.inner);
      }
    return result;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return apply(IndexSelect{places}, c.gradient());
  }
};

template <class T>
Tensor<T> IndexSelect::backward(const Context<T>& c) const {
  return apply(IndexSelectBackward{places, c.input_shape(0)}, c.gradient());
}

// Calls body(position in an array of `shape`, position in the array of indices) for each index.
template <class Body>
void for_each_place(const Places& places, const Shape& shape, Body&& body) {
  const Shape& extent = places.indices->shape();
  const std::size_t last = shape.size() - 1;
  std::vector<std::size_t> step(shape.size(), 1);
  for (std::size_t i = last; i-- > 0;) step[i] = step[i + 1] * shape[i + 1];
  for (std::size_t row = 0, k = 0; k < places.count(); ++row) {
    std::size_t start = 0, rest = row;
    for (std::size_t i = last; i-- > 0; rest /= extent[i])
      if (i != places.axis) start += rest % extent[i] * step[i];
    for (std::size_t j = 0; j < extent[last]; ++j, ++k)
      body(start + places[k] * step[places.axis] + (places.axis == last ? 0 : j), k);
  }
}

struct Gather {
  Places places;
  static constexpr const char* name = "gather";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x) const {
    Array<T> result = empty_array<T>(places.indices->shape());
    for_each_place(places, x.shape(), [&](std::size_t from, std::size_t k) { result.data()[k] = x.data()[from]; });
    return result;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const;
};

// Adds elements to an array of zeros.
struct GatherBackward {
  Places places;
  Shape shape;
  static constexpr const char* name = "gather_backward";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& g) const {
    Array<T> result = filled_array<T>(shape, 0);
    for_each_place(places, shape, [&](std::size_t to, std::size_t k) { result.data()[to] += g.data()[k]; });
    return result;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return apply(Gather{places}, c.gradient());
  }
};

template <class T>
Tensor<T> Gather::backward(const Context<T>& c) const {
  return apply(GatherBackward{places, c.input_shape(0)}, c.gradient());
}

struct ScatterAdd {
  Places places;
  static constexpr const char* name = "scatter_add";
  static constexpr unsigned saves = saves_nothing;
  template <class T>
  Array<T> forward(const Array<T>& x, const Array<T>& source) const {
    Array<T> result = x;
    for_each_place(places, x.shape(), [&](std::size_t to, std::size_t k) { result.data()[to] += source.data()[k]; });
    return result;
  }
  template <class T>
  std::array<Tensor<T>, 2> backward(const Context<T>& c) const {
    return {c.gradient(), c.needs(1) ? apply(Gather{places}, c.gradient()) : Tensor<T>()};
  }
};

void check_extents(const Shape& x, const Shape& indices, int axis, const char* name) {
  const std::size_t at = normalize_axis(axis, x, name);
  bool fits = x.size() == indices.size();
  for (std::size_t i = 0; fits && i < x.size(); ++i) fits = i == at || indices[i] <= x[i];
  if (!fits)
    throw ShapeError(
        fmt::format("{}: indices have shape {} but x has shape {}; they must have the same rank, and but for axis "
                    "{} no larger extents",
                    name, to_string(indices), to_string(x), at));
}

}  // namespace

template <class T>
Tensor<T> index_select(const Tensor<T>& x, int axis, const Indices& indices) {
  if (indices.dimension() != 1)
    throw ShapeError(fmt::format("index_select: indices have shape {} for x of shape {}; they must be a list, of rank 1",
                                 to_string(indices.shape()), to_string(x.shape())));
  return apply(IndexSelect{checked(axis, indices, x.shape(), IndexSelect::name)}, x);
}

template <class T>
Tensor<T> gather(const Tensor<T>& x, int axis, const Indices& indices) {
  check_extents(x.shape(), indices.shape(), axis, Gather::name);
  return apply(Gather{checked(axis, indices, x.shape(), Gather::name)}, x);
}

template <class T>
Tensor<T> scatter_add(const Tensor<T>& x, int axis, const Indices& indices, const Tensor<T>& source) {
  check_extents(x.shape(), indices.shape(), axis, ScatterAdd::name);
  if (source.shape() != indices.shape())
    throw ShapeError(fmt::format("scatter_add: source has shape {} but indices have shape {}; they must be equal",
                                 to_string(source.shape()), to_string(indices.shape())));
  return apply(ScatterAdd{checked(axis, indices, x.shape(), ScatterAdd::name)}, x, source);
}

#define XGRAD_INSTANTIATE(T)                                              \
  template Tensor<T> index_select(const Tensor<T>&, int, const Indices&); \
  template Tensor<T> gather(const Tensor<T>&, int, const Indices&);       \
  template Tensor<T> scatter_add(const Tensor<T>&, int, const Indices&, const Tensor<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
