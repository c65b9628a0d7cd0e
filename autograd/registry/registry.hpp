#pragma once

#include <vector>

#include "xgrad/autograd/operation_info.hpp"

namespace xgrad {

/// Every differentiable operation of xgrad, with its samples: the lists of all families, one after the other. The gradient
/// suite is made from it.
std::vector<OperationInfo> operations();

}  // namespace xgrad
