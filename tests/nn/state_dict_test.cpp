// What is saved of a module, in memory and as a file.
#include "xgrad/nn/state_dict.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "temporary_folder.hpp"
#include "xgrad/nn/mlp.hpp"
#include "xgrad/nn/model_file.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::nn;

namespace {

template <class T>
MLP<T> network_of(std::uint64_t seed, std::size_t hidden = 4) {
  return MLP<T>({3, hidden, 2}, {.normalization = "batch", .dropout = 0.5, .seed = seed});
}

// A network whose running statistics and counters have moved.
template <class T>
MLP<T> used_network(std::uint64_t seed) {
  MLP<T> network = network_of<T>(seed);
  Generator generator(seed);
  for (int i = 0; i < 3; ++i) network(Tensor<T>(random::normal<T>(generator, {5, 3})));
  return network;
}

template <class T>
bool same(const StateDict<T>& a, const StateDict<T>& b) {
  if (a.arrays.size() != b.arrays.size() || a.counters.size() != b.counters.size()) return false;
  for (std::size_t i = 0; i < a.arrays.size(); ++i)
    if (a.arrays[i].name != b.arrays[i].name || !(a.arrays[i].value == b.arrays[i].value)) return false;
  for (std::size_t i = 0; i < a.counters.size(); ++i)
    if (a.counters[i].name != b.counters[i].name || a.counters[i].value != b.counters[i].value) return false;
  return true;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(state_dict)

BOOST_AUTO_TEST_CASE(a_state_holds_parameters_buffers_and_counters_and_makes_another_network_equal) {
  MLP<double> first = used_network<double>(1), second = network_of<double>(2);
  const StateDict<double> state = nn::state_dict(first);
  BOOST_TEST(state.arrays.size() == 8u);
  BOOST_TEST(state.counters.size() == 1u);
  BOOST_TEST(state.counters[0].value == 3);
  BOOST_CHECK(!same(state, nn::state_dict(second)));
  load_state_dict(second, state);
  BOOST_CHECK(same(state, nn::state_dict(second)));
}

BOOST_AUTO_TEST_CASE(a_state_is_a_copy) {
  MLP<double> network = network_of<double>(1);
  const StateDict<double> state = nn::state_dict(network);
  const double before = state.arrays[0].value.data()[0];
  network.parameters()[0].mutable_value().fill(99);
  BOOST_TEST(state.arrays[0].value.data()[0] == before);
}

BOOST_AUTO_TEST_CASE(handles_to_parameters_see_what_is_loaded) {
  MLP<double> first = network_of<double>(1), second = network_of<double>(2);
  const Tensor<double> handle = second.parameters()[0];
  load_state_dict(second, nn::state_dict(first));
  BOOST_CHECK(handle.value() == first.parameters()[0].value());
}

BOOST_AUTO_TEST_CASE(missing_and_unexpected_names_are_listed_and_nothing_is_changed) {
  MLP<double> network = used_network<double>(1);
  const StateDict<double> before = nn::state_dict(network);
  StateDict<double> state = nn::state_dict(network);
  state.arrays[0].name = "first.weight";
  state.arrays[1].value.fill(7);
  state.counters.clear();
  BOOST_CHECK_EXCEPTION(load_state_dict(network, state), ConfigError,
                        says({"missing (0.weight, 1.num_batches_tracked)", "unexpected (first.weight)"}));
  BOOST_CHECK(same(before, nn::state_dict(network)));
}

BOOST_AUTO_TEST_CASE(a_wrong_shape_is_named_with_both_shapes_and_nothing_is_changed) {
  MLP<double> network = network_of<double>(1), wider = network_of<double>(1, 6);
  const StateDict<double> before = nn::state_dict(network);
  BOOST_CHECK_EXCEPTION(load_state_dict(network, nn::state_dict(wider)), ShapeError, says({"'0.weight'", "(4, 3)", "(6, 3)"}));
  BOOST_CHECK(same(before, nn::state_dict(network)));
}

BOOST_AUTO_TEST_CASE(a_file_gives_back_every_bit) {
  const TemporaryFolder folder;
  MLP<double> first = used_network<double>(1), second = network_of<double>(2);
  save_model(first, folder / "model.safetensors", {{"epoch", "3"}});
  load_model(second, folder / "model.safetensors");
  BOOST_CHECK(same(nn::state_dict(first), nn::state_dict(second)));
  BOOST_TEST(read_safetensors(folder / "model.safetensors").metadata().at("epoch") == "3");
}

BOOST_AUTO_TEST_CASE(a_file_of_floats_is_taken_by_a_network_of_doubles_and_back) {
  const TemporaryFolder folder;
  MLP<float> first = used_network<float>(1), third = network_of<float>(3);
  MLP<double> second = network_of<double>(2);
  save_model(first, folder / "a");
  load_model(second, folder / "a");
  save_model(second, folder / "b");
  load_model(third, folder / "b");
  BOOST_CHECK(same(nn::state_dict(first), nn::state_dict(third)));
}

BOOST_AUTO_TEST_CASE(a_file_without_counters_is_taken) {
  const TemporaryFolder folder;
  MLP<double> first = used_network<double>(1), second = used_network<double>(2);
  StateDict<double> state = nn::state_dict(first);
  state.counters.clear();
  save_model(state, folder / "model");
  load_model(second, folder / "model");
  BOOST_TEST(*second.named_counters()[0].value == 0);
  BOOST_CHECK(second.parameters()[0].value() == first.parameters()[0].value());
}

BOOST_AUTO_TEST_CASE(a_file_of_another_network_is_refused_by_its_name_and_nothing_is_changed) {
  const TemporaryFolder folder;
  MLP<double> network = network_of<double>(1), wider = network_of<double>(1, 6), plain({3, 4, 2});
  const StateDict<double> before = nn::state_dict(network);
  save_model(wider, folder / "wider");
  save_model(plain, folder / "plain");
  BOOST_CHECK_EXCEPTION(load_model(network, folder / "wider"), ShapeError, says({"wider: ", "'0.weight'", "(4, 3)", "(6, 3)"}));
  BOOST_CHECK_EXCEPTION(load_model(network, folder / "plain"), ConfigError,
                        says({"plain: ", "missing (1.weight, 1.bias, 4.weight, 4.bias, 1.running_mean, 1.running_var)",
                              "unexpected (2.bias, 2.weight)"}));
  BOOST_CHECK_THROW(load_model(network, folder / "nowhere"), IoError);
  BOOST_CHECK(same(before, nn::state_dict(network)));
}

BOOST_AUTO_TEST_CASE(a_counter_that_is_not_one_number_is_refused) {
  const TemporaryFolder folder;
  MLP<double> network = network_of<double>(1);
  const StateDict<double> state = nn::state_dict(network);
  std::vector<NamedArray> arrays;
  for (const auto& entry : state.arrays) arrays.emplace_back(entry.name, entry.value);
  const Indices counter = filled_array<std::int64_t>({2}, 5);
  arrays.emplace_back("1.num_batches_tracked", counter);
  write_safetensors(folder / "model", arrays);
  BOOST_CHECK_EXCEPTION(load_model(network, folder / "model"), ShapeError, says({"'1.num_batches_tracked'", "(2,)"}));
}

BOOST_AUTO_TEST_SUITE_END()
