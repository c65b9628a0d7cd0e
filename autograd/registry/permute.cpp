#include "xgrad/autograd/ops/permute.hpp"

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/registry/families.hpp"
#include "xgrad/autograd/registry/picked_samples.hpp"

namespace xgrad {
namespace {

OperationInfo permute_info() {
  const auto by = [](Axes order) { return [order](const auto& x) { return permute(x[0], order); }; };
  return {"permute",
          {picked_sample("cube", {2, 3, 4}, {4, 2, 3}, by({2, 0, 1}),
                         [](const auto& i) {
                           return std::vector{i[1], i[2], i[0]};
                         }),
           picked_sample("the first two", {2, 3, 4}, {3, 2, 4}, by({1, 0, 2}),
                         [](const auto& i) {
                           return std::vector{i[1], i[0], i[2]};
                         }),
           picked_sample("rank 4, two pairs", {2, 3, 1, 4}, {1, 4, 2, 3}, by({-2, -1, 0, 1}),
                         [](const auto& i) {
                           return std::vector{i[2], i[3], i[0], i[1]};
                         }),
           picked_sample("rank 5", {2, 3, 2, 2, 3}, {3, 2, 2, 3, 2}, by({4, 3, 0, 1, 2}),
                         [](const auto& i) {
                           return std::vector{i[2], i[3], i[4], i[1], i[0]};
                         }),
           picked_sample("nothing moves", {2, 3}, {2, 3}, by({0, 1}), [](const auto& i) { return i; }),
           picked_sample("scalar", {}, {}, by({}), [](const auto& i) { return i; }),
           picked_sample("empty", {0, 2, 3}, {3, 0, 2}, by({2, 0, 1}), [](const auto& i) { return i; })},
          {},
          {bad_input("too few axes", {2, 3}, [](const auto& x) { permute(x, {0}); }, {"permute", "(0)"}),
           bad_input("an axis twice", {2, 3},
                     [](const auto& x) {
                       permute(x, {1, -1});
                     },
                     {"permute", "(1, -1)"}),
           bad_input("axis", {2, 3},
                     [](const auto& x) {
                       permute(x, {0, 2});
                     },
                     {"permute", "axis 2"})}};
}

OperationInfo transpose_info() {
  return {"transpose",
          {picked_sample(
               "matrix", {3, 4}, {4, 3}, [](const auto& x) { return transpose(x[0]); },
               [](const auto& i) {
                 return std::vector{i[1], i[0]};
               }),
           picked_sample(
               "larger than a tile", {37, 41}, {41, 37}, [](const auto& x) { return transpose(x[0]); },
               [](const auto& i) {
                 return std::vector{i[1], i[0]};
               }),
           picked_sample(
               "the last two of three", {2, 3, 4}, {2, 4, 3}, [](const auto& x) { return transpose(x[0]); },
               [](const auto& i) {
                 return std::vector{i[0], i[2], i[1]};
               }),
           picked_sample(
               "first and last", {2, 3, 4}, {4, 3, 2}, [](const auto& x) { return transpose(x[0], 0, -1); },
               [](const auto& i) {
                 return std::vector{i[2], i[1], i[0]};
               }),
           picked_sample(
               "column", {3, 1}, {1, 3}, [](const auto& x) { return transpose(x[0]); },
               [](const auto& i) {
                 return std::vector{i[1], i[0]};
               }),
           picked_sample(
               "an axis with itself", {3}, {3}, [](const auto& x) { return transpose(x[0], 0, 0); },
               [](const auto& i) { return i; }),
           picked_sample(
               "empty", {0, 3}, {3, 0}, [](const auto& x) { return transpose(x[0]); }, [](const auto& i) { return i; })},
          {},
          {bad_input("axis", {2, 3}, [](const auto& x) { transpose(x, 0, 2); }, {"transpose", "axis 2"})}};
}

OperationInfo flip_info() {
  return {"flip",
          {picked_sample(
               "all", {2, 3}, {2, 3}, [](const auto& x) { return flip(x[0]); },
               [](const auto& i) {
                 return std::vector{1 - i[0], 2 - i[1]};
               }),
           picked_sample(
               "first of three", {2, 3, 2}, {2, 3, 2}, [](const auto& x) { return flip(x[0], {0}); },
               [](const auto& i) {
                 return std::vector{1 - i[0], i[1], i[2]};
               }),
           picked_sample(
               "first and last", {2, 3, 2}, {2, 3, 2},
               [](const auto& x) {
                 return flip(x[0], {-1, 0});
               },
               [](const auto& i) {
                 return std::vector{1 - i[0], i[1], 1 - i[2]};
               }),
           picked_sample(
               "scalar", {}, {}, [](const auto& x) { return flip(x[0]); }, [](const auto& i) { return i; }),
           picked_sample(
               "empty", {0, 3}, {0, 3}, [](const auto& x) { return flip(x[0]); }, [](const auto& i) { return i; })},
          {},
          {bad_input("axis", {2, 3}, [](const auto& x) { flip(x, {-3}); }, {"flip", "axis -3"}),
           bad_input("an axis twice", {2, 3},
                     [](const auto& x) {
                       flip(x, {0, 0});
                     },
                     {"flip", "(0, 0)", "twice"})}};
}

}  // namespace

std::vector<OperationInfo> permute_operations() { return {permute_info(), transpose_info(), flip_info()}; }

}  // namespace xgrad
