#include "network.hpp"

#include <algorithm>
#include <cmath>

namespace limit {

Parameters::Parameters(const bench::Workload& w) {
  const auto take = [this](std::size_t size) {
    const std::size_t begin = count;
    count += (size + 15) / 16 * 16;
    return begin;
  };
  for (std::size_t layer = 0; layer < w.layers(); ++layer) {
    const std::size_t in = w.widths[layer], out = w.widths[layer + 1];
    const std::size_t scales = w.batch_norm && layer + 1 < w.layers() ? out : 0;
    const std::size_t weight = take(in * out), bias = take(out), scale = take(scales), shift = take(scales);
    layers.push_back({weight, bias, scale, shift});
  }
}

Rows::Rows(const bench::Workload& w, const Parameters& layout, std::size_t number, std::size_t begin, std::size_t end,
           std::vector<Sums>& sums, Barrier& barrier)
    : workload_(w),
      layout_(layout),
      number_(number),
      begin_(begin),
      rows_(end - begin),
      sums_(sums),
      barrier_(barrier),
      x_(rows_ * w.widths[0]),
      labels_(rows_),
      random_(static_cast<std::uint32_t>(number)) {
  for (std::size_t layer = 0; layer < w.layers(); ++layer) {
    const std::size_t in = w.widths[layer], out = w.widths[layer + 1];
    layers_.push_back({Product(Layout::Plain, rows_, out, in), Product(Layout::FirstTransposed, in, out, rows_),
                       Product(Layout::SecondTransposed, rows_, in, out), Floats(rows_ * out), Floats(rows_ * out),
                       Floats(w.batch_norm ? rows_ * out : 0), Floats(w.batch_norm ? out : 0)});
    sums_[number_].emplace_back(2 * out);
  }
}

double Rows::gradient(const Data& data, std::size_t position, const float* parameters, float* gradients) {
  gather(data, position);
  for (std::size_t layer = 0; layer < layers_.size(); ++layer) forward(layer, parameters);
  const double sum = loss();
  for (std::size_t layer = layers_.size(); layer-- > 0;) backward(layer, parameters, gradients);
  return sum;
}

void Rows::gather(const Data& data, std::size_t position) {
  const std::size_t width = workload_.widths[0];
  for (std::size_t i = 0; i < rows_; ++i) {
    const std::size_t row = data.order[position + begin_ + i];
    std::copy_n(data.pixels.data() + row * width, width, x_.data() + i * width);
    labels_[i] = data.labels[row];
  }
}

void Rows::forward(std::size_t number, const float* parameters) {
  Layer& layer = layers_[number];
  const float* bias = parameters + layout_.layers[number].bias;
  float* h = layer.values.data();
  layer.forward(inputs(number), parameters + layout_.layers[number].weight, h);
  if (number + 1 == layers_.size()) return add_bias(extent(number), bias, h);
  if (workload_.batch_norm)
    normalize(number, parameters);
  else if (workload_.activation == "tanh")
    add_bias_tanh(extent(number), bias, h);
  else
    add_bias_relu(extent(number), bias, h);
  if (workload_.dropout > 0) dropout(rows_ * extent(number).columns, workload_.dropout, random_, h);
}

void Rows::normalize(std::size_t number, const float* parameters) {
  const Extent e = extent(number);
  const Parameters::Layer& place = layout_.layers[number];
  const float* bias = parameters + place.bias;
  Layer& layer = layers_[number];
  std::vector<float>& mine = sums_[number_][number];
  sums_with_bias(e, bias, layer.values.data(), mine.data(), mine.data() + e.columns);
  barrier_.wait();
  add_up(number, 0, total_);
  add_up(number, 1, total_of_products_);
  for (std::size_t j = 0; j < e.columns; ++j) {
    const float mean = total_[j] * per_sample();
    const float variance = total_of_products_[j] * per_sample() - mean * mean;
    total_[j] = bias[j] - mean;
    layer.inverse.data()[j] = 1 / std::sqrt(variance + 1e-5f);
  }
  normalize_relu(e, total_.data(), layer.inverse.data(), parameters + place.scale, parameters + place.shift,
                 layer.normal.data(), layer.values.data());
  barrier_.wait();  // everybody has read the sums
}

double Rows::loss() {
  const Extent e = extent(layers_.size() - 1);
  Layer& last = layers_.back();
  if (!workload_.reconstructs)
    return cross_entropy(e, last.values.data(), labels_.data(), workload_.batch, last.gradients.data());
  const double sum =
      squared_error(e.rows * e.columns, last.values.data(), x_.data(), workload_.batch * e.columns, last.gradients.data());
  return sum / static_cast<double>(e.columns);
}

void Rows::backward(std::size_t number, const float* parameters, float* gradients) {
  const Extent e = extent(number);
  const Parameters::Layer& place = layout_.layers[number];
  Layer& layer = layers_[number];
  float* d = layer.gradients.data();
  if (number + 1 == layers_.size())
    column_sums(e, d, gradients + place.bias);
  else if (workload_.batch_norm)
    normalize_backward(number, parameters, gradients);
  else if (workload_.activation == "tanh")
    tanh_backward(e, layer.values.data(), d, gradients + place.bias);
  else
    relu_backward(e, layer.values.data(), kept(), d, gradients + place.bias);
  layer.weight_gradient(inputs(number), d, gradients + place.weight);
  if (number > 0) layer.input_gradient(d, parameters + place.weight, layers_[number - 1].gradients.data());
}

void Rows::normalize_backward(std::size_t number, const float* parameters, float* gradients) {
  const Extent e = extent(number);
  const Parameters::Layer& place = layout_.layers[number];
  Layer& layer = layers_[number];
  std::vector<float>& mine = sums_[number_][number];
  float *sum = mine.data(), *sum_with_normal = mine.data() + e.columns;
  normalize_backward_sums(e, layer.values.data(), layer.normal.data(), kept(), layer.gradients.data(), sum, sum_with_normal);
  std::copy_n(sum, e.columns, gradients + place.shift);
  std::copy_n(sum_with_normal, e.columns, gradients + place.scale);
  barrier_.wait();
  add_up(number, 0, total_);
  add_up(number, 1, total_of_products_);
  factor_.resize(e.columns);
  for (std::size_t j = 0; j < e.columns; ++j) {
    factor_[j] = parameters[place.scale + j] * layer.inverse.data()[j];
    total_[j] *= per_sample();
    total_of_products_[j] *= per_sample();
  }
  limit::normalize_backward(e, layer.normal.data(), factor_.data(), total_.data(), total_of_products_.data(),
                            layer.gradients.data(), gradients + place.bias);
  barrier_.wait();
}

// The sums of all threads for one layer: the first (which = 0) or the second of the two.
void Rows::add_up(std::size_t layer, std::size_t which, std::vector<float>& total) const {
  const std::size_t columns = extent(layer).columns;
  total.assign(columns, 0.0f);
  for (const Sums& thread : sums_)
    for (std::size_t j = 0; j < columns; ++j) total[j] += thread[layer][which * columns + j];
}

}  // namespace limit
