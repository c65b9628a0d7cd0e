#include "xgrad/nn/estimators/mlp_classifier.hpp"

#include <algorithm>
#include <string>

#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/nn/metrics.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {

template <class T>
MLPClassifier<T>& MLPClassifier<T>::fit(const Array<T>& x, const Indices& y) {
  check_samples("fit", x, y.size());
  std::vector<std::int64_t> labels(y.data(), y.data() + y.size());
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  Indices numbers = empty_array<std::int64_t>({y.size()});
  for (std::size_t i = 0; i < y.size(); ++i)
    numbers.data()[i] = std::lower_bound(labels.begin(), labels.end(), y.data()[i]) - labels.begin();
  data::Description description{.name = "samples"};
  for (const std::int64_t label : labels) description.class_names.push_back(std::to_string(label));
  classes_ = std::move(labels);
  this->train(data::Dataset<T>(x, std::move(numbers), std::move(description)), classes_.size(), Target::Class);
  return *this;
}

template <class T>
Indices MLPClassifier<T>::predict(const Array<T>& x) const {
  Indices predicted = metrics::predicted_classes(this->outputs(x));
  for (std::size_t i = 0; i < predicted.size(); ++i)
    predicted.data()[i] = classes_[static_cast<std::size_t>(predicted.data()[i])];
  return predicted;
}

template <class T>
Array<T> MLPClassifier<T>::predict_proba(const Array<T>& x) const {
  return softmax(Tensor<T>(this->outputs(x))).value();
}

template <class T>
double MLPClassifier<T>::score(const Array<T>& x, const Indices& y) const {
  check_samples("score", x, y.size());
  return metrics::accuracy(predict(x), y);
}

template class MLPClassifier<float>;
template class MLPClassifier<double>;

}  // namespace xgrad::nn
