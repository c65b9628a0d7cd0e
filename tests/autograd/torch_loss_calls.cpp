#include "autograd/torch_calls.hpp"
#include "xgrad/autograd/ops/cross_entropy.hpp"
#include "xgrad/autograd/ops/regression_loss.hpp"

using namespace xgrad;

namespace torch_reference {
namespace {

// The losses with one way to sum up, whose name ends theirs.
class Losses {
 public:
  Losses(std::vector<NamedCall>& calls, const char* reduction_name, Reduction reduction)
      : calls_(calls), reduction_name_(reduction_name), reduction_(reduction) {}

  void add_cross_entropy() {
    add("cross_entropy",
        [r = reduction_](const auto& x, const Constants& c) { return cross_entropy(x[0], indices(c[0]), {.reduction = r}); });
    add("cross_entropy smoothed and weighted", [r = reduction_](const auto& x, const Constants& c) {
      return cross_entropy(x[0], indices(c[0]),
                           {.reduction = r, .label_smoothing = 0.25, .weight = tensor(x, c[1]), .ignore_index = 1});
    });
    add("cross_entropy of distributions", [r = reduction_](const auto& x, const Constants& c) {
      return cross_entropy(x[0], x[1], {.reduction = r, .label_smoothing = 0.25, .weight = tensor(x, c[0])});
    });
  }

  void add_regression() {
    add("mse_loss", [r = reduction_](const auto& x) { return mse_loss(x[0], x[1], r); });
    add("l1_loss", [r = reduction_](const auto& x) { return l1_loss(x[0], x[1], r); });
    add("huber_loss", [r = reduction_](const auto& x) { return huber_loss(x[0], x[1], r, 0.75); });
    add("smooth_l1_loss", [r = reduction_](const auto& x) { return smooth_l1_loss(x[0], x[1], r, 0.75); });
  }

 private:
  void add(const std::string& name, auto f) { calls_.push_back(named(name + ' ' + reduction_name_, f)); }

  std::vector<NamedCall>& calls_;
  const char* reduction_name_;
  Reduction reduction_;
};

}  // namespace

std::vector<NamedCall> loss_calls() {
  std::vector<NamedCall> calls;
  for (const auto& [name, reduction] :
       {std::pair("mean", Reduction::Mean), {"sum", Reduction::Sum}, {"none", Reduction::None}}) {
    Losses losses(calls, name, reduction);
    losses.add_cross_entropy();
    losses.add_regression();
  }
  return calls;
}

}  // namespace torch_reference
