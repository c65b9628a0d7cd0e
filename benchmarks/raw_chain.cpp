// What the arithmetic of a chain of operations costs alone: its derivatives by hand, as plain loops over memory that is there
// already. What a library takes longer is what it costs itself; see graph_program.hpp.
#include <cmath>

#include "graph_program.hpp"

namespace {

class RawChain {
 public:
  explicit RawChain(const bench::Chain& chain)
      : chain_(chain),
        n_(chain.side * chain.side),
        a_(n_, 0.01f),
        b_(n_, 1.0f),
        values_((chain.length + 1) * n_, 0.5f),
        g_(n_),
        ga_(n_),
        gb_(n_) {}

  // Two arrays in turn.
  void run() {
    for (std::size_t i = 0; i < chain_.length; ++i) step(i, value(i % 2), value((i + 1) % 2));
  }

  // An array for each result, as the way back needs them.
  float record() {
    for (std::size_t i = 0; i < chain_.length; ++i) step(i, value(i), value(i + 1));
    return value(chain_.length)[0];
  }

  // From the sum of the result's elements.
  void go_back() {
    std::fill(g_.begin(), g_.end(), 1.0f);
    std::fill(ga_.begin(), ga_.end(), 0.0f);
    std::fill(gb_.begin(), gb_.end(), 0.0f);
    for (std::size_t i = chain_.length; i-- > 0;) step_back(i, value(i), value(i + 1));
  }

 private:
  float* value(std::size_t i) { return values_.data() + i * n_; }

  void step(std::size_t i, const float* x, float* __restrict y) const {
    const float *a = a_.data(), *b = b_.data();
    switch (bench::operation(chain_, i)) {
      case 0:
        for (std::size_t k = 0; k < n_; ++k) y[k] = x[k] + a[k];
        break;
      case 1:
        for (std::size_t k = 0; k < n_; ++k) y[k] = x[k] * b[k];
        break;
      default:
        for (std::size_t k = 0; k < n_; ++k) y[k] = std::tanh(x[k]);
    }
  }

  void step_back(std::size_t i, const float* x, const float* y) {
    const float* b = b_.data();
    float* __restrict g = g_.data(), * __restrict ga = ga_.data(), * __restrict gb = gb_.data();
    switch (bench::operation(chain_, i)) {
      case 0:
        for (std::size_t k = 0; k < n_; ++k) ga[k] += g[k];
        break;
      case 1:
        for (std::size_t k = 0; k < n_; ++k) {
          gb[k] += g[k] * x[k];
          g[k] *= b[k];
        }
        break;
      default:
        for (std::size_t k = 0; k < n_; ++k) g[k] *= 1 - y[k] * y[k];
    }
  }

  const bench::Chain& chain_;
  std::size_t n_;
  std::vector<float> a_, b_, values_, g_, ga_, gb_;
};

}  // namespace

int main(int argc, char** argv) {
  return bench::chain_program(argv, [&] {
    const bench::Chain chain = bench::parse_chain(argc, argv);
    RawChain raw(chain);
    bench::print_times(
        "raw", chain, [&] { raw.run(); }, [&] { return raw.record(); }, [&](float) { raw.go_back(); });
  });
}
