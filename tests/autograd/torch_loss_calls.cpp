#include "autograd/torch_calls.hpp"
#include "xgrad/autograd/ops/cross_entropy.hpp"

using namespace xgrad;

namespace torch_reference {
namespace {

void add_cross_entropy(std::vector<NamedCall>& calls, const std::string& reduction_name, Reduction reduction) {
  calls.push_back(named("cross_entropy " + reduction_name, [reduction](const auto& x, const Constants& c) {
    return cross_entropy(x[0], indices(c[0]), {.reduction = reduction});
  }));
  calls.push_back(
      named("cross_entropy smoothed and weighted " + reduction_name, [reduction](const auto& x, const Constants& c) {
        return cross_entropy(x[0], indices(c[0]),
                             {.reduction = reduction, .label_smoothing = 0.25, .weight = tensor(x, c[1]), .ignore_index = 1});
      }));
}

}  // namespace

std::vector<NamedCall> loss_calls() {
  std::vector<NamedCall> calls;
  for (const auto& [name, reduction] : {std::pair("mean", Reduction::Mean), {"sum", Reduction::Sum}, {"none", Reduction::None}})
    add_cross_entropy(calls, name, reduction);
  return calls;
}

}  // namespace torch_reference
