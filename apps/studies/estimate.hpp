#pragma once

#include "train_options.hpp"

namespace xgrad::apps {

/// How fast this machine trains, measured in a few hundredths of a second.
struct Machine {
  double products_per_second = 0;  ///< multiplications with addition, in matrix products of one thread
  static Machine measured();
};

/// About how many seconds a run takes on one core if nothing stops it early. It counts the products (three for every weight and
/// image), the optimizer's pass over the weights and a fixed cost for every step and layer; it is meant for "time left", not
/// for comparisons.
double estimated_seconds(const TrainOptions& options, const Machine& machine);

}  // namespace xgrad::apps
