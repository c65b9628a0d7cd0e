#pragma once

#include <vector>

#include "xgrad/autograd/operation_info.hpp"

namespace xgrad {

// What the checks need to know of each family of operations: one list for each header of autograd/ops/.
std::vector<OperationInfo> activation_operations();
std::vector<OperationInfo> arithmetic_operations();
std::vector<OperationInfo> batch_norm_operations();
std::vector<OperationInfo> binary_cross_entropy_operations();
std::vector<OperationInfo> broadcast_operations();
std::vector<OperationInfo> cholesky_operations();
std::vector<OperationInfo> comparison_operations();
std::vector<OperationInfo> cross_entropy_operations();
std::vector<OperationInfo> cumsum_operations();
std::vector<OperationInfo> dropout_operations();
std::vector<OperationInfo> elementwise_operations();
std::vector<OperationInfo> extreme_operations();
std::vector<OperationInfo> gaussian_noise_operations();
std::vector<OperationInfo> indexing_operations();
std::vector<OperationInfo> inverse_operations();
std::vector<OperationInfo> join_operations();
std::vector<OperationInfo> kl_div_operations();
std::vector<OperationInfo> layer_norm_operations();
std::vector<OperationInfo> linear_operations();
std::vector<OperationInfo> logsumexp_operations();
std::vector<OperationInfo> margin_loss_operations();
std::vector<OperationInfo> matmul_operations();
std::vector<OperationInfo> nll_loss_operations();
std::vector<OperationInfo> norm_operations();
std::vector<OperationInfo> orientation_histograms_operations();
std::vector<OperationInfo> pad_operations();
std::vector<OperationInfo> permute_operations();
std::vector<OperationInfo> power_operations();
std::vector<OperationInfo> prod_operations();
std::vector<OperationInfo> reduction_operations();
std::vector<OperationInfo> regression_loss_operations();
std::vector<OperationInfo> shape_operations();
std::vector<OperationInfo> slice_operations();
std::vector<OperationInfo> softmax_operations();
std::vector<OperationInfo> solve_operations();
std::vector<OperationInfo> spectral_operations();
std::vector<OperationInfo> variance_operations();
std::vector<OperationInfo> vector_products_operations();

}  // namespace xgrad
