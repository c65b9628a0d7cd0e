#include "update.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

namespace limit {

Update::Update(const std::string& name, double lr, std::size_t count)
    : lr_(static_cast<float>(lr)), first_(count), second_(name == "adam" ? count : 0) {
  static const std::map<std::string, Rule> rules{
      {"sgd", Rule::Sgd}, {"momentum", Rule::Momentum}, {"rmsprop", Rule::RmsProp}, {"adam", Rule::Adam}};
  const auto found = rules.find(name);
  if (found == rules.end()) throw std::invalid_argument("there is no optimizer '" + name + "'");
  rule_ = found->second;
}

void Update::operator()(std::size_t step, std::size_t begin, std::size_t end, const std::vector<Floats>& gradients,
                        float* parameters) const {
  if (gradients.size() == 1) return block(step, begin, end - begin, gradients[0].data() + begin, parameters);
  constexpr std::size_t most = 1024;  // added up in the nearest cache
  float sum[most];
  for (; begin < end; begin += most) {
    const std::size_t count = std::min(most, end - begin);
    std::copy_n(gradients[0].data() + begin, count, sum);
    for (std::size_t other = 1; other < gradients.size(); ++other) {
      const float* __restrict g = gradients[other].data() + begin;
      for (std::size_t i = 0; i < count; ++i) sum[i] += g[i];
    }
    block(step, begin, count, sum, parameters);
  }
}

void Update::block(std::size_t step, std::size_t begin, std::size_t count, const float* __restrict g, float* parameters) const {
  float* __restrict p = parameters + begin;
  float* __restrict s = first_.data() + begin;
  const float lr = lr_;
  switch (rule_) {
    case Rule::Sgd:
      for (std::size_t i = 0; i < count; ++i) p[i] -= lr * g[i];
      break;
    case Rule::Momentum:
      for (std::size_t i = 0; i < count; ++i) {
        s[i] = 0.9f * s[i] + g[i];
        p[i] -= lr * s[i];
      }
      break;
    case Rule::RmsProp:
      for (std::size_t i = 0; i < count; ++i) {
        s[i] = 0.99f * s[i] + 0.01f * g[i] * g[i];
        p[i] -= lr * g[i] / (std::sqrt(s[i]) + 1e-8f);
      }
      break;
    case Rule::Adam: adam(step, count, g, p, s, second_.data() + begin); break;
  }
}

void Update::adam(std::size_t step, std::size_t count, const float* __restrict g, float* __restrict p, float* __restrict m,
                  float* __restrict v) const {
  const auto t = static_cast<double>(step);
  const auto rate = static_cast<float>(lr_ / (1 - std::pow(0.9, t)));
  const auto correction = static_cast<float>(1 / std::sqrt(1 - std::pow(0.999, t)));
  for (std::size_t i = 0; i < count; ++i) {
    m[i] = 0.9f * m[i] + 0.1f * g[i];
    v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
    p[i] -= rate * m[i] / (std::sqrt(v[i]) * correction + 1e-8f);
  }
}

}  // namespace limit
