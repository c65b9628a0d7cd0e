#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include <boost/test/unit_test.hpp>

#include "autograd/mish_example.hpp"
#include "paths.hpp"

namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(test::source_path(path));
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string between(const std::string& text, const std::string& first, const std::string& last) {
  const std::size_t begin = text.find(first);
  if (begin == text.npos) return {};
  const std::size_t end = text.find(last, begin + first.size());
  return end == text.npos ? std::string() : text.substr(begin + first.size(), end - begin - first.size());
}

// Operations whose derivative would be passed over, or not.
struct WithoutBackward {};
struct TakesConst {
  template <class T>
  Tensor<T> backward(const Context<T>& c) const {
    return c.gradient();
  }
  Tensor<double> fused_backward(const Context<double>& c) { return c.gradient(); }
};
struct TakesReference {
  template <class T>
  Tensor<T> backward(Context<T>& c) const {
    return c.gradient();
  }
  Tensor<double> fused_backward(Context<double>& c) { return c.gradient(); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(user_operation)

BOOST_AUTO_TEST_CASE(a_derivative_that_takes_no_const_context_is_noticed) {
  using xgrad::detail::HasBackward, xgrad::detail::HasFusedBackward;
  using Mutable = Context<double>;
  BOOST_TEST((!HasBackward<WithoutBackward, Mutable> && !HasFusedBackward<WithoutBackward, Mutable>));
  BOOST_TEST((HasBackward<TakesConst, const Mutable> && HasFusedBackward<TakesConst, const Mutable>));
  BOOST_TEST((!HasFusedBackward<TakesConst, const Context<float>>));  // has one for doubles alone
  BOOST_TEST((!HasBackward<TakesReference, const Mutable> && HasBackward<TakesReference, Mutable>));
  BOOST_TEST((!HasFusedBackward<TakesReference, const Mutable> && HasFusedBackward<TakesReference, Mutable>));
}

BOOST_AUTO_TEST_CASE(one_call_checks_it_as_those_of_the_library) {
  for (const std::string& failure : check_operation(mish_operation())) BOOST_ERROR(failure);
}

BOOST_AUTO_TEST_CASE(it_is_part_of_graphs_as_any_other) {
  const Tensor<double> x{-1, 0, 2}, w(0.5, true);
  const auto f = [&](const auto& in) { return sum(mish(in * w) * in); };
  BOOST_TEST((hessian(f, x).shape() == Shape{3, 3}));
  f(x).backward();
  BOOST_TEST(w.grad().defined());
  BOOST_TEST(to_dot(f(x)).find("label=\"mish\\n(3,)\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_guide_shows_the_code_that_is_tested_here) {
  const std::string tested = between(text_of("tests/autograd/mish_example.hpp"), "// [example]\n", "// [example]\n");
  const std::string shown = between(text_of("CONTRIBUTING.md"), "<!-- example: mish, prints -->\n```cpp\n", "```");
  BOOST_TEST_REQUIRE(!tested.empty());
  BOOST_TEST(shown.substr(0, tested.size()) == tested);
  BOOST_TEST(shown.find("int main()", tested.size()) != shown.npos);
}

BOOST_AUTO_TEST_SUITE_END()
