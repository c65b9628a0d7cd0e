#include "xgrad/autograd/ops/join.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/ops/slice.hpp"
#include "xgrad/tensor/copy_runs.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

// Whether along an old axis or a new one: every input contributes a run of `runs[i]` elements to each of the `outer` rows.
struct Join {
  Shape shape;
  std::size_t outer = 1, row = 0;
  std::vector<std::size_t> runs;
  static constexpr unsigned saves = saves_nothing;

  template <class T>
  Array<T> forward(const std::vector<const Array<T>*>& inputs) const {
    Array<T> result = empty_array<T>(shape);
    if (result.size() == 0) return result;
    T* to = result.data();
    for (std::size_t i = 0; i < inputs.size(); to += runs[i++]) copy_runs(inputs[i]->data(), runs[i], to, row, outer, runs[i]);
    return result;
  }

  template <class T>
  std::vector<Tensor<T>> backward(const Context<T>& c) const {
    const Tensor<T> rows = reshape(c.gradient(), Shape{outer, row});
    return for_each_input(c, [&](std::size_t i, std::size_t start) {
      const auto first = static_cast<std::ptrdiff_t>(start), stop = static_cast<std::ptrdiff_t>(start + runs[i]);
      return reshape(slice(rows, 1, first, stop), c.input_shape(i));
    });
  }

  template <class T>
  std::vector<Tensor<T>> fused_backward(const Context<T>& c) const {
    const T* g = c.gradient().data();
    return for_each_input(c, [&](std::size_t i, std::size_t start) {
      Array<T> part = empty_array<T>(c.input_shape(i));
      if (part.size() > 0) copy_runs(g + start, row, part.data(), runs[i], outer, runs[i]);
      return Tensor<T>(std::move(part));
    });
  }

 private:
  template <class T, class F>
  std::vector<Tensor<T>> for_each_input(const Context<T>& c, F&& gradient_of) const {
    std::vector<Tensor<T>> gradients(runs.size());
    for (std::size_t i = 0, start = 0; i < runs.size(); start += runs[i++])
      if (c.needs(i)) gradients[i] = gradient_of(i, start);
    return gradients;
  }
};

struct Concat : Join {
  static constexpr const char* name = "concat";
};

struct Stack : Join {
  static constexpr const char* name = "stack";
};

void check_not_empty(std::size_t count, const char* operation) {
  if (count == 0) throw ShapeError(fmt::format("{}: the list is empty; at least one tensor is needed", operation));
}

bool differ_only_in(std::size_t axis, const Shape& a, const Shape& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (i != axis && a[i] != b[i]) return false;
  return true;
}

}  // namespace

template <class T>
Tensor<T> concat(const std::vector<Tensor<T>>& tensors, int axis) {
  check_not_empty(tensors.size(), Concat::name);
  const Shape& first = tensors[0].shape();
  const std::size_t at = normalize_axis(axis, first, Concat::name);
  const AroundAxis around(first, at);
  Concat op;
  op.shape = first;
  op.shape[at] = 0;
  op.outer = around.outer;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Shape& shape = tensors[i].shape();
    if (!differ_only_in(at, first, shape))
      throw ShapeError(fmt::format("concat: tensor 0 has shape {} but tensor {} has shape {}; they may differ only in axis {}",
                                   to_string(first), i, to_string(shape), at));
    op.shape[at] += shape[at];
    op.runs.push_back(shape[at] * around.inner);
    op.row += op.runs.back();
  }
  return apply_to_list(std::move(op), tensors);
}

template <class T>
Tensor<T> stack(const std::vector<Tensor<T>>& tensors, int axis) {
  check_not_empty(tensors.size(), Stack::name);
  const Shape& first = tensors[0].shape();
  Shape with_axis(first.size() + 1, 1);
  const std::size_t at = normalize_axis(axis, with_axis, Stack::name);
  std::copy(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(at), with_axis.begin());
  std::copy(first.begin() + static_cast<std::ptrdiff_t>(at), first.end(),
            with_axis.begin() + static_cast<std::ptrdiff_t>(at) + 1);
  const AroundAxis around(with_axis, at);
  Stack op;
  op.shape = with_axis;
  op.shape[at] = tensors.size();
  op.outer = around.outer;
  op.row = tensors.size() * around.inner;
  op.runs.assign(tensors.size(), around.inner);
  for (std::size_t i = 0; i < tensors.size(); ++i)
    if (tensors[i].shape() != first)
      throw ShapeError(fmt::format("stack: tensor 0 has shape {} but tensor {} has shape {}; all must be equal",
                                   to_string(first), i, to_string(tensors[i].shape())));
  return apply_to_list(std::move(op), tensors);
}

#define XGRAD_INSTANTIATE(T)                                     \
  template Tensor<T> concat(const std::vector<Tensor<T>>&, int); \
  template Tensor<T> stack(const std::vector<Tensor<T>>&, int);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
