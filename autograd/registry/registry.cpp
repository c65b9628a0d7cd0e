#include "xgrad/autograd/registry/registry.hpp"

#include <iterator>

#include "xgrad/autograd/registry/families.hpp"

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
           gaussian_noise_operations,
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
           orientation_histograms_operations,
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
