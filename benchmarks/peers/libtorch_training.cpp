// The workloads with libtorch's C++ front end, as its user would write them. The setting "tuned" drops gradients instead of
// zeroing them.
#include <memory>

#include <torch/torch.h>

#include "../training_program.hpp"
#include "images.hpp"

extern "C" void openblas_set_num_threads(int);

namespace {

class Trainer {
 public:
  explicit Trainer(const bench::Command& command) : workload_(command.workload), drops_gradients_(command.setting == "tuned") {
    at::set_num_threads(static_cast<int>(command.threads));
    openblas_set_num_threads(static_cast<int>(command.threads));
    torch::manual_seed(0);
    const auto samples = static_cast<std::int64_t>(workload_.samples);
    x_ = torch::empty({samples, 784});
    y_ = torch::empty({samples}, torch::kInt64);
    bench::read_images(workload_.samples, x_.data_ptr<float>(), y_.data_ptr<std::int64_t>());
    make_model();
    make_optimizer();
  }

  std::size_t step() {
    const auto batch = static_cast<std::int64_t>(workload_.batch);
    if (!order_.defined() || next_ + batch > order_.size(0)) {
      order_ = torch::randperm(static_cast<std::int64_t>(workload_.samples));
      next_ = 0;
    }
    const torch::Tensor rows = order_.slice(0, next_, next_ + batch);
    next_ += batch;
    const torch::Tensor x = x_.index_select(0, rows);
    zero_grad();
    const torch::Tensor outputs = model_->forward(x);
    loss_ = workload_.reconstructs ? torch::mse_loss(outputs, x)
                                   : torch::nn::functional::cross_entropy(outputs, y_.index_select(0, rows));
    loss_.backward();
    optimizer_->step();
    return workload_.batch;
  }

  double loss() const { return loss_.item<double>(); }

 private:
  void make_model() {
    for (std::size_t layer = 0; layer < workload_.layers(); ++layer) {
      const auto in = static_cast<std::int64_t>(workload_.widths[layer]);
      const auto out = static_cast<std::int64_t>(workload_.widths[layer + 1]);
      model_->push_back(torch::nn::Linear(in, out));
      if (layer + 1 == workload_.layers()) break;
      if (workload_.batch_norm) model_->push_back(torch::nn::BatchNorm1d(out));
      if (workload_.activation == "tanh")
        model_->push_back(torch::nn::Tanh());
      else
        model_->push_back(torch::nn::ReLU());
      if (workload_.dropout > 0) model_->push_back(torch::nn::Dropout(workload_.dropout));
    }
    parameters_ = model_->parameters();
  }

  void make_optimizer() {
    namespace optim = torch::optim;
    const double lr = workload_.lr;
    if (workload_.optimizer == "adam")
      optimizer_ = std::make_unique<optim::Adam>(parameters_, optim::AdamOptions(lr));
    else if (workload_.optimizer == "rmsprop")
      optimizer_ = std::make_unique<optim::RMSprop>(parameters_, optim::RMSpropOptions(lr));
    else
      optimizer_ = std::make_unique<optim::SGD>(parameters_,
                                                optim::SGDOptions(lr).momentum(workload_.optimizer == "momentum" ? 0.9 : 0));
  }

  void zero_grad() {
    if (!drops_gradients_) return optimizer_->zero_grad();
    for (torch::Tensor& parameter : parameters_) parameter.mutable_grad() = torch::Tensor();
  }

  const bench::Workload& workload_;
  bool drops_gradients_;
  torch::Tensor x_, y_, order_, loss_;
  std::int64_t next_ = 0;
  torch::nn::Sequential model_;
  std::vector<torch::Tensor> parameters_;
  std::unique_ptr<torch::optim::Optimizer> optimizer_;
};

}  // namespace

int main(int argc, char** argv) { return bench::train_and_report<Trainer>("libtorch", argc, argv); }
