#pragma once

namespace xgrad {

/// What becomes of the losses of a batch's elements: their mean, their sum, or all of them.
enum class Reduction { Mean, Sum, None };

}  // namespace xgrad
