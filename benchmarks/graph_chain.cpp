// What one operation of xgrad costs beside its arithmetic; see graph_program.hpp.
#include "graph_program.hpp"
#include "xgrad/xgrad.hpp"

namespace {

struct Xgrad {
  using Tensor = xgrad::Tensor<float>;
  using NoGrad = xgrad::NoGrad;
  static Tensor leaf(std::size_t side, float value) { return xgrad::full<float>({side, side}, value, true); }
  static void backward(const Tensor& y) { sum(y).backward(); }
  static void clear(Tensor& leaf) { leaf.zero_grad(); }
};

}  // namespace

int main(int argc, char** argv) { return bench::measure_chain<Xgrad>("xgrad", argc, argv); }
