#include <algorithm>

#include <boost/test/unit_test.hpp>

#include "autograd/custom_operations.hpp"
#include "xgrad/autograd/checkpoint.hpp"
#include "xgrad/autograd/dot.hpp"
#include "xgrad/autograd/factories.hpp"
#include "xgrad/autograd/ops/arithmetic.hpp"
#include "xgrad/autograd/ops/matmul.hpp"

using namespace xgrad;

namespace {

const std::string opening = "digraph xgrad {\n  rankdir=TB;\n  node [fontname=\"Helvetica\"];\n";

bool contains(const std::string& text, const std::string& piece) { return text.find(piece) != text.npos; }

}  // namespace

BOOST_AUTO_TEST_SUITE(dot_graph)

BOOST_AUTO_TEST_CASE(operations_leaves_shapes_and_inputs_are_drawn) {
  const Tensor<double> w = ones<double>({4, 3}, true), b = ones<double>({3}, true), x = ones<double>({2, 4});
  const Tensor<double> y = -(matmul(x, w) + b);
  BOOST_TEST(to_dot(y, {{"0.weight", w}, {"0.bias", b}}) == opening +
                                                                "  n0 [label=\"neg\\n(2, 3)\", shape=box, peripheries=2];\n"
                                                                "  n1 [label=\"add\\n(2, 3)\", shape=box];\n"
                                                                "  n2 [label=\"matmul\\n(2, 3)\", shape=box];\n"
                                                                "  n3 [label=\"0.weight\\n(4, 3)\", shape=ellipse];\n"
                                                                "  n4 [label=\"0.bias\\n(3,)\", shape=ellipse];\n"
                                                                "  n1 -> n0;\n"
                                                                "  n2 -> n1 [headlabel=\"0\"];\n"
                                                                "  n4 -> n1 [headlabel=\"1\"];\n"
                                                                "  n3 -> n2 [headlabel=\"1\"];\n"
                                                                "}\n");
}

BOOST_AUTO_TEST_CASE(leaves_without_a_name_are_called_leaf_and_results_may_have_one) {
  const Tensor<float> x(2.f, true);
  const Tensor<float> y = x * x;
  const std::string text = to_dot(y, {{"loss", y}});
  BOOST_TEST(contains(text, "n0 [label=\"loss\\nmul\\n()\", shape=box, peripheries=2];"));
  BOOST_TEST(contains(text, "n1 [label=\"leaf\\n()\", shape=ellipse];"));
}

BOOST_AUTO_TEST_CASE(a_node_that_is_used_twice_is_drawn_once_with_both_arrows) {
  const Tensor<double> x(2.0, true);
  const std::string text = to_dot(x * x);
  BOOST_TEST(contains(text, "n1 -> n0 [headlabel=\"0\"];\n  n1 -> n0 [headlabel=\"1\"];\n"));
  BOOST_TEST(!contains(text, "n2"));
}

BOOST_AUTO_TEST_CASE(several_outputs_of_a_node_are_told_apart_at_the_tail) {
  const Tensor<double> x(2.0, true);
  const auto [one, two] = test::powers_of(x);
  const std::string text = to_dot(one + two);
  BOOST_TEST(contains(text, "[label=\"powers_of\\n(), ()\", shape=box];"));
  BOOST_TEST(contains(text, "n1 -> n0 [headlabel=\"0\"];\n  n1 -> n0 [headlabel=\"1\", taillabel=\"1\"];\n"));
}

BOOST_AUTO_TEST_CASE(several_tensors_make_one_graph) {
  const Tensor<double> x(2.0, true);
  const Tensor<double> shared = x * 2;
  const std::string text = to_dot(std::vector<Tensor<double>>{shared + 1, -shared, x});
  BOOST_TEST(std::count(text.begin(), text.end(), '[') == 1 + 4);
  BOOST_TEST(contains(text, "[label=\"leaf\\n()\", shape=ellipse, peripheries=2]"));
}

BOOST_AUTO_TEST_CASE(names_come_in_any_list_of_pairs) {
  struct Parameter {
    std::string name;
    Tensor<double> value;
  };
  const std::vector<Parameter> parameters{{"a", Tensor<double>(1.0, true)}, {"b", Tensor<double>(2.0, true)}};
  const std::string text = to_dot(parameters[0].value * parameters[1].value, parameters);
  BOOST_TEST(contains(text, "n1 [label=\"a\\n()\""));
  BOOST_TEST(contains(text, "n2 [label=\"b\\n()\""));
}

BOOST_AUTO_TEST_CASE(names_are_escaped) {
  const Tensor<double> x(2.0, true);
  const std::string expected = "label=\"a \\\"b\\\" \\\\c\\nd\\n()\"";
  BOOST_TEST(contains(to_dot(x * 2, {{"a \"b\" \\c\nd", x}}), expected));
}

BOOST_AUTO_TEST_CASE(a_tensor_without_a_graph_gives_an_empty_one) {
  BOOST_TEST(to_dot(Tensor<double>(1.0)) == opening + "}\n");
}

BOOST_AUTO_TEST_CASE(the_same_program_gives_the_same_text) {
  const auto draw = [] {
    const Tensor<double> a(1.0, true), b(2.0, true);
    const Tensor<double> c = a * b;
    return to_dot((c + a) * checkpoint([&](const Tensor<double>& x) { return x * b; }, c));
  };
  const std::string first = draw();
  const std::vector<Tensor<double>> elsewhere(100, Tensor<double>(1.0, true));  // other addresses
  BOOST_TEST(draw() == first);
  BOOST_TEST(contains(first, "checkpoint"));
}

BOOST_AUTO_TEST_CASE(a_graph_a_hundred_thousand_operations_deep_is_drawn_without_recursion) {
  const Tensor<double> x(1.0, true);
  Tensor<double> y = x;
  for (int i = 0; i < 100'000; ++i) y = y + 1;
  BOOST_TEST(contains(to_dot(y), "n100000 -> n99999;"));
}

BOOST_AUTO_TEST_SUITE_END()
