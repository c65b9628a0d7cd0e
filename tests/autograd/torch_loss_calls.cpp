#include <fmt/format.h>

#include "autograd/torch_calls.hpp"
#include "xgrad/autograd/ops/binary_cross_entropy.hpp"
#include "xgrad/autograd/ops/cross_entropy.hpp"
#include "xgrad/autograd/ops/kl_div.hpp"
#include "xgrad/autograd/ops/margin_loss.hpp"
#include "xgrad/autograd/ops/nll_loss.hpp"
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

  void add_classification() {
    add("nll_loss", [r = reduction_](const auto& x, const Constants& c) {
      return nll_loss(x[0], indices(c[0]), {.reduction = r, .weight = tensor(x, c[1]), .ignore_index = 1});
    });
    add("hinge_loss",
        [r = reduction_](const auto& x, const Constants& c) { return hinge_loss(x[0], tensor(x, c[0]), 0.75, r); });
    for (const int p : {1, 2})
      add(fmt::format("multi_margin_loss of power {}", p), [p, r = reduction_](const auto& x, const Constants& c) {
        return multi_margin_loss(x[0], indices(c[0]), {.p = p, .margin = 0.75, .weight = tensor(x, c[1]), .reduction = r});
      });
  }

  void add_binary_cross_entropy() {
    add("binary_cross_entropy_with_logits",
        [r = reduction_](const auto& x) { return binary_cross_entropy_with_logits(x[0], x[1], {.reduction = r}); });
    add("bce_with_logits weighted", [r = reduction_](const auto& x) {
      return bce_with_logits(x[0], x[1], {.reduction = r, .weight = x[2], .pos_weight = x[3]});
    });
  }

 private:
  void add(const std::string& name, auto f) { calls_.push_back(named(name + ' ' + reduction_name_, f)); }

  std::vector<NamedCall>& calls_;
  const char* reduction_name_;
  Reduction reduction_;
};

void add_divergence(std::vector<NamedCall>& calls) {
  using R = KlDivReduction;
  calls.push_back(named("kl_div of fixed targets",
                        [](const auto& x, const Constants& c) { return kl_div(x[0], tensor(x, c[0]), R::None); }));
  for (const auto& [name, r] : {std::pair("mean", R::Mean), {"batchmean", R::BatchMean}, {"sum", R::Sum}, {"none", R::None}}) {
    calls.push_back(named(fmt::format("kl_div {}", name), [r = r](const auto& x) { return kl_div(x[0], x[1], r); }));
    calls.push_back(
        named(fmt::format("kl_div of logarithms {}", name), [r = r](const auto& x) { return kl_div(x[0], x[1], r, true); }));
  }
}

}  // namespace

std::vector<NamedCall> loss_calls() {
  std::vector<NamedCall> calls;
  for (const auto& [name, reduction] :
       {std::pair("mean", Reduction::Mean), {"sum", Reduction::Sum}, {"none", Reduction::None}}) {
    Losses losses(calls, name, reduction);
    losses.add_cross_entropy();
    losses.add_regression();
    losses.add_classification();
    losses.add_binary_cross_entropy();
  }
  add_divergence(calls);
  return calls;
}

}  // namespace torch_reference
