#include <cmath>

#include <fmt/format.h>

#include "xgrad/autograd/gradcheck.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

class Checker {
 public:
  Checker(const OperationInfo& operation, const GradcheckOptions& options) : operation_(operation), options_(options) {}

  std::vector<std::string> run() {
    if (operation_.samples.empty()) fail("-", "has no samples, so nothing of it is checked");
    for (const Sample& s : operation_.samples) guarded(s.name, [&] { check(s); });
    for (const SpecialValue& s : operation_.special_values) guarded(s.name, [&] { check(s); });
    for (const BadInput& b : operation_.bad_inputs) check(b);
    return failures_;
  }

 private:
  void fail(const std::string& where, const std::string& what) {
    failures_.push_back(fmt::format("{} [{}]: {}", operation_.name, where, what));
  }

  template <class F>
  void guarded(const std::string& where, F&& f) {
    try {
      f();
    } catch (const std::exception& error) { fail(where, fmt::format("threw: {}", error.what())); }
  }

  // `digits` relative to 1 + |expected|; NaN and infinities must be equal.
  void compare(const std::string& where, const char* what, const Array<double>& got, const Array<double>& expected,
               double tolerance) {
    if (got.shape() != expected.shape())
      return fail(where,
                  fmt::format("{} has shape {}, expected {}", what, to_string(got.shape()), to_string(expected.shape())));
    for (std::size_t i = 0; i < got.size(); ++i) {
      const double a = got.data()[i], b = expected.data()[i];
      const bool same = std::isnan(b)   ? std::isnan(a)
                        : std::isinf(b) ? a == b
                                        : std::abs(a - b) <= tolerance * (1 + std::abs(b));
      if (!same) return fail(where, fmt::format("{}[{}] is {:.17g}, expected {:.17g}", what, i, a, b));
    }
  }

  void check(const Sample& s) {
    NoGrad guard;
    std::vector<Tensor<double>> x;
    std::vector<Tensor<float>> x_float;
    for (const Array<double>& input : s.inputs) {
      x.emplace_back(Array<double>(input));
      x_float.emplace_back(Array<float>(xt::cast<float>(input)));
    }
    const Array<double> value = s.call(x).value();
    // References are computed in double too: a few units in the last place, times the length of sums.
    if (s.reference) compare(s.name, "value", value, s.reference(s.inputs), 1e-13);
    // The inputs are rounded to float (6e-8) before, and functions amplify that.
    compare(s.name, "float value", Array<double>(xt::cast<double>(s.call_float(x_float).value())), value, 2e-5);
    GradMode recording(true);
    if (s.order >= 1) {
      if (const GradcheckResult r = gradcheck(s.call, s.inputs, options_); !r) fail(s.name, r.message);
      check_accumulation(s);
      check_formula_against_fused(s);
      check_float_gradient(s);
    }
    if (s.order >= 2)
      if (const GradcheckResult r = gradgradcheck(s.call, s.inputs, options_); !r) fail(s.name, r.message);
    if (s.order >= 1 && s.inputs.size() >= 2 && s.inputs[0].shape() == s.inputs[1].shape()) check_same_input_twice(s);
  }

  static std::vector<Tensor<double>> leaves(const Sample& s) {
    std::vector<Tensor<double>> x;
    for (const Array<double>& input : s.inputs) x.emplace_back(Array<double>(input), true);
    return x;
  }

  // Gradients must be added to what is there, never written over it.
  void check_accumulation(const Sample& s) {
    const std::vector<Tensor<double>> x = leaves(s);
    const Tensor<double> y = s.call(x);
    if (!y.requires_grad()) return;
    const Tensor<double> seed(sample_values(y.shape(), -1, 1, 5));
    const std::vector<Tensor<double>> g = grad<double>({y}, x, {seed}, {.retain_graph = true});
    for (Tensor<double> leaf : x) leaf.set_grad(Tensor<double>(filled_array(leaf.shape(), 7.0)));
    y.backward(seed);
    for (std::size_t k = 0; k < x.size(); ++k) {
      Array<double> expected = filled_array(x[k].shape(), 7.0);
      if (g[k].defined())
        for (std::size_t i = 0; i < expected.size(); ++i) expected.data()[i] += g[k].data()[i];
      compare(s.name, "accumulated gradient", x[k].grad().value(), expected, 1e-14);
    }
  }

