// Gradients of multilayer perceptrons against explicit formulas, written out with plain loops that use nothing of xgrad.
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/ops.hpp"
#include "xgrad/nn/data/one_hot.hpp"
#include "xgrad/nn/mlp.hpp"

using namespace xgrad;

namespace {

using Matrix = std::vector<std::vector<double>>;

Matrix zeros(std::size_t rows, std::size_t cols) { return Matrix(rows, std::vector<double>(cols, 0.0)); }

Matrix to_matrix(const Tensor<double>& t) {
  const std::size_t cols = t.shape().back(), rows = t.size() / cols;
  Matrix m = zeros(rows, cols);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j) m[i][j] = t.data()[i * cols + j];
  return m;
}

struct Function {
  std::string name;
  std::function<double(double)> value, slope;  // of the input
};

double sigmoid_of(double z) { return 1 / (1 + std::exp(-z)); }
double normal_cdf(double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); }
double normal_pdf(double z) { return std::exp(-z * z / 2) / std::sqrt(2 * M_PI); }
double gelu_argument(double z) { return std::sqrt(2 / M_PI) * (z + 0.044715 * z * z * z); }

std::vector<Function> functions() {
  return {
      {"identity", [](double z) { return z; }, [](double) { return 1.0; }},
      {"sigmoid", sigmoid_of, [](double z) { return sigmoid_of(z) * (1 - sigmoid_of(z)); }},
      {"tanh", [](double z) { return std::tanh(z); }, [](double z) { return 1 - std::tanh(z) * std::tanh(z); }},
      {"relu", [](double z) { return z > 0 ? z : 0; }, [](double z) { return z > 0 ? 1.0 : 0.0; }},
      {"leaky_relu", [](double z) { return z > 0 ? z : 0.01 * z; }, [](double z) { return z > 0 ? 1.0 : 0.01; }},
      {"elu", [](double z) { return z > 0 ? z : std::expm1(z); }, [](double z) { return z > 0 ? 1.0 : std::exp(z); }},
      {"gelu", [](double z) { return z * normal_cdf(z); }, [](double z) { return normal_cdf(z) + z * normal_pdf(z); }},
      {"gelu_tanh", [](double z) { return 0.5 * z * (1 + std::tanh(gelu_argument(z))); },
       [](double z) {
         const double t = std::tanh(gelu_argument(z));
         return 0.5 * (1 + t) + 0.5 * z * (1 - t * t) * std::sqrt(2 / M_PI) * (1 + 3 * 0.044715 * z * z);
       }},
      {"silu", [](double z) { return z * sigmoid_of(z); },
       [](double z) { return sigmoid_of(z) * (1 + z * (1 - sigmoid_of(z))); }},
      {"softplus", [](double z) { return std::log1p(std::exp(z)); }, sigmoid_of},
      {"log_sigmoid", [](double z) { return -std::log1p(std::exp(-z)); }, [](double z) { return sigmoid_of(-z); }},
  };
}

struct Layer {
  Matrix weight;  // (out, in)
  std::vector<double> bias;
  Matrix weight_gradient;
  std::vector<double> bias_gradient;
};

Matrix softmax_of(const Matrix& z) {
  Matrix p = z;
  for (auto& row : p) {
    double sum = 0;
    for (double& v : row) sum += v = std::exp(v);
    for (double& v : row) v /= sum;
  }
  return p;
}

// Forward: z_l = a_{l−1}·W_lᵀ + b_l, a_l = f(z_l). Backward: δ_L from the loss, δ_{l−1} = (δ_l·W_l) ∘ f'(z_{l−1}),
// ∂L/∂W_l = δ_lᵀ·a_{l−1}, ∂L/∂b_l = Σ_i δ_l. Returns the loss.
double backpropagate(std::vector<Layer>& layers, const Function& f, const Matrix& x, const std::vector<std::int64_t>& labels,
                     bool squared_error) {
  const std::size_t n = x.size();
  std::vector<Matrix> a{x}, z;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    const Layer& layer = layers[l];
    Matrix s = zeros(n, layer.bias.size()), activated = s;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t o = 0; o < layer.bias.size(); ++o) {
        s[i][o] = layer.bias[o];
        for (std::size_t k = 0; k < a[l][i].size(); ++k) s[i][o] += layer.weight[o][k] * a[l][i][k];
        activated[i][o] = l + 1 < layers.size() ? f.value(s[i][o]) : s[i][o];
      }
    z.push_back(s);
    a.push_back(activated);
  }
  const Matrix p = softmax_of(z.back());
  const std::size_t classes = p[0].size();
  Matrix delta = zeros(n, classes);
  double loss = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto t = [&](std::size_t c) { return static_cast<std::int64_t>(c) == labels[i] ? 1.0 : 0.0; };
    if (squared_error) {  // mean over all elements of (p − t)²; through softmax: ∂/∂z_c = p_c·(e_c − Σ_k e_k p_k), e = 2(p −
                          // t)/(n·C)
      double weighted = 0;
      for (std::size_t c = 0; c < classes; ++c) {
        loss += (p[i][c] - t(c)) * (p[i][c] - t(c)) / static_cast<double>(n * classes);
        weighted += 2 * (p[i][c] - t(c)) / static_cast<double>(n * classes) * p[i][c];
      }
      for (std::size_t c = 0; c < classes; ++c)
        delta[i][c] = p[i][c] * (2 * (p[i][c] - t(c)) / static_cast<double>(n * classes) - weighted);
    } else {  // −log p_t, mean over the batch: ∂/∂z = (p − t)/n
      loss -= std::log(p[i][static_cast<std::size_t>(labels[i])]) / static_cast<double>(n);
      for (std::size_t c = 0; c < classes; ++c) delta[i][c] = (p[i][c] - t(c)) / static_cast<double>(n);
    }
  }
  for (std::size_t l = layers.size(); l-- > 0;) {
    Layer& layer = layers[l];
    layer.weight_gradient = zeros(layer.bias.size(), a[l][0].size());
    layer.bias_gradient.assign(layer.bias.size(), 0);
    Matrix previous = zeros(n, a[l][0].size());
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t o = 0; o < layer.bias.size(); ++o) {
        layer.bias_gradient[o] += delta[i][o];
        for (std::size_t k = 0; k < a[l][i].size(); ++k) {
          layer.weight_gradient[o][k] += delta[i][o] * a[l][i][k];
          previous[i][k] += delta[i][o] * layer.weight[o][k];
        }
      }
    if (l > 0)
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t k = 0; k < previous[i].size(); ++k) previous[i][k] *= f.slope(z[l - 1][i][k]);
    delta = previous;
  }
  return loss;
}

