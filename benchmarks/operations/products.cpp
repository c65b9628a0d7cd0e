#include <set>
#include <tuple>

#include "../workload.hpp"
#include "comparison.hpp"

using namespace xgrad;

namespace {

struct LayerShape {
  std::size_t batch, in, out;
  friend auto operator<=>(const LayerShape&, const LayerShape&) = default;
};

// Those of the linear layers of all workloads, each once.
std::set<LayerShape> layer_shapes() {
  std::set<LayerShape> all;
  for (const bench::Workload& w : bench::workloads())
    for (std::size_t layer = 0; layer < w.layers(); ++layer) all.insert({w.batch, w.widths[layer], w.widths[layer + 1]});
  return all;
}

void add_matmul(std::vector<Comparison>& all, const LayerShape& s) {
  const Tensor<float> a = random_leaf({s.batch, s.in}), b = random_leaf({s.in, s.out});
  float *y = buffer(s.batch * s.out), *ga = buffer(s.batch * s.in), *gb = buffer(s.in * s.out);
  all.push_back({shape_name("matmul", {s.batch, s.in, s.out}),
                 {a, b},
                 [=] { return matmul(a, b); },
                 [=] {
                   raw::product({s.batch, s.out, s.in}, a.data(), b.data(), y);
                 },
                 [=](const float* g) {
                   raw::product({s.batch, s.in, s.out, false, true}, g, b.data(), ga);
                   raw::product({s.in, s.out, s.batch, true, false}, a.data(), g, gb);
                 },
                 y,
                 {ga, gb}});
}

void add_linear(std::vector<Comparison>& all, const LayerShape& s) {
  const Tensor<float> x = random_leaf({s.batch, s.in}), weight = random_leaf({s.out, s.in}), bias = random_leaf({s.out});
  float *y = buffer(s.batch * s.out), *gx = buffer(s.batch * s.in), *gweight = buffer(s.in * s.out), *gbias = buffer(s.out);
  all.push_back({shape_name("linear", {s.batch, s.in, s.out}),
                 {x, weight, bias},
                 [=] { return linear(x, weight, bias); },
                 [=] {
                   raw::product({s.batch, s.out, s.in, false, true}, x.data(), weight.data(), y);
                   raw::add_bias({s.batch, s.out}, bias.data(), y);
                 },
                 [=](const float* g) {
                   raw::product({s.batch, s.in, s.out}, g, weight.data(), gx);
                   raw::product({s.out, s.in, s.batch, true, false}, g, x.data(), gweight);
                   raw::sum_rows({s.batch, s.out}, g, gbias);
                 },
                 y,
                 {gx, gweight, gbias}});
}

}  // namespace

std::vector<Comparison> product_comparisons() {
  std::vector<Comparison> all;
  for (const LayerShape& shape : layer_shapes()) add_matmul(all, shape);
  for (const LayerShape& shape : layer_shapes()) add_linear(all, shape);
  return all;
}
