#include "xgrad/autograd/ops/class_targets.hpp"

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::detail {

void check_scores(const char* name, const Shape& scores) {
  if (scores.size() != 1 && scores.size() != 2)
    throw ShapeError(
        fmt::format("{}: the scores have shape {}; expected (N, C), or (C,) for a single row", name, to_string(scores)));
}

void check_class_targets(const char* name, const Shape& scores, const Indices& targets, const std::int64_t* ignore_index) {
  const ClassRows rows(scores);
  if (targets.dimension() + 1 != scores.size() || targets.size() != rows.count)
    throw ShapeError(fmt::format(
        "{}: the scores have shape {} but the targets have shape {}; expected {}, a class index for "
        "each row of scores",
        name, to_string(scores), to_string(targets.shape()), scores.size() == 2 ? to_string(Shape{rows.count}) : "()"));
  for (std::size_t r = 0; r < rows.count; ++r) {
    const std::int64_t t = targets.data()[r];
    if ((t >= 0 && t < static_cast<std::int64_t>(rows.classes)) || (ignore_index && t == *ignore_index)) continue;
    throw ConfigError(fmt::format("{}: the target of row {} is {}; class indices must be in [0, {}){}", name, r, t,
                                  rows.classes, ignore_index ? fmt::format(", or {} to be ignored", *ignore_index) : ""));
  }
}

template <class T>
void check_class_weight(const char* name, const Shape& scores, const Tensor<T>& weight) {
  if (!weight.defined()) return;
  if (weight.shape() != Shape{scores.back()})
    throw ShapeError(
        fmt::format("{}: weight has shape {} but the scores have shape {}; one weight for each of the {} classes is "
                    "needed",
                    name, to_string(weight.shape()), to_string(scores), scores.back()));
  if (weight.requires_grad())
    throw GraphError(fmt::format("{}: there is no gradient for the class weights; pass weight.detach()", name));
}

template void check_class_weight(const char*, const Shape&, const Tensor<float>&);
template void check_class_weight(const char*, const Shape&, const Tensor<double>&);

}  // namespace xgrad::detail
