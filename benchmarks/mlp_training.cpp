// Samples a second of training, for the workloads W1 to W8: mlp_training WORKLOAD THREADS SECONDS prints "xgrad W1 1 65000.0".
// Written as a user would write it: a Sequential, a loss, backward, an optimizer's step, the library's batches.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "xgrad/xgrad.hpp"

using namespace xgrad;

namespace {

struct Workload {
  std::size_t samples;
  std::vector<std::size_t> widths;
  std::size_t batch;
  std::string optimizer;
  double lr;
  nn::MlpOptions network;
  bool reconstructs = false;  // squared error against the input instead of cross-entropy
};

const std::map<std::string, Workload>& workloads() {
  static const std::map<std::string, Workload> all{
      {"W1", {54000, {784, 128, 128, 128, 128, 10}, 16, "rmsprop", 1e-4, {}}},
      {"W2", {54000, {784, 64, 64, 64, 10}, 32, "momentum", 1e-2, {.activation = "tanh"}}},
      {"W3", {47104, {784, 512, 256, 10}, 1024, "adam", 1e-3, {.normalization = "batch", .dropout = 0.3}}},
      {"W4", {48000, {784, 256, 128, 64, 32, 10}, 128, "sgd", 1e-1, {}}},
      {"W5", {54000, {784, 700, 200, 50, 10}, 128, "rmsprop", 1e-3, {.dropout = 0.15}}},
      {"W6", {8000, {784, 256, 128, 64, 128, 256, 784}, 128, "adam", 1e-3, {}, true}},
      {"W7", {60000, {784, 256, 10}, 64, "adam", 1e-3, {}}},
      {"W8", {54000, {784, 2048, 2048, 10}, 256, "adam", 1e-3, {}}},
  };
  return all;
}

class Training {
 public:
  explicit Training(const Workload& w)
      : workload_(w),
        data_(data::fashion_mnist().train.first(w.samples)),
        model_(nn::mlp(w.widths, w.network)),
        optimizer_(optim::make_optimizer(w.optimizer, model_.parameters(), {.lr = w.lr})) {
    start_epoch();
  }

  // One step; returns the number of samples in it.
  std::size_t step() {
    if (next_ == batches_->size()) start_epoch();
    const auto [x, y] = (*batches_)[next_++];
    optimizer_->zero_grad();
    const Tensor<float> outputs = model_(x);
    const Tensor<float> loss = workload_.reconstructs ? mean(square(outputs - x)) : cross_entropy(outputs, y);
    loss.backward();
    optimizer_->step();
    last_loss_ = loss;
    return workload_.batch;
  }

  double last_loss() const { return last_loss_.item(); }

 private:
  void start_epoch() {
    batches_ = std::make_unique<data::Batches<float>>(
        data::batches(data_, workload_.batch, {.shuffle_seed = 1, .epoch = epoch_++, .drop_last = true}));
    next_ = 0;
  }

  const Workload& workload_;
  data::Dataset<float> data_;
  nn::MLP<float> model_;
  std::unique_ptr<optim::Optimizer<float>> optimizer_;
  std::unique_ptr<data::Batches<float>> batches_;
  std::uint64_t epoch_ = 0;
  std::size_t next_ = 0;
  Tensor<float> last_loss_;
};

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 4 || !workloads().count(argv[1])) {
    fmt::print(stderr, "usage: mlp_training WORKLOAD THREADS SECONDS, with a workload from W1 to W8\n");
    return 2;
  }
  if (std::getenv("OPENBLAS_CORETYPE"))
    fmt::print(stderr, "warning: OPENBLAS_CORETYPE is set; OpenBLAS will not use its natural kernels\n");
  set_thread_count(static_cast<std::size_t>(std::strtoul(argv[2], nullptr, 10)));
  const double seconds = std::strtod(argv[3], nullptr);
  Training training(workloads().at(argv[1]));
  const double warm = now();
  for (int steps = 0; steps < 3 || now() - warm < 0.3; ++steps) training.step();
  std::size_t samples = 0;
  const double start = now();
  double end = start;
  for (; end - start < seconds; end = now()) samples += training.step();
  fmt::print("xgrad {} {} {:.1f}\n", argv[1], argv[2], static_cast<double>(samples) / (end - start));
  if (std::getenv("PERF_LOSS")) fmt::print(stderr, "loss {:.4f}\n", training.last_loss());
} catch (const std::exception& error) {
  fmt::print(stderr, "mlp_training: {}\n", error.what());
  return 1;
}
