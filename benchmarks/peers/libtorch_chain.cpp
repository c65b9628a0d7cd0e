// What one operation of libtorch costs beside its arithmetic; see ../graph_program.hpp.
#include <torch/torch.h>

#include "../graph_program.hpp"

namespace {

struct Libtorch {
  using Tensor = torch::Tensor;
  using NoGrad = torch::NoGradGuard;
  static Tensor leaf(std::size_t side, float value) {
    const auto n = static_cast<std::int64_t>(side);
    return torch::full({n, n}, value, torch::requires_grad());
  }
  static void backward(const Tensor& y) { y.sum().backward(); }
  static void clear(Tensor& leaf) { leaf.mutable_grad() = torch::Tensor(); }
};

}  // namespace

int main(int argc, char** argv) {
  at::set_num_threads(1);
  return bench::measure_chain<Libtorch>("libtorch", argc, argv);
}
