#include "xgrad/autograd/checkpoint.hpp"

#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "xgrad/autograd/backward_pass.hpp"
#include "xgrad/autograd/operation_node.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

template <class T>
using ListFunction = std::function<Tensor<T>(const std::vector<Tensor<T>>&)>;

/// While it lives, collects the tensors requiring gradients that operations on this thread use, each once.
template <class T>
class UseWatch {
 public:
  UseWatch() : outer_(std::exchange(current, this)), watched_(std::exchange(detail::thread_mode().watched, true)) {}
  ~UseWatch() {
    current = outer_;
    detail::thread_mode().watched = watched_;
  }
  UseWatch(const UseWatch&) = delete;
  UseWatch& operator=(const UseWatch&) = delete;

  static void note(const Tensor<T>& tensor) {
    for (UseWatch* watch = current; watch; watch = watch->outer_)
      if (watch->known_.emplace(tensor.node(), tensor.output_index()).second) watch->used_.push_back(tensor);
  }
  const std::vector<Tensor<T>>& used() const { return used_; }

 private:
  static inline thread_local UseWatch* current = nullptr;

  UseWatch* outer_;
  bool watched_;
  std::set<std::pair<const Node<T>*, std::uint32_t>> known_;
  std::vector<Tensor<T>> used_;
};

/// Sets generators back to where they were before, and at the end of its life forward again.
class Rewound {
 public:
  Rewound(const std::vector<Generator*>& generators, const std::vector<Generator>& before) : generators_(generators) {
    for (std::size_t i = 0; i < generators.size(); ++i) after_.push_back(std::exchange(*generators[i], before[i]));
  }
  ~Rewound() {
    for (std::size_t i = 0; i < after_.size(); ++i) *generators_[i] = after_[i];
  }
  Rewound(const Rewound&) = delete;
  Rewound& operator=(const Rewound&) = delete;

 private:
  const std::vector<Generator*>& generators_;
  std::vector<Generator> after_;
};

std::vector<Generator> states(const std::vector<Generator*>& generators) {
  std::vector<Generator> result;
  for (const Generator* generator : generators) result.push_back(*generator);
  return result;
}

template <class T>
std::size_t hash(const Array<T>& array) {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(array.data()), array.size() * sizeof(T)});
}

/// Its edges lead to all that f used; backward makes f's own graph, which ends in the same places.
template <class T>
class CheckpointNode final : public Node<T> {
 public:
  CheckpointNode(ListFunction<T> f, const std::vector<Tensor<T>>& inputs, const std::vector<Tensor<T>>& used,
                 std::vector<Generator*> generators, std::vector<Generator> before, const Array<T>& result)
      : Node<T>(result.shape()),
        f_(std::move(f)),
        inputs_(inputs),
        generators_(std::move(generators)),
        before_(std::move(before)),
        result_hash_(hash(result)) {
    for (const Tensor<T>& tensor : inputs) saved_.emplace_back(tensor);
    for (const Tensor<T>& tensor : used) {
      saved_.emplace_back(tensor);
      edges_.emplace_back(tensor);
      this->raise_stamp(edges_.back());
    }
  }

  const char* name() const noexcept override { return "checkpoint"; }
  std::span<Edge<T>> edges() noexcept override { return edges_; }

  void backward(BackwardPass<T>& pass) override { pass.graft(*this, recompute(), this->gradient_slot(0)); }

  void release_saved() noexcept override {
    f_ = nullptr;
    inputs_.clear();
    saved_.clear();
  }

 private:
  Tensor<T> recompute() const {
    for (std::size_t i = 0; i < saved_.size(); ++i)
      if (saved_[i].value->version != saved_[i].version)
        detail::throw_changed_in_place(name(), i < inputs_.size() ? "input" : "used tensor",
                                       i < inputs_.size() ? i : i - inputs_.size(), saved_[i].version,
                                       saved_[i].value->version);
    const GradMode recording(true);
    const Rewound rewound(generators_, before_);
    Tensor<T> again = f_(inputs_);
    if (again.shape() != this->output_shape() || hash(again.value()) != result_hash_)
      throw GraphError(fmt::format(
          "checkpoint: the function gave another result (shape {}) in the backward pass than before (shape {}), so its "
          "gradient would be wrong; list the generators that it draws from, and let it change nothing that it reads",
          to_string(again.shape()), to_string(this->output_shape())));
    return again;
  }

  ListFunction<T> f_;
  std::vector<Tensor<T>> inputs_;
  std::vector<detail::SavedValue<T>> saved_;  // of the inputs, then of what was used
  std::vector<Edge<T>> edges_;
  std::vector<Generator*> generators_;
  std::vector<Generator> before_;
  std::size_t result_hash_;
};

}  // namespace

template <class T>
void detail::note_use(const Tensor<T>& input) {
  if (input.requires_grad()) UseWatch<T>::note(input);
}

template <class T>
Tensor<T> checkpoint(std::type_identity_t<ListFunction<T>> f, const std::vector<Tensor<T>>& inputs, CheckpointOptions options) {
  if (!grad_enabled()) return f(inputs);
  std::vector<Generator> before = states(options.generators);
  const UseWatch<T> watch;
  const Tensor<T> result = no_grad([&] { return f(inputs); });
  if (watch.used().empty() || result.requires_grad()) return result;  // the latter: an input itself
  const Ref<Node<T>> node = Ref<Node<T>>::to_new(new CheckpointNode<T>(
      std::move(f), inputs, watch.used(), std::move(options.generators), std::move(before), result.value()));
  return Tensor<T>(result.shared_value(), node, 0);
}

#define XGRAD_INSTANTIATE(T)                                                                           \
  template Tensor<T> checkpoint<T>(ListFunction<T>, const std::vector<Tensor<T>>&, CheckpointOptions); \
  template void detail::note_use(const Tensor<T>&);
XGRAD_INSTANTIATE(float)
XGRAD_INSTANTIATE(double)
#undef XGRAD_INSTANTIATE

}  // namespace xgrad
