#include "xgrad/autograd/ops/join.hpp"

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/ops/slice.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {
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

}  // namespace xgrad
