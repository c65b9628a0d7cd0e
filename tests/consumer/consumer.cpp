// A user's program: an operation of its own, checked by finite differences, in a model that is trained, saved and reloaded.
#include <cmath>
#include <cstdio>
#include <vector>

#include <xgrad/xgrad.hpp>

using namespace xgrad;

namespace {

/// snake(x) = x + sin²x.  Shapes: any → same.  Gradient: 1 + sin 2x.
/// Source: Ziyin, Hartwig and Ueda, "Neural Networks Fail to Learn Periodic Functions and How to Fix It" (2020).
struct Snake {
  static constexpr const char* name = "snake";
  static constexpr unsigned saves = saves_input(0);

  template <class T>
  Array<T> forward(const Array<T>& x) const {
    Array<T> y = x;
    for (T& value : y) value += std::sin(value) * std::sin(value);
    return y;
  }
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient() * (T{1} + sin(T{2} * c.input(0)));
  }
};

template <class T>
Tensor<T> snake(const Tensor<T>& x) {
  return apply(Snake{}, x);
}

struct Net : nn::Module<float> {
  nn::Linear<float> fc1{2, 16, {.generator = Generator(1)}}, fc2{16, 2, {.generator = Generator(2)}};
  const char* type_name() const override { return "Net"; }
  nn::Members<float> members() override { return {.children = {{"fc1", &fc1}, {"fc2", &fc2}}}; }
  Tensor<float> forward(const Tensor<float>& x) override { return fc2(snake(fc1(x))); }
};

int failures = 0;
void check(bool holds, const char* what) {
  if (holds) return;
  std::printf("wrong: %s\n", what);
  ++failures;
}

void check_operation_of_ours() {
  const auto f = [](const auto& inputs) { return snake(inputs[0]) * inputs[1]; };
  const std::vector<Array<double>> inputs{{{1.0, -2.0}, {0.5, 3.0}}, {{0.3, 1.0}, {2.0, -1.0}}};
  const GradcheckResult first = gradcheck(f, inputs), second = gradgradcheck(f, inputs);
  check(first.passed, first.message.c_str());
  check(second.passed, second.message.c_str());
}

// The sign of the product of two numbers: no line separates the classes.
void train_save_and_reload() {
  Array<float> points = empty_array<float>({64, 2});
  Indices classes = Indices::from_shape({64});
  for (std::size_t i = 0; i < 64; ++i) {
    points(i, 0) = (static_cast<float>(i / 8) - 3.5f) / 4;
    points(i, 1) = (static_cast<float>(i % 8) - 3.5f) / 4;
    classes(i) = points(i, 0) * points(i, 1) > 0;
  }
  const Tensor<float> x(points);

  Net net;
  optim::Adam<float> adam(net.parameters(), {.lr = 0.02});
  for (int step = 0; step < 400; ++step) {
    adam.zero_grad();
    cross_entropy(net(x), classes).backward();
    adam.step();
  }
  check(cross_entropy(net(x), classes).item() < 0.1f, "the model learns the sign of a product");

  nn::save_model(net, "consumer.safetensors");
  Net reloaded;
  check(reloaded(x).value() != net(x).value(), "an untrained model differs");
  nn::load_model(reloaded, "consumer.safetensors");
  check(reloaded(x).value() == net(x).value(), "a reloaded model computes the same bits");
}

}  // namespace

int main() {
  check_operation_of_ours();
  train_save_and_reload();
  return failures == 0 ? 0 : 1;
}
