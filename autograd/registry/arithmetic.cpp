#include "xgrad/autograd/ops/arithmetic.hpp"

#include "xgrad/autograd/operation_info.hpp"
#include "xgrad/autograd/registry/families.hpp"

namespace xgrad {

std::vector<OperationInfo> arithmetic_operations() {
  const auto bad_pair = [](const char* name, auto call) {
    return BadInput{std::string(name) + " of shapes that do not broadcast",
                    [call] {
                      call(Tensor<double>(filled_array<double>({2, 3}, 1)), Tensor<double>(filled_array<double>({4, 3}, 1)));
                    },
                    {name, "(2, 3)", "(4, 3)"}};
  };
  const auto binary = [&](const char* name, auto call, double (*reference)(double, double), double low, double high) {
    return OperationInfo{name, binary_samples(call, reference, low, high), {}, {bad_pair(name, call)}};
  };
  return {
      binary(
          "add", [](const auto& a, const auto& b) { return a + b; }, [](double a, double b) { return a + b; }, -2, 2),
      binary(
          "sub", [](const auto& a, const auto& b) { return a - b; }, [](double a, double b) { return a - b; }, -2, 2),
      binary(
          "mul", [](const auto& a, const auto& b) { return a * b; }, [](double a, double b) { return a * b; }, -2, 2),
      binary(
          "div", [](const auto& a, const auto& b) { return a / b; }, [](double a, double b) { return a / b; }, 0.5, 2),
      {"add_scalar", unary_samples([](const auto& x) { return 1 + (x - 0.5); }, [](double x) { return x + 0.5; })},
      {"mul_scalar", unary_samples([](const auto& x) { return 1.5 * x; }, [](double x) { return 1.5 * x; })},
      {"div_scalar", unary_samples([](const auto& x) { return x / 3; }, [](double x) { return x / 3; })},
      {"neg", unary_samples([](const auto& x) { return -x; }, [](double x) { return -x; })},
      {"reciprocal", unary_samples([](const auto& x) { return 2 / x; }, [](double x) { return 2 / x; }, 0.5, 2)},
  };
}

}  // namespace xgrad
