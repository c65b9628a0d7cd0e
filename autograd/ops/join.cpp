#include "xgrad/autograd/ops/join.hpp"

#include <fmt/format.h>

#include "xgrad/autograd/operation.hpp"
#include "xgrad/autograd/operation_info.hpp"
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
      copy_runs(g + start, row, part.data(), runs[i], outer, runs[i]);
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

namespace {

// Element by element: `locate` says which input an element of the result comes from, and from which of its positions.
struct Source {
  std::size_t input;
  std::vector<std::size_t> position;
};

template <class F>
Sample joined(const char* name, const std::vector<Shape>& shapes, const Shape& result, F call,
              Source (*locate)(std::size_t, std::size_t, std::size_t)) {
  Sample::Arrays inputs;
  for (const Shape& shape : shapes) inputs.push_back(sample_values(shape, -2, 2, inputs.size() + 1));
  return sample(name, inputs, call, [=](const Sample::Arrays& x) {
    Array<double> values = empty_array<double>(result);
    Shape extent = result;
    while (extent.size() < 3) extent.push_back(1);
    for (std::size_t k = 0; k < values.size(); ++k) {
      const Source from = locate(k / (extent[1] * extent[2]), k / extent[2] % extent[1], k % extent[2]);
      values.data()[k] = x[from.input].element(from.position.begin(), from.position.end());
    }
    return values;
  });
}

OperationInfo concat_info() {
  using std::size_t;
  const auto along = [](int axis) { return [axis](const auto& x) { return concat(x, axis); }; };
  const auto fails = [](const char* name, std::vector<Shape> shapes, int axis, std::vector<std::string> mentions) {
    return BadInput{name,
                    [=] {
                      std::vector<Tensor<double>> list;
                      for (const Shape& shape : shapes) list.emplace_back(filled_array(shape, 1.0));
                      concat(list, axis);
                    },
                    std::move(mentions)};
  };
  return {"concat",
          {joined("rows", {{2, 3}, {1, 3}}, {3, 3}, along(0),
                  [](size_t i, size_t j, size_t) {
                    return i < 2 ? Source{0, {i, j}} : Source{1, {i - 2, j}};
                  }),
           joined("columns", {{2, 1}, {2, 1}, {2, 3}}, {2, 5}, along(-1),
                  [](size_t i, size_t j, size_t) {
                    return j < 2 ? Source{j, {i, 0}} : Source{2, {i, j - 2}};
                  }),
           joined("the middle axis", {{2, 2, 3}, {2, 2, 3}}, {2, 4, 3}, along(1),
                  [](size_t i, size_t j, size_t k) {
                    return Source{j / 2, {i, j % 2, k}};
                  }),
           joined("one tensor", {{3}}, {3}, along(0),
                  [](size_t i, size_t, size_t) {
                    return Source{0, {i}};
                  }),
           joined("an empty one between", {{1, 2}, {0, 2}, {1, 2}}, {2, 2}, along(0),
                  [](size_t i, size_t j, size_t) {
                    return Source{2 * i, {0, j}};
                  }),
           joined("only empty ones", {{0, 2}, {0, 2}}, {0, 2}, along(0),
                  [](size_t, size_t, size_t) {
                    return Source{0, {}};
                  })},
          {},
          {fails("unequal shapes", {{2, 3}, {2, 4}}, 0, {"concat", "(2, 3)", "(2, 4)", "axis 0"}),
           fails("unequal ranks", {{2, 3}, {2}}, 0, {"concat", "(2, 3)", "(2,)"}),
           fails("axis", {{2, 3}}, 2, {"concat", "axis 2", "(2, 3)"}),
           fails("scalars", {{}, {}}, 0, {"concat", "axis 0", "()"}), fails("empty list", {}, 0, {"concat", "empty"})}};
}

OperationInfo stack_info() {
  using std::size_t;
  const auto along = [](int axis) { return [axis](const auto& x) { return stack(x, axis); }; };
  const auto fails = [](const char* name, std::vector<Shape> shapes, int axis, std::vector<std::string> mentions) {
    return BadInput{name,
                    [=] {
                      std::vector<Tensor<double>> list;
                      for (const Shape& shape : shapes) list.emplace_back(filled_array(shape, 1.0));
                      stack(list, axis);
                    },
                    std::move(mentions)};
  };
  return {"stack",
          {joined("first", {{3, 4}, {3, 4}}, {2, 3, 4}, along(0),
                  [](size_t i, size_t j, size_t k) {
                    return Source{i, {j, k}};
                  }),
           joined("between", {{3, 4}, {3, 4}}, {3, 2, 4}, along(1),
                  [](size_t i, size_t j, size_t k) {
                    return Source{j, {i, k}};
                  }),
           joined("last", {{3, 4}, {3, 4}}, {3, 4, 2}, along(-1),
                  [](size_t i, size_t j, size_t k) {
                    return Source{k, {i, j}};
                  }),
           joined("scalars", {{}, {}, {}}, {3}, along(0),
                  [](size_t i, size_t, size_t) {
                    return Source{i, {}};
                  }),
           joined("one tensor", {{3}}, {1, 3}, along(0),
                  [](size_t, size_t j, size_t) {
                    return Source{0, {j}};
                  }),
           joined("empty", {{0, 2}, {0, 2}}, {0, 2, 2}, along(1),
                  [](size_t, size_t, size_t) {
                    return Source{0, {}};
                  })},
          {},
          {fails("unequal shapes", {{2, 3}, {3, 2}}, 0, {"stack", "(2, 3)", "(3, 2)"}),
           fails("axis", {{2}, {2}}, 2, {"stack", "axis 2"}), fails("empty list", {}, 0, {"stack", "empty"})}};
}

}  // namespace

std::vector<OperationInfo> join_operations() { return {concat_info(), stack_info()}; }

#define XGRAD_INSTANTIATE(T)                                     \
  template Tensor<T> concat(const std::vector<Tensor<T>>&, int); \
  template Tensor<T> stack(const std::vector<Tensor<T>>&, int);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
