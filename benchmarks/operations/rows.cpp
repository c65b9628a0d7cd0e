#include <algorithm>
#include <memory>

#include "comparison.hpp"

using namespace xgrad;

namespace {

void add_sums(std::vector<Comparison>& all, raw::Extent e) {
  const Tensor<float> x = random_leaf({e.rows, e.columns});
  float *y = buffer(std::max(e.rows, e.columns)), *gx = buffer(e.size());
  all.push_back({shape_name("sum over rows", {e.rows, e.columns}),
                 {x},
                 [=] { return sum(x, {0}); },
                 [=] { raw::sum_rows(e, x.data(), y); },
                 [=](const float* g) { raw::sum_rows_backward(e, g, gx); },
                 y,
                 {gx}});
  all.push_back({shape_name("sum over columns", {e.rows, e.columns}),
                 {x},
                 [=] { return sum(x, {1}); },
                 [=] { raw::sum_columns(e, x.data(), y); },
                 [=](const float* g) { raw::sum_columns_backward(e, g, gx); },
                 y,
                 {gx}});
}

void add_softmax(std::vector<Comparison>& all, raw::Extent e) {
  const Tensor<float> x = random_leaf({e.rows, e.columns});
  Indices labels = Indices::from_shape({e.rows});
  for (std::size_t i = 0; i < e.rows; ++i) labels.data()[i] = static_cast<std::int64_t>(i % e.columns);
  float *y = buffer(e.size()), *gx = buffer(e.size()), *loss = buffer(1);
  all.push_back({shape_name("softmax", {e.rows, e.columns}),
                 {x},
                 [=] { return softmax(x, 1); },
                 [=] { raw::softmax(e, x.data(), y); },
                 [=](const float* g) { raw::softmax_backward(e, g, y, gx); },
                 y,
                 {gx}});
  all.push_back({shape_name("cross_entropy", {e.rows, e.columns}),
                 {x},
                 [=] { return cross_entropy(x, labels); },
                 [=] { *loss = raw::cross_entropy(e, x.data(), labels.data(), y); },
                 [=](const float* g) { raw::cross_entropy_backward(e, labels.data(), y, *g, gx); },
                 loss,
                 {gx}});
}

void add_batch_norm(std::vector<Comparison>& all, raw::Extent e) {
  const Tensor<float> x = random_leaf({e.rows, e.columns}), weight = random_leaf({e.columns}), bias = random_leaf({e.columns});
  const auto mean = std::make_shared<Array<float>>(filled_array<float>({e.columns}, 0));
  const auto variance = std::make_shared<Array<float>>(filled_array<float>({e.columns}, 1));
  float *y = buffer(e.size()), *normal = buffer(e.size()), *gx = buffer(e.size());
  float *inverse = buffer(e.columns), *gweight = buffer(e.columns), *gbias = buffer(e.columns);
  all.push_back({shape_name("batch_norm", {e.rows, e.columns}),
                 {x, weight, bias},
                 [=] { return batch_norm(x, *mean, *variance, weight, bias); },
                 [=] { raw::batch_norm(e, x.data(), weight.data(), bias.data(), normal, inverse, y); },
                 [=](const float* g) { raw::batch_norm_backward(e, g, weight.data(), normal, inverse, gweight, gbias, gx); },
                 y,
                 {gx, gweight, gbias}});
}

void add_dropout(std::vector<Comparison>& all, raw::Extent e) {
  const Tensor<float> x = random_leaf({e.rows, e.columns});
  const auto generator = std::make_shared<Generator>(1);
  const auto lanes = std::make_shared<std::vector<std::uint32_t>>(16);
  for (std::uint32_t i = 0; i < 16; ++i) (*lanes)[i] = 2654435769u * (i + 1);
  float *y = buffer(e.size()), *mask = buffer(e.size()), *gx = buffer(e.size());
  all.push_back({shape_name("dropout", {e.rows, e.columns}),
                 {x},
                 [=] { return dropout(x, 0.3, *generator); },
                 [=] { raw::dropout(e.size(), 0.3f, lanes->data(), x.data(), mask, y); },
                 [=](const float* g) { raw::mul(e.size(), g, mask, gx); },
                 nullptr,
                 {}});
}

}  // namespace

std::vector<Comparison> row_comparisons() {
  std::vector<Comparison> all;
  for (const raw::Extent e : {raw::Extent{16, 128}, {128, 256}, {1024, 512}}) add_sums(all, e);
  for (const raw::Extent e : {raw::Extent{16, 10}, {128, 10}, {1024, 10}, {128, 1000}}) add_softmax(all, e);
  for (const raw::Extent e : {raw::Extent{1024, 512}, {1024, 256}}) add_batch_norm(all, e);
  for (const raw::Extent e : {raw::Extent{1024, 512}, {1024, 256}, {128, 700}}) add_dropout(all, e);
  return all;
}
