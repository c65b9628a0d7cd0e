#include <algorithm>

#include "autograd/torch_calls.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/indexing.hpp"
#include "xgrad/autograd/ops/join.hpp"
#include "xgrad/autograd/ops/pad.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/ops/slice.hpp"

using namespace xgrad;

namespace torch_reference {

template <class T>
Tensor<T> pieces(const std::vector<Tensor<T>>& parts) {
  std::vector<Tensor<T>> flat;
  for (const Tensor<T>& part : parts) flat.push_back(flatten(part));
  std::reverse(flat.begin(), flat.end());
  return concat(flat);
}
template Tensor<float> pieces(const std::vector<Tensor<float>>&);
template Tensor<double> pieces(const std::vector<Tensor<double>>&);

std::vector<NamedCall> shape_calls() {
  return {
      named("broadcast_to",
            [](const auto& x) {
              return broadcast_to(x[0], {2, 3, 4});
            }),
      named("sum_to",
            [](const auto& x) {
              return sum_to(x[0], {3, 1});
            }),
      named("reshape",
            [](const auto& x) {
              return reshape(x[0], {3, -1});
            }),
      named("flatten", [](const auto& x) { return flatten(x[0]); }),
      named("flatten from axis 1", [](const auto& x) { return flatten(x[0], 1); }),
      named("squeeze", [](const auto& x) { return squeeze(x[0]); }),
      named("squeeze axis 2", [](const auto& x) { return squeeze(x[0], {2}); }),
      named("unsqueeze axis 1", [](const auto& x) { return unsqueeze(x[0], 1); }),
      named("unsqueeze axis -1", [](const auto& x) { return unsqueeze(x[0], -1); }),
      named("permute",
            [](const auto& x) {
              return permute(x[0], {2, 0, 1});
            }),
      named("transpose", [](const auto& x) { return transpose(x[0]); }),
      named("transpose axes 0 and 2", [](const auto& x) { return transpose(x[0], 0, 2); }),
      named("flip axis 1", [](const auto& x) { return flip(x[0], {1}); }),
      named("flip axes 0 and 2",
            [](const auto& x) {
              return flip(x[0], {0, 2});
            }),
      named("slice", [](const auto& x) { return slice(x[0], 1, 1, 6, 2); }),
      named("slice from the end", [](const auto& x) { return slice(x[0], 0, -3, -1); }),
      named("split", [](const auto& x) { return pieces(split(x[0], 2, 1)); }),
      named("split by sizes",
            [](const auto& x) {
              return pieces(split(x[0], std::vector<std::ptrdiff_t>{1, 0, 3}));
            }),
      named("concat axis 0", [](const auto& x) { return concat(x); }),
      named("concat axis -1", [](const auto& x) { return concat(x, -1); }),
      named("stack axis 0", [](const auto& x) { return stack(x); }),
      named("stack axis -1", [](const auto& x) { return stack(x, -1); }),
      named("pad",
            [](const auto& x) {
              return pad(x[0], {1, 2, 0, 1}, 0.5);
            }),
      named("index_select axis 0", [](const auto& x, const Constants& c) { return index_select(x[0], 0, indices(c[0])); }),
      named("index_select axis 1", [](const auto& x, const Constants& c) { return index_select(x[0], 1, indices(c[0])); }),
      named("gather axis 0", [](const auto& x, const Constants& c) { return gather(x[0], 0, indices(c[0])); }),
      named("gather axis 1", [](const auto& x, const Constants& c) { return gather(x[0], 1, indices(c[0])); }),
      named("scatter_add axis 0", [](const auto& x, const Constants& c) { return scatter_add(x[0], 0, indices(c[0]), x[1]); }),
      named("scatter_add axis 1", [](const auto& x, const Constants& c) { return scatter_add(x[0], 1, indices(c[0]), x[1]); }),
  };
}

}  // namespace torch_reference
