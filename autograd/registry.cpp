#include "xgrad/autograd/registry.hpp"

#include <iterator>

#include "xgrad/autograd/ops/activation.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/batch_norm.hpp"
#include "xgrad/autograd/ops/binary_cross_entropy.hpp"
#include "xgrad/autograd/ops/broadcast.hpp"
#include "xgrad/autograd/ops/cholesky.hpp"
#include "xgrad/autograd/ops/comparison.hpp"
#include "xgrad/autograd/ops/cross_entropy.hpp"
#include "xgrad/autograd/ops/cumsum.hpp"
#include "xgrad/autograd/ops/dropout.hpp"
#include "xgrad/autograd/ops/elementwise.hpp"
#include "xgrad/autograd/ops/extreme.hpp"
#include "xgrad/autograd/ops/indexing.hpp"
#include "xgrad/autograd/ops/inverse.hpp"
#include "xgrad/autograd/ops/join.hpp"
#include "xgrad/autograd/ops/kl_div.hpp"
#include "xgrad/autograd/ops/layer_norm.hpp"
#include "xgrad/autograd/ops/linear.hpp"
#include "xgrad/autograd/ops/logsumexp.hpp"
#include "xgrad/autograd/ops/margin_loss.hpp"
#include "xgrad/autograd/ops/matmul.hpp"
#include "xgrad/autograd/ops/nll_loss.hpp"
#include "xgrad/autograd/ops/norm.hpp"
#include "xgrad/autograd/ops/pad.hpp"
#include "xgrad/autograd/ops/permute.hpp"
#include "xgrad/autograd/ops/power.hpp"
#include "xgrad/autograd/ops/prod.hpp"
#include "xgrad/autograd/ops/reduction.hpp"
#include "xgrad/autograd/ops/regression_loss.hpp"
#include "xgrad/autograd/ops/shape.hpp"
#include "xgrad/autograd/ops/slice.hpp"
#include "xgrad/autograd/ops/softmax.hpp"
#include "xgrad/autograd/ops/solve.hpp"
#include "xgrad/autograd/ops/spectral.hpp"
#include "xgrad/autograd/ops/variance.hpp"
#include "xgrad/autograd/ops/vector_products.hpp"

namespace xgrad {

std::vector<OperationInfo> operations() {
  std::vector<OperationInfo> all;
  // One to a line.
  // clang-format off
  for (auto family : {
           activation_operations,
           arithmetic_operations,
           batch_norm_operations,
           binary_cross_entropy_operations,
           broadcast_operations,
           cholesky_operations,
           comparison_operations,
           cross_entropy_operations,
           cumsum_operations,
           dropout_operations,
           elementwise_operations,
           extreme_operations,
           indexing_operations,
           inverse_operations,
           join_operations,
           kl_div_operations,
           layer_norm_operations,
           linear_operations,
           logsumexp_operations,
           margin_loss_operations,
           matmul_operations,
           nll_loss_operations,
           norm_operations,
           pad_operations,
           permute_operations,
           power_operations,
           prod_operations,
           reduction_operations,
           regression_loss_operations,
           shape_operations,
           slice_operations,
           softmax_operations,
           solve_operations,
           spectral_operations,
           variance_operations,
           vector_products_operations,
       }) {
    // clang-format on
    std::vector<OperationInfo> list = family();
    all.insert(all.end(), std::make_move_iterator(list.begin()), std::make_move_iterator(list.end()));
  }
  return all;
}

}  // namespace xgrad
