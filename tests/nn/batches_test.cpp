#include "xgrad/nn/data/batches.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "xgrad/tensor/buffer_pool.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::data;

namespace {

// Sample i has the features (i, -i) and the label i mod 3.
Dataset<double> numbered(std::size_t samples) {
  Array<double> features = empty_array<double>({samples, 2});
  Indices labels = empty_array<std::int64_t>({samples});
  for (std::size_t i = 0; i < samples; ++i) {
    features(i, 0) = static_cast<double>(i);
    features(i, 1) = -static_cast<double>(i);
    labels(i) = static_cast<std::int64_t>(i % 3);
  }
  return Dataset<double>(features, labels, {.class_names = {"0", "1", "2"}});
}

std::vector<int> order_of(const Batches<double>& passes) {
  std::vector<int> order;
  for (auto [x, y] : passes)
    for (std::size_t i = 0; i < x.shape()[0]; ++i) order.push_back(static_cast<int>(x.value()(i, 0)));
  return order;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(batches)

BOOST_AUTO_TEST_CASE(without_a_seed_the_samples_come_in_their_order_and_the_last_batch_is_smaller) {
  std::size_t next = 0, count = 0;
  for (auto [x, y] : data::batches(numbered(10), 4)) {
    BOOST_CHECK((x.shape() == Shape{count == 2 ? 2u : 4u, 2}));
    BOOST_TEST(y.size() == x.shape()[0]);
    for (std::size_t i = 0; i < y.size(); ++i, ++next) {
      BOOST_TEST(x.value()(i, 0) == static_cast<double>(next));
      BOOST_TEST(x.value()(i, 1) == -static_cast<double>(next));
      BOOST_TEST(y(i) == static_cast<std::int64_t>(next % 3));
    }
    ++count;
  }
  BOOST_TEST(next == 10u);
  BOOST_TEST(count == data::batches(numbered(10), 4).size());
}

BOOST_AUTO_TEST_CASE(drop_last_leaves_out_the_incomplete_batch_only) {
  BOOST_TEST(data::batches(numbered(10), 4, {.drop_last = true}).size() == 2u);
  BOOST_TEST(data::batches(numbered(8), 4, {.drop_last = true}).size() == 2u);
  BOOST_TEST(data::batches(numbered(8), 4).size() == 2u);
  BOOST_TEST(data::batches(numbered(3), 4, {.drop_last = true}).size() == 0u);
  BOOST_TEST(data::batches(numbered(0), 4).size() == 0u);
  // S1 of the published studies: 80 % of 60,000 in batches of 1024.
  BOOST_TEST(data::batches(numbered(48000), 1024, {.drop_last = true}).size() == 46u);
}

BOOST_AUTO_TEST_CASE(a_shuffled_pass_has_every_sample_once_with_its_own_label) {
  std::set<int> seen;
  for (auto [x, y] : data::batches(numbered(100), 7, {.shuffle_seed = 1}))
    for (std::size_t i = 0; i < y.size(); ++i) {
      const int sample = static_cast<int>(x.value()(i, 0));
      BOOST_TEST(y(i) == sample % 3);
      seen.insert(sample);
    }
  BOOST_TEST(seen.size() == 100u);
}

BOOST_AUTO_TEST_CASE(the_order_depends_on_seed_and_epoch_alone) {
  const auto dataset = numbered(50);
  const auto order = [&](std::uint64_t seed, std::uint64_t epoch, std::size_t size) {
    return order_of(data::batches(dataset, size, {.shuffle_seed = seed, .epoch = epoch}));
  };
  BOOST_TEST(order(1, 0, 8) == order(1, 0, 8));
  BOOST_TEST(order(1, 0, 8) == order(1, 0, 3));
  BOOST_TEST(order(1, 0, 8) != order(2, 0, 8));
  BOOST_TEST(order(1, 0, 8) != order(1, 1, 8));
  BOOST_TEST(order(1, 1, 8) != order(2, 0, 8));
  BOOST_TEST(!std::is_sorted(order(1, 0, 8).begin(), order(1, 0, 8).end()));
}

BOOST_AUTO_TEST_CASE(a_batch_can_be_had_by_its_number_and_names_its_rows) {
  const auto passes = data::batches(numbered(10), 4, {.shuffle_seed = 3});
  const std::vector<int> order = order_of(passes);
  const auto [x, y] = passes[2];
  BOOST_TEST(x.value()(1, 0) == order[9]);
  BOOST_TEST(passes.rows(2)[1] == order[9]);
  BOOST_TEST(passes.rows(2).size() == 2u);
  BOOST_CHECK_EXCEPTION(passes[3], ShapeError, says({"batch 3", "there are 3"}));
}

BOOST_AUTO_TEST_CASE(a_batch_belongs_to_whoever_asked_for_it) {
  const auto passes = data::batches(numbered(8), 4);
  const auto first = passes[0];
  for (auto [x, y] : passes) x.mutable_value().fill(-1);
  BOOST_TEST(first.x.value()(3, 0) == 3.0);
  BOOST_TEST(passes[0].x.value()(3, 0) == 3.0);
}

BOOST_AUTO_TEST_CASE(after_the_first_batch_no_memory_is_asked_from_the_system) {
  const auto dataset = numbered(1000);
  const auto pass = [&] {
    double sum = 0;
    for (auto [x, y] : data::batches(dataset, 100, {.shuffle_seed = 1})) sum += x.value()(0, 0);
    return sum;
  };
  const double warm = pass();
  const auto before = buffer_pool::statistics().system_allocations;
  BOOST_TEST(pass() == warm);
  BOOST_TEST(buffer_pool::statistics().system_allocations == before);
}

BOOST_AUTO_TEST_CASE(the_batches_outlive_the_data_set_they_were_made_from) {
  auto passes = [] { return data::batches(numbered(5), 2); }();
  BOOST_TEST(order_of(passes) == (std::vector<int>{0, 1, 2, 3, 4}));
}

BOOST_AUTO_TEST_CASE(a_batch_size_of_zero_is_refused) {
  BOOST_CHECK_EXCEPTION(data::batches(numbered(5), 0), ConfigError, says({"batch size is 0"}));
}

BOOST_AUTO_TEST_SUITE_END()
