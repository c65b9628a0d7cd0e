#include "comparison.hpp"

using namespace xgrad;

namespace {

const std::vector<raw::Extent> shapes{{16, 128}, {128, 256}, {1024, 512}};

using Unary = Tensor<float> (*)(const Tensor<float>&);
using RawForward = void (*)(std::size_t, const float*, float*);
using RawBackward = void (*)(std::size_t, const float*, const float*, float*);

// `from_output`: the derivative looks at the result rather than at the argument.
void add_unary(std::vector<Comparison>& all, const char* name, Unary call, RawForward forward, RawBackward backward,
               bool from_output) {
  for (const raw::Extent& e : shapes) {
    const Tensor<float> x = random_leaf({e.rows, e.columns});
    float *y = buffer(e.size()), *gx = buffer(e.size());
    const float* kept = from_output ? y : x.data();
    all.push_back({shape_name(name, {e.rows, e.columns}),
                   {x},
                   [=] { return call(x); },
                   [=] { forward(e.size(), x.data(), y); },
                   [=](const float* g) { backward(e.size(), g, kept, gx); },
                   y,
                   {gx}});
  }
}

void add_binary(std::vector<Comparison>& all) {
  for (const raw::Extent& e : shapes) {
    const Tensor<float> a = random_leaf({e.rows, e.columns}), b = random_leaf({e.rows, e.columns});
    const std::size_t n = e.size();
    float *y = buffer(n), *ga = buffer(n), *gb = buffer(n);
    all.push_back({shape_name("add", {e.rows, e.columns}),
                   {a, b},
                   [=] { return a + b; },
                   [=] { raw::add(n, a.data(), b.data(), y); },
                   [=](const float* g) { raw::add_backward(n, g, ga, gb); },
                   y,
                   {ga, gb}});
    all.push_back({shape_name("mul", {e.rows, e.columns}),
                   {a, b},
                   [=] { return a * b; },
                   [=] { raw::mul(n, a.data(), b.data(), y); },
                   [=](const float* g) { raw::mul_backward(n, g, a.data(), b.data(), ga, gb); },
                   y,
                   {ga, gb}});
  }
}

}  // namespace

std::vector<Comparison> elementwise_comparisons() {
  std::vector<Comparison> all;
  add_binary(all);
  add_unary(all, "relu", relu<float>, raw::relu, raw::relu_backward, false);
  add_unary(all, "tanh", xgrad::tanh<float>, raw::tanh, raw::tanh_backward, true);
  add_unary(all, "exp", xgrad::exp<float>, raw::exp, raw::exp_backward, true);
  return all;
}
