// The gradient suite: one test for each operation of the registry, named after it (--run_test=operations/matmul).
#include <boost/test/unit_test.hpp>

#include "xgrad/autograd/gradcheck.hpp"
#include "xgrad/autograd/registry/registry.hpp"

using namespace xgrad;

namespace {

// Test cases are made before main runs, when a static object of this file is built.
struct OperationSuite {
  OperationSuite() {
    auto* suite = BOOST_TEST_SUITE("operations");
    for (const OperationInfo& operation : operations())
      suite->add(boost::unit_test::make_test_case(
          [operation] {
            const std::vector<std::string> failures = check_operation(operation);
            for (const std::string& failure : failures) BOOST_ERROR(failure);
            BOOST_TEST(failures.empty());
          },
          operation.name, __FILE__, __LINE__));
    boost::unit_test::framework::master_test_suite().add(suite);
  }
} operation_suite;

}  // namespace
