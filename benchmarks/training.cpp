#include "training.hpp"

using namespace xgrad;

namespace bench {

Training::Training(const Workload& workload)
    : workload_(workload),
      data_(data::fashion_mnist().train.first(workload.samples)),
      model_(nn::mlp(workload.widths, {.activation = workload.activation,
                                       .normalization = workload.batch_norm ? "batch" : "none",
                                       .dropout = workload.dropout})),
      optimizer_(optim::make_optimizer(workload.optimizer, model_.parameters(), {.lr = workload.lr})) {
  start_epoch();
}

std::size_t Training::step() {
  if (next_ == batches_->size()) start_epoch();
  const auto [x, y] = (*batches_)[next_++];
  optimizer_->zero_grad();
  const Tensor<float> outputs = model_(x);
  const Tensor<float> loss = workload_.reconstructs ? mse_loss(outputs, x) : cross_entropy(outputs, y);
  loss.backward();
  optimizer_->step();
  last_loss_ = loss;
  return workload_.batch;
}

void Training::start_epoch() {
  batches_ = std::make_unique<data::Batches<float>>(
      data::batches(data_, workload_.batch, {.shuffle_seed = 1, .epoch = epoch_++, .drop_last = true}));
  next_ = 0;
}

}  // namespace bench