  // While recording, the differentiable formula runs; otherwise a fused kernel, where there is one.
  void check_formula_against_fused(const Sample& s) {
    const std::vector<Tensor<double>> x = leaves(s);
    const Tensor<double> y = s.call(x);
    if (!y.requires_grad()) return;
    const Tensor<double> seed(sample_values(y.shape(), -1, 1, 6));
    const auto fused = grad<double>({y}, x, {seed}, {.retain_graph = true});
    if (s.order < 2) return;
    const auto formula = grad<double>({y}, x, {seed}, {.create_graph = true});
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (fused[k].defined() != formula[k].defined())
        return fail(s.name, "fused and formula disagree on which gradients exist");
      if (fused[k].defined()) compare(s.name, "fused gradient", fused[k].value(), formula[k].value(), 1e-12);
    }
  }

  void check_float_gradient(const Sample& s) {
    const std::vector<Tensor<double>> x = leaves(s);
    std::vector<Tensor<float>> x_float;
    for (const Array<double>& input : s.inputs) x_float.emplace_back(Array<float>(xt::cast<float>(input)), true);
    const Tensor<double> y = s.call(x);
    const Tensor<float> y_float = s.call_float(x_float);
    if (!y.requires_grad()) return;
    const Array<double> seed = sample_values(y.shape(), -1, 1, 8);
    const auto g = grad<double>({y}, x, {Tensor<double>(Array<double>(seed))});
    const auto g_float = grad<float>({y_float}, x_float, {Tensor<float>(Array<float>(xt::cast<float>(seed)))});
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (g[k].defined() != g_float[k].defined())
        return fail(s.name, fmt::format("float gradient {} exists only for {}", k, g[k].defined() ? "double" : "float"));
      if (g[k].defined())
        compare(s.name, "float gradient", Array<double>(xt::cast<double>(g_float[k].value())), g[k].value(), 1e-4);
    }
  }

  void check_same_input_twice(const Sample& s) {
    const TensorFunction twice = [&s](const std::vector<Tensor<double>>& one) {
      std::vector<Tensor<double>> all{one[0], one[0]};
      for (std::size_t k = 2; k < s.inputs.size(); ++k) all.emplace_back(Array<double>(s.inputs[k]));
      return s.call(all);
    };
    if (!same_input_is_smooth(s)) return;
    if (const GradcheckResult r = gradcheck(twice, {s.inputs[0]}, options_); !r) fail(s.name, "same input twice, " + r.message);
  }

  // Operations that compare their inputs have a kink where both are the same; they say so by `order` or by distinct values.
  bool same_input_is_smooth(const Sample&) const { return !operation_.kink_at_equal_inputs; }

  void check(const SpecialValue& s) {
    GradMode recording(true);
    Tensor<double> x(Array<double>(s.input), true);
    const Tensor<double> y = s.call(x);
    compare(s.name, "value", y.value(), s.value, 1e-14);
    if (s.gradient.dimension() == 0 && s.input.dimension() != 0) return;
    y.backward(Tensor<double>(filled_array(y.shape(), 1.0)));
    compare(s.name, "gradient", x.grad().value(), s.gradient, 1e-14);
  }

  void check(const BadInput& b) {
    try {
      b.call();
    } catch (const Error& error) {
      const std::string text = error.what();
      for (const std::string& piece : b.mentions)
        if (text.find(piece) == text.npos) fail(b.name, fmt::format("the message \"{}\" does not mention \"{}\"", text, piece));
      return;
    } catch (const std::exception& error) {
      return fail(b.name, fmt::format("threw something other than xgrad::Error: {}", error.what()));
    }
    fail(b.name, "did not throw");
  }

  const OperationInfo& operation_;
  const GradcheckOptions options_;
  std::vector<std::string> failures_;
};

}  // namespace

std::vector<std::string> check_operation(const OperationInfo& operation, GradcheckOptions options) {
  return Checker(operation, options).run();
}

}  // namespace xgrad
