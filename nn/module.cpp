#include "xgrad/nn/module.hpp"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

namespace xgrad::nn {
namespace {

// Calls visit(prefix, members, module) for the module and everything below it, parents first.
template <class T, class Visit>
void walk(Module<T>& module, const std::string& prefix, Visit&& visit) {
  const Members<T> members = module.members();
  visit(prefix, members, module);
  for (const Named<Module<T>*>& child : members.children) walk(*child.value, prefix + child.name + ".", visit);
}

std::string with_thousands(std::size_t n) {
  std::string digits = std::to_string(n);
  for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

struct Row {
  std::string name, layer, shape, parameters;
};

std::string render(const std::vector<Row>& rows) {
  std::size_t name = 0, layer = 0, shape = 0, parameters = 0;
  for (const Row& r : rows) {
    name = std::max(name, r.name.size());
    layer = std::max(layer, r.layer.size());
    shape = std::max(shape, r.shape.size());
    parameters = std::max(parameters, r.parameters.size());
  }
  std::string text;
  for (const Row& r : rows) {
    std::string line =
        fmt::format("{:<{}}  {:<{}}  {:<{}}  {:>{}}", r.name, name, r.layer, layer, r.shape, shape, r.parameters, parameters);
    text += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

}  // namespace

template <class T>
std::vector<Named<Tensor<T>>> Module<T>::named_parameters() {
  std::vector<Named<Tensor<T>>> all;
  walk(*this, "", [&](const std::string& prefix, const Members<T>& m, Module&) {
    for (const Named<Tensor<T>*>& p : m.parameters)
      if (p.value->defined()) all.push_back({prefix + p.name, *p.value});
  });
  return all;
}

template <class T>
std::vector<Tensor<T>> Module<T>::parameters() {
  std::vector<Tensor<T>> all;
  std::unordered_set<const void*> known;
  for (Named<Tensor<T>>& p : named_parameters())
    if (known.insert(p.value.shared_value().get()).second) all.push_back(std::move(p.value));
  return all;
}

template <class T>
std::vector<Module<T>*> Module<T>::modules() {
  std::vector<Module*> all;
  walk(*this, "", [&](const std::string&, const Members<T>&, Module& module) { all.push_back(&module); });
  return all;
}

template <class T>
std::vector<Named<Array<T>*>> Module<T>::named_buffers() {
  std::vector<Named<Array<T>*>> all;
  walk(*this, "", [&](const std::string& prefix, const Members<T>& m, Module&) {
    for (const auto& b : m.buffers) all.push_back({prefix + b.name, b.value});
  });
  return all;
}

template <class T>
std::vector<Named<std::int64_t*>> Module<T>::named_counters() {
  std::vector<Named<std::int64_t*>> all;
  walk(*this, "", [&](const std::string& prefix, const Members<T>& m, Module&) {
    for (const auto& c : m.counters) all.push_back({prefix + c.name, c.value});
  });
  return all;
}

template <class T>
std::vector<Named<Generator*>> Module<T>::named_generators() {
  std::vector<Named<Generator*>> all;
  walk(*this, "", [&](const std::string& prefix, const Members<T>& m, Module&) {
    for (const auto& g : m.generators) all.push_back({prefix + g.name, g.value});
  });
  return all;
}

template <class T>
void Module<T>::train(bool training) {
  walk(*this, "", [&](const std::string&, const Members<T>&, Module& module) { module.training_ = training; });
}

template <class T>
void Module<T>::zero_grad() {
  for (Tensor<T>& p : parameters()) p.zero_grad();
}

template <class T>
void Module<T>::set_requires_grad(bool required) {
  walk(*this, "", [&](const std::string&, const Members<T>& m, Module&) {
    for (const auto& p : m.parameters)
      if (p.value->defined()) p.value->set_requires_grad(required);
  });
}

template <class T>
std::size_t Module<T>::parameter_count() {
  std::size_t count = 0;
  for (const Tensor<T>& p : parameters()) count += p.size();
  return count;
}

template <class T>
std::string Module<T>::summary(const Shape& input) {
  std::vector<Row> rows{{"name", "layer", input.empty() ? "" : "output shape", "parameters"}};
  std::size_t total = 0, trainable = 0;
  for (const Tensor<T>& p : parameters()) {
    total += p.size();
    if (p.requires_grad()) trainable += p.size();
  }
  Shape shape = input;
  walk(*this, "", [&](const std::string& prefix, const Members<T>& m, Module& module) {
    std::size_t own = 0;
    for (const auto& p : m.parameters) own += p.value->defined() ? p.value->size() : 0;
    const bool is_container = !m.children.empty();
    if (is_container && own == 0) return;  // its children have lines of their own
    if (!input.empty() && !is_container) shape = module.output_shape(shape);
    rows.push_back({prefix.substr(0, prefix.empty() ? 0 : prefix.size() - 1), module.describe(),
                    input.empty() || is_container ? "" : to_string(shape), own ? with_thousands(own) : ""});
  });
  std::string text = render(rows) + fmt::format("{} parameters", with_thousands(total));
  if (trainable != total) text += fmt::format(", {} of them frozen", with_thousands(total - trainable));
  return text + "\n";
}

template class Module<float>;
template class Module<double>;

}  // namespace xgrad::nn
