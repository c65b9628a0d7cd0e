#include "xgrad/autograd/ops/indexing.hpp"

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/picked_samples.hpp"

namespace xgrad {
namespace {

Tensor<double> ones(const Shape& shape) { return Tensor<double>(filled_array(shape, 1.0)); }

OperationInfo index_select_info() {
  const auto take = [](int axis, Indices indices) { return [=](const auto& x) { return index_select(x[0], axis, indices); }; };
  const auto at = [](Indices indices, std::size_t axis) -> Pick {
    return [=](auto i) { return i[axis] = static_cast<std::size_t>(indices(i[axis])), i; };
  };
  const Indices none = Indices::from_shape({0}), twice = {2, 0, 2};
  const auto fails = [](const char* name, int axis, Indices indices, std::vector<std::string> mentions) {
    mentions.insert(mentions.end(), {"index_select", "(2, 3)"});
    return BadInput{name, [=] { index_select(ones({2, 3}), axis, indices); }, std::move(mentions)};
  };
  return {"index_select",
          {picked_sample("rows, one of them twice", {3, 2}, {3, 2}, take(0, twice), at(twice, 0)),
           picked_sample("columns", {2, 3}, {2, 3}, take(-1, twice), at(twice, 1)),
           picked_sample("the middle axis", {2, 3, 2}, {2, 3, 2}, take(1, twice), at(twice, 1)),
           picked_sample("a vector", {4}, {1}, take(0, {3}), at({3}, 0)),
           picked_sample("none", {3, 2}, {0, 2}, take(0, none), at(none, 0)),
           picked_sample("of empty slices", {3, 0}, {3, 0}, take(0, twice), at(twice, 0))},
          {},
          {fails("axis", 2, {1}, {"axis 2"}), fails("too large", 1, {0, 3}, {"index 3", "[0, 3)"}),
           fails("negative", 0, {-1}, {"index -1", "[0, 2)"}), fails("no list", 0, Indices(Shape{1, 2}, 0), {"(1, 2)"})}};
}

// Indices for an array of shape (3, 2) that name some positions twice and others not at all.
struct Tables {
  Indices in_rows{{2, 0}, {2, 1}, {0, 0}}, in_columns{{1, 1, 0}, {0, 0, 0}, {1, 0, 1}}, few = Indices(Shape{2, 1}, 1);
};

OperationInfo gather_info() {
  const auto take = [](int axis, Indices indices) { return [=](const auto& x) { return gather(x[0], axis, indices); }; };
  const auto at = [](Indices indices, std::size_t axis) -> Pick {
    return [=](auto i) {
      const auto index = static_cast<std::size_t>(indices.element(i.begin(), i.end()));
      return i[axis] = index, i;
    };
  };
  const Tables t;
  const Indices none = Indices::from_shape({0, 2}), cube{{{0, 1}}, {{2, 0}}}, line{3, 3, 0};
  const auto fails = [](const char* name, int axis, Shape shape, std::int64_t index, std::vector<std::string> mentions) {
    mentions.insert(mentions.end(), {"gather", "(2, 3)"});
    return BadInput{name, [=] { gather(ones({2, 3}), axis, Indices(shape, index)); }, std::move(mentions)};
  };
  return {"gather",
          {picked_sample("from rows", {3, 2}, {3, 2}, take(0, t.in_rows), at(t.in_rows, 0)),
           picked_sample("from columns", {3, 2}, {3, 3}, take(-1, t.in_columns), at(t.in_columns, 1)),
           picked_sample("fewer indices than x has", {3, 2}, {2, 1}, take(0, t.few), at(t.few, 0)),
           picked_sample("the middle axis", {2, 3, 2}, {2, 1, 2}, take(1, cube), at(cube, 1)),
           picked_sample("a vector", {4}, {3}, take(0, line), at(line, 0)),
           picked_sample("no indices", {3, 2}, {0, 2}, take(0, none), at(none, 0))},
          {},
          {fails("axis", 2, {1, 1}, 0, {"axis 2"}), fails("rank", 0, {2}, 0, {"(2,)", "rank"}),
           fails("extent", 1, {3, 1}, 0, {"(3, 1)"}), fails("too large", 1, {1, 2}, 3, {"index 3", "[0, 3)"}),
           fails("negative", 0, {1, 1}, -1, {"index -1", "[0, 2)"})}};
}

OperationInfo scatter_add_info() {
  const Tables t;
  const auto scattered = [](const char* name, const Shape& shape, int axis, Indices indices) {
    const auto call = [=](const auto& x) { return scatter_add(x[0], axis, indices, x[1]); };
    const auto reference = [=](const Sample::Arrays& x) {
      Array<double> result = x[0];
      for (std::size_t i = 0; i < indices.shape()[0]; ++i)
        for (std::size_t j = 0; j < indices.shape()[1]; ++j) {
          const auto index = static_cast<std::size_t>(indices(i, j));
          (axis == 0 ? result(index, j) : result(i, index)) += x[1](i, j);
        }
      return result;
    };
    return sample(name, {sample_values(shape), sample_values(indices.shape(), -2, 2, 9)}, call, reference);
  };
  const auto fails = [](const char* name, int axis, Shape shape, std::int64_t index, Shape source,
                        std::vector<std::string> mentions) {
    mentions.push_back("scatter_add");
    return BadInput{name, [=] { scatter_add(ones({2, 3}), axis, Indices(shape, index), ones(source)); }, std::move(mentions)};
  };
  return {"scatter_add",
          {scattered("to rows", {3, 2}, 0, t.in_rows), scattered("to columns", {3, 2}, 1, t.in_columns),
           scattered("fewer than x has", {3, 2}, 0, t.few), scattered("nothing", {3, 2}, 0, Indices::from_shape({0, 2}))},
          {},
          {fails("axis", 2, {1, 1}, 0, {1, 1}, {"axis 2", "(2, 3)"}), fails("rank", 0, {2}, 0, {2}, {"(2,)", "(2, 3)"}),
           fails("another source", 0, {1, 2}, 0, {2, 1}, {"(2, 1)", "(1, 2)"}),
           fails("too large", 0, {1, 2}, 2, {1, 2}, {"index 2", "[0, 2)"})}};
}

}  // namespace

std::vector<OperationInfo> indexing_operations() { return {index_select_info(), gather_info(), scatter_add_info()}; }

}  // namespace xgrad
