#include "xgrad/autograd/registry/picked_samples.hpp"

namespace xgrad {

std::function<Array<double>(const Sample::Arrays&)> picked_reference(const Shape& result, Pick pick) {
  return [result, pick = std::move(pick)](const Sample::Arrays& x) {
    Array<double> values = empty_array<double>(result);
    std::vector<std::size_t> position(result.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
      std::size_t rest = k;
      for (std::size_t i = result.size(); i-- > 0; rest /= result[i]) position[i] = rest % result[i];
      const std::vector<std::size_t> source = pick(position);
      values.data()[k] = x[0].element(source.begin(), source.end());
    }
    return values;
  };
}

}  // namespace xgrad
