#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace xgrad::nn {

/// How MLPClassifier and MLPRegressor are built and trained. Names, defaults and meaning are scikit-learn's; where xgrad
/// differs the comment says so. Initial weights are Xavier's (uniform), biases 0.
struct MlpEstimatorOptions {
  std::vector<std::size_t> hidden_layer_sizes{100};
  std::string activation = "relu";   ///< identity, logistic, tanh, relu, and all others that make_activation knows
  std::string solver = "adam";       ///< adam; sgd; lbfgs, which takes all samples at once; and others of make_optimizer
  double alpha = 1e-4;               ///< adds alpha/(2n)·Σw² to the loss of a batch of n, over all weights but no biases
  std::size_t batch_size = 0;        ///< 0: 200, or all samples if there are fewer
  double learning_rate_init = 1e-3;  ///< constant; lbfgs does without
  std::size_t max_iter = 200;        ///< epochs; iterations of lbfgs
  bool shuffle = true;               ///< a new order of the samples for each epoch
  std::uint64_t random_state = 0;    ///< decides initial weights, the order of samples and what early stopping holds out
  double tol = 1e-4;                 ///< the smallest change that counts as an improvement
  double momentum = 0.9;             ///< of sgd
  bool nesterovs_momentum = true;    ///< of sgd
  bool early_stopping = false;       ///< watch a share of the samples that is held out instead of the training loss
  double validation_fraction = 0.1;  ///< that share, of each class alike
  double beta_1 = 0.9, beta_2 = 0.999, epsilon = 1e-8;  ///< of adam
  std::size_t n_iter_no_change = 10;  ///< ends training when more epochs than this in a row brought no improvement
};

}  // namespace xgrad::nn
