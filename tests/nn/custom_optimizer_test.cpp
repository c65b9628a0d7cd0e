// An optimizer written as users write theirs, in one file: Eve.
#include <algorithm>
#include <cmath>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/nn/optim/factory.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

struct EveOptions {
  double lr = 1e-3;
  double beta1 = 0.9, beta2 = 0.999, beta3 = 0.999;
  double lower = 0.1, upper = 10;  ///< bounds of the change of the loss
  double eps = 1e-8;
};

/// Adam with a step size that shrinks while the loss moves up and down and grows while it lies still. With f the loss, d₁ = 1:
///     (δ, Δ) = (k + 1, K + 1) if f ≥ f̂, else (1/(K + 1), 1/(k + 1))
///     c = min(max(δ, f/f̂), Δ),  f̂' = c·f̂,  r = |f̂' − f̂|/min(f̂', f̂),  d = β₃·d + (1 − β₃)·r
///     p ← p − lr/d · m̂/(√v̂ + eps),  m̂ and v̂ as Adam's
/// At the first step f̂' = f.  Source: Koushik and Hayashi, "Improving Stochastic Gradient Descent with Feedback" (2016),
/// algorithm 1.
template <class T>
class Eve : public optim::OptimizerOf<T, EveOptions> {
 public:
  using optim::OptimizerOf<T, EveOptions>::OptimizerOf;
  const char* name() const override { return "eve"; }

 protected:
  optim::StateNames state_names(const EveOptions&) const override { return {"exp_avg", "exp_avg_sq"}; }
  std::vector<std::pair<std::string, double>> state_numbers(const EveOptions&) const override {
    return {{"smoothed_loss", 0}, {"d", 1}};
  }

  void update(std::span<T> p, std::span<const T> g, optim::State<T>& state, const EveOptions& o) override {
    if (std::isnan(this->loss())) throw ConfigError("eve: the step needs the loss; call step(loss) or minimize()");
    follow_loss(state, o);
    const double t = static_cast<double>(state.step), d = state.numbers[1];
    T *m = state.arrays[0].data(), *v = state.arrays[1].data();
    for (std::size_t i = 0; i < p.size(); ++i) {
      m[i] = static_cast<T>(o.beta1 * m[i] + (1 - o.beta1) * g[i]);
      v[i] = static_cast<T>(o.beta2 * v[i] + (1 - o.beta2) * g[i] * g[i]);
      const double first = m[i] / (1 - std::pow(o.beta1, t)), second = v[i] / (1 - std::pow(o.beta2, t));
      p[i] -= static_cast<T>(o.lr / d * first / (std::sqrt(second) + o.eps));
    }
  }

 private:
  void follow_loss(optim::State<T>& state, const EveOptions& o) const {
    double &smoothed = state.numbers[0], &d = state.numbers[1];
    const double f = this->loss(), before = smoothed;
    if (state.step == 1) {
      smoothed = f;
      return;
    }
    const bool rose = f >= before;
    const double low = rose ? o.lower + 1 : 1 / (o.upper + 1), high = rose ? o.upper + 1 : 1 / (o.lower + 1);
    smoothed = std::min(std::max(low, f / before), high) * before;
    const double change = std::abs(smoothed - before) / std::min(smoothed, before);
    d = o.beta3 * d + (1 - o.beta3) * change;
  }
};

void make_eve_known() {
  static const bool once = [] {
    optim::register_optimizer("eve", []<class T>(std::vector<Tensor<T>> parameters, const optim::OptimizerSettings& s) {
      return std::make_unique<Eve<T>>(std::move(parameters),
                                      EveOptions{.lr = s.lr, .beta1 = s.beta1, .beta2 = s.beta2, .eps = s.eps});
    });
    return true;
  }();
  static_cast<void>(once);
}

// f(x) = (x² + 1)/2 + ½·sin(3x), which is above 0, so that quotients of losses make sense.
double loss_at(double x) { return (x * x + 1) / 2 + std::sin(3 * x) / 2; }
double slope_at(double x) { return x + 1.5 * std::cos(3 * x); }

