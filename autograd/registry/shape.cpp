#include "xgrad/autograd/ops/shape.hpp"

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/picked_samples.hpp"

namespace xgrad {
namespace {

// The elements must stay in their order, so the reference is the input with the shape written out by hand.
template <class F>
Sample same_elements(const char* name, const Shape& from, const Shape& to, F call) {
  return sample(name, {sample_values(from)}, call, [to](const Sample::Arrays& x) {
    Array<double> result = x[0];
    result.reshape(to);
    return result;
  });
}

}  // namespace

std::vector<OperationInfo> shape_operations() {
  const auto to = [](Extents shape) { return [shape](const auto& x) { return reshape(x[0], shape); }; };
  const auto reshape_fails = [](const char* name, const Shape& from, Extents shape, std::vector<std::string> mentions) {
    mentions.push_back("reshape");
    return bad_input(
        name, from, [shape](const auto& x) { reshape(x, shape); }, mentions);
  };
  return {
      {"reshape",
       {same_elements("matrix to cube", {4, 6}, {2, 3, 4}, to({2, 3, 4})),
        same_elements("an extent worked out", {4, 6}, {3, 8}, to({3, -1})),
        same_elements("to its own shape", {2, 3}, {2, 3}, to({2, 3})),
        same_elements("scalar to matrix", {}, {1, 1}, to({1, 1})), same_elements("one element to scalar", {1, 1}, {}, to({})),
        same_elements("empty", {0, 3}, {2, 0, 5}, to({2, 0, 5})),
        same_elements("empty, an extent worked out", {0, 3}, {3, 0}, to({3, -1}))},
       {},
       {reshape_fails("too few elements", {2, 3}, {2, 2}, {"6 elements", "(2, 2)"}),
        reshape_fails("no multiple", {2, 3}, {4, -1}, {"(4, -1)"}), reshape_fails("two -1", {2, 3}, {-1, -1}, {"only one"}),
        reshape_fails("negative", {2, 3}, {-2, 3}, {"(-2, 3)"}),
        reshape_fails("-1 beside 0", {0, 3}, {0, -1}, {"(0, -1)", "anything"})}},
      {"flatten",
       {same_elements("everything", {2, 3, 4}, {24}, [](const auto& x) { return flatten(x[0]); }),
        same_elements("from axis 1", {2, 3, 4}, {2, 12}, [](const auto& x) { return flatten(x[0], 1); }),
        same_elements("the first two", {2, 3, 4}, {6, 4}, [](const auto& x) { return flatten(x[0], 0, -2); }),
        same_elements("scalar", {}, {1}, [](const auto& x) { return flatten(x[0]); }),
        same_elements("empty", {2, 0, 4}, {2, 0}, [](const auto& x) { return flatten(x[0], 1); })},
       {},
       {bad_input("axis", {2, 3}, [](const auto& x) { flatten(x, 2); }, {"flatten", "axis 2"}),
        bad_input("order", {2, 3}, [](const auto& x) { flatten(x, 1, 0); }, {"flatten", "start 1", "end 0"})}},
      {"squeeze",
       {same_elements("all", {1, 3, 1, 2}, {3, 2}, [](const auto& x) { return squeeze(x[0]); }),
        same_elements("one axis", {1, 3, 1}, {1, 3}, [](const auto& x) { return squeeze(x[0], {-1}); }),
        same_elements("an axis of another extent stays", {1, 3}, {1, 3}, [](const auto& x) { return squeeze(x[0], {1}); }),
        same_elements("to a scalar", {1, 1}, {}, [](const auto& x) { return squeeze(x[0]); }),
        same_elements("empty", {1, 0}, {0}, [](const auto& x) { return squeeze(x[0]); })},
       {},
       {bad_input("axis", {2, 1}, [](const auto& x) { squeeze(x, {2}); }, {"squeeze", "axis 2"})}},
      {"unsqueeze",
       {same_elements("first", {3, 2}, {1, 3, 2}, [](const auto& x) { return unsqueeze(x[0], 0); }),
        same_elements("between", {3, 2}, {3, 1, 2}, [](const auto& x) { return unsqueeze(x[0], -2); }),
        same_elements("last", {3, 2}, {3, 2, 1}, [](const auto& x) { return unsqueeze(x[0], -1); }),
        same_elements("scalar", {}, {1}, [](const auto& x) { return unsqueeze(x[0], 0); }),
        same_elements("empty", {0}, {0, 1}, [](const auto& x) { return unsqueeze(x[0], 1); })},
       {},
       {bad_input("axis", {2, 1}, [](const auto& x) { unsqueeze(x, 3); }, {"unsqueeze", "axis 3"})}},
  };
}

}  // namespace xgrad
