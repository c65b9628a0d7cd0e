// How fast the workloads can be trained here: written by hand, without automatic differentiation, everything allocated before
// the first step, loops fused, products computed by the fastest of two libraries. Threads split the batch. Not a library: the
// yardstick for one.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <random>
#include <thread>

#if defined(__SSE3__)
#include <pmmintrin.h>
#endif

#include "../../training_program.hpp"
#include "../images.hpp"
#include "network.hpp"
#include "update.hpp"

namespace {

using namespace limit;

// Numbers too small for a normal float count as zero on the calling thread: -ffast-math makes NaN of their square roots, and
// RMSprop's averages become as small once a unit's gradient stays zero.
void flush_denormal_numbers() {
#if defined(__SSE3__)
  _MM_SET_FLUSH_ZERO_MODE(_MM_FLUSH_ZERO_ON);
  _MM_SET_DENORMALS_ZERO_MODE(_MM_DENORMALS_ZERO_ON);
#endif
}

class Trainer {
 public:
  explicit Trainer(const bench::Command& command)
      : workload_(command.workload),
        threads_(std::min(command.threads, workload_.batch)),
        layout_(workload_),
        data_(workload_.samples),
        parameters_(layout_.count),
        update_(workload_.optimizer, workload_.lr, layout_.count),
        barrier_(threads_),
        sums_(threads_),
        losses_(threads_),
        next_(workload_.samples) {
    bench::read_images(workload_.samples, data_.pixels.data(), data_.labels.data());
    for (std::size_t i = 0; i < workload_.samples; ++i) data_.order[i] = i;
    initialize();
    const auto row = [&](std::size_t thread) { return workload_.batch * thread / threads_; };
    for (std::size_t thread = 0; thread < threads_; ++thread) {
      gradients_.emplace_back(layout_.count);
      rows_.emplace_back(workload_, layout_, thread, row(thread), row(thread + 1), sums_, barrier_);
    }
    use_one_thread();
    flush_denormal_numbers();
    for (std::size_t thread = 1; thread < threads_; ++thread) helpers_.emplace_back([this, thread] { help(thread); });
  }

  ~Trainer() {
    done_ = true;
    barrier_.wait();
    for (std::thread& helper : helpers_) helper.join();
  }

  std::size_t step() {
    if (next_ + workload_.batch > workload_.samples) {
      std::shuffle(data_.order.begin(), data_.order.end(), random_);
      next_ = 0;
    }
    ++steps_;
    barrier_.wait();
    share_of_step(0);
    next_ += workload_.batch;
    return workload_.batch;
  }

  double loss() const {
    double sum = 0;
    for (const double part : losses_) sum += part;
    return sum / static_cast<double>(workload_.batch);
  }

 private:
  void initialize() {
    std::normal_distribution<float> normal;
    for (std::size_t layer = 0; layer < workload_.layers(); ++layer) {
      const std::size_t in = workload_.widths[layer], out = workload_.widths[layer + 1];
      const float sd = std::sqrt((workload_.activation == "tanh" ? 1.0f : 2.0f) / static_cast<float>(in));
      float* weight = parameters_.data() + layout_.layers[layer].weight;
      for (std::size_t i = 0; i < in * out; ++i) weight[i] = sd * normal(random_);
      if (workload_.batch_norm && layer + 1 < workload_.layers())
        std::fill_n(parameters_.data() + layout_.layers[layer].scale, out, 1.0f);
    }
  }

  void help(std::size_t thread) {
    use_one_thread();
    flush_denormal_numbers();
    for (;;) {
      barrier_.wait();
      if (done_) return;
      share_of_step(thread);
    }
  }

  void share_of_step(std::size_t thread) {
    losses_[thread] = rows_[thread].gradient(data_, next_, parameters_.data(), gradients_[thread].data());
    barrier_.wait();
    const std::size_t share = (layout_.count / threads_ + 15) / 16 * 16;
    update_(steps_, std::min(layout_.count, share * thread), std::min(layout_.count, share * (thread + 1)), gradients_,
            parameters_.data());
    barrier_.wait();
  }

  const bench::Workload& workload_;
  std::size_t threads_;
  Parameters layout_;
  Data data_;
  Floats parameters_;
  Update update_;
  Barrier barrier_;
  std::vector<Sums> sums_;
  std::vector<double> losses_;
  std::vector<Floats> gradients_;
  std::vector<Rows> rows_;
  std::vector<std::thread> helpers_;
  std::atomic<bool> done_{false};
  std::mt19937 random_{1};
  std::size_t next_, steps_ = 0;
};

}  // namespace

int main(int argc, char** argv) { return bench::train_and_report<Trainer>("limit", argc, argv); }