// 25 steps in plain numbers, as the paper's algorithm 1 writes them down.
std::vector<double> eve_in_plain_numbers(double x, double lr) {
  std::vector<double> path;
  double m = 0, v = 0, d = 1, f_hat_previous = 0;
  for (int t = 1; t <= 25; ++t) {
    const double f = loss_at(x), g = slope_at(x);
    m = 0.9 * m + 0.1 * g;
    v = 0.99 * v + 0.01 * g * g;
    const double m_hat = m / (1 - std::pow(0.9, t)), v_hat = v / (1 - std::pow(0.99, t));
    if (t > 1) {
      double delta_t, capital_delta_t;
      if (f >= f_hat_previous) {
        delta_t = 0.1 + 1;
        capital_delta_t = 10 + 1;
      } else {
        delta_t = 1 / (10.0 + 1);
        capital_delta_t = 1 / (0.1 + 1);
      }
      const double c = std::min(std::max(delta_t, f / f_hat_previous), capital_delta_t);
      const double f_hat = c * f_hat_previous;
      const double r = std::abs(f_hat - f_hat_previous) / std::min(f_hat, f_hat_previous);
      d = 0.999 * d + 0.001 * r;
      f_hat_previous = f_hat;
    } else {
      f_hat_previous = f;
      d = 1;
    }
    x -= lr / d * m_hat / (std::sqrt(v_hat) + 1e-8);
    path.push_back(x);
  }
  return path;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(custom_optimizer)

// Both sides round alike but for the order of a few operations, and steps of 0.05 do not magnify: 10⁻¹² is a thousand
// roundings.
BOOST_AUTO_TEST_CASE(eve_made_by_its_name_takes_the_steps_of_the_paper) {
  make_eve_known();
  const Tensor<double> x(2.5, true);
  const auto eve = optim::make_optimizer<double>("eve", {x}, {.lr = 0.05, .beta2 = 0.99});
  for (const double expected : eve_in_plain_numbers(2.5, 0.05)) {
    eve->minimize([&] {
      eve->zero_grad();
      const Tensor<double> loss = (square(x) + 1.0) / 2.0 + sin(3.0 * x) / 2.0;
      loss.backward();
      return loss.item();
    });
    BOOST_TEST(std::abs(x.item() - expected) <= 1e-12);
  }
}

BOOST_AUTO_TEST_CASE(its_state_goes_through_the_base_class) {
  Tensor<float> x(filled_array<float>({3}, 2), true), y(filled_array<float>({3}, 0), true);
  Eve<float> first({x}, {.lr = 0.1}), second({y}, {.lr = 0.1});
  const auto step = [](Eve<float>& eve, Tensor<float>& p, double loss) {
    p.set_grad(Tensor<float>(filled_array<float>({3}, static_cast<float>(loss))));
    eve.step(loss);
  };
  for (double loss : {3.0, 2.0, 2.5}) step(first, x, loss);
  y.mutable_value() = x.value();
  second.load_state(first.state());
  for (double loss : {1.0, 4.0}) {
    step(first, x, loss);
    step(second, y, loss);
  }
  BOOST_TEST(std::equal(x.data(), x.data() + 3, y.data()));
  BOOST_CHECK_EXCEPTION(first.step(), ConfigError, says({"eve", "loss"}));
}

BOOST_AUTO_TEST_CASE(names_are_listed_and_taken_once) {
  make_eve_known();
  const std::vector<std::string> names = optim::optimizer_names();
  BOOST_TEST(std::count(names.begin(), names.end(), "eve") == 1);
  const auto make = []<class T>(std::vector<Tensor<T>> p, const optim::OptimizerSettings&) {
    return std::make_unique<Eve<T>>(std::move(p));
  };
  BOOST_CHECK_EXCEPTION(optim::register_optimizer("eve", make), ConfigError, says({"'eve'", "taken"}));
  BOOST_CHECK_EXCEPTION(optim::register_optimizer("adam", make), ConfigError, says({"'adam'", "taken"}));
}

BOOST_AUTO_TEST_SUITE_END()