// Both sides round every product and sum to 2⁻⁵³; sums here have at most 30 terms and five layers: 10⁻¹² relative to the
// largest gradient of the parameter leaves a factor of ten.
void check_close(const Tensor<double>& gradient, const Matrix& expected, const std::string& what) {
  const Matrix got = to_matrix(gradient);
  double scale = 0, worst = 0;
  for (std::size_t i = 0; i < expected.size(); ++i)
    for (std::size_t j = 0; j < expected[i].size(); ++j) {
      scale = std::max(scale, std::abs(expected[i][j]));
      worst = std::max(worst, std::abs(got[i][j] - expected[i][j]));
    }
  BOOST_TEST(worst <= 1e-12 * scale, what << ": off by " << worst << " where gradients are up to " << scale);
  BOOST_TEST(scale > 0, what << ": all gradients are zero, so nothing was compared");
}

void compare(const Function& f, std::size_t hidden_layers, bool squared_error) {
  std::vector<std::size_t> widths{7};
  for (std::size_t l = 0; l < hidden_layers; ++l) widths.push_back(11 - l);
  widths.push_back(4);
  nn::MLP<double> network(widths, {.activation = f.name, .initializer = "xavier_normal", .seed = 11 + hidden_layers});
  Generator generator(5);
  Tensor<double> x(random::normal<double>(generator, {6, 7}));
  const Indices labels = random::integers(generator, {6}, 4);
  for (const Tensor<double>& p : network.parameters())
    if (p.rank() == 1) {  // biases other than zero
      Tensor<double> bias = p;
      random::fill_normal(generator, bias.mutable_value().data(), bias.size(), 0.0, 0.3);
    }
  std::vector<Layer> layers;
  const std::vector<Tensor<double>> parameters = network.parameters();
  for (std::size_t k = 0; k < parameters.size(); k += 2)
    layers.push_back({to_matrix(parameters[k]), to_matrix(parameters[k + 1])[0], {}, {}});

  const double expected = backpropagate(layers, f, to_matrix(x), {labels.data(), labels.data() + labels.size()}, squared_error);
  const Tensor<double> outputs = network(x);
  const Tensor<double> loss = squared_error ? mean(square(softmax(outputs) - Tensor<double>(data::one_hot<double>(labels, 4))))
                                            : cross_entropy(outputs, labels);
  loss.backward();

  const std::string what =
      f.name + ", " + std::to_string(hidden_layers) + " hidden layers, " + (squared_error ? "squared error" : "cross-entropy");
  BOOST_TEST(std::abs(loss.item() - expected) <= 1e-12 * expected,
             what << ": loss " << loss.item() << ", expected " << expected);
  for (std::size_t l = 0; l < layers.size(); ++l) {
    check_close(parameters[2 * l].grad(), layers[l].weight_gradient, what + ", weight " + std::to_string(l));
    check_close(parameters[2 * l + 1].grad(), Matrix{layers[l].bias_gradient}, what + ", bias " + std::to_string(l));
  }
}

void compare_all_depths(bool squared_error) {
  for (const Function& f : functions())
    for (std::size_t hidden_layers = 0; hidden_layers <= 4; ++hidden_layers) compare(f, hidden_layers, squared_error);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hand_derived_backprop)

BOOST_AUTO_TEST_CASE(cross_entropy_of_one_to_five_layers_with_every_activation) { compare_all_depths(false); }

BOOST_AUTO_TEST_CASE(squared_error_of_one_to_five_layers_with_every_activation) { compare_all_depths(true); }

BOOST_AUTO_TEST_SUITE_END()
