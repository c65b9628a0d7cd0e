#pragma once

#include <boost/test/unit_test.hpp>

#include "xgrad/tensor/matmul_precision.hpp"

/// The precondition of a test that multiplies in bfloat16: it is skipped where the processor cannot.
inline boost::test_tools::assertion_result has_bf16(boost::unit_test::test_unit_id) {
  boost::test_tools::assertion_result result(xgrad::bf16_supported());
  if (!xgrad::bf16_supported()) result.message() << "products in bfloat16 need AVX512_BF16";
  return result;
}
