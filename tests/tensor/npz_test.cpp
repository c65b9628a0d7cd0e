#include "xgrad/tensor/npz.hpp"

#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "paths.hpp"
#include "temporary_folder.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;

namespace {

std::filesystem::path made_by_numpy(const std::string& name) { return test::data_path("npy/" + name + ".npz"); }

const std::vector<std::string> names_in_order = {"weights", "labels", "bias"};

Indices labels() {
  Indices result = empty_array<std::int64_t>({1000});
  for (std::size_t i = 0; i < 1000; ++i) result(i) = static_cast<std::int64_t>(i % 10);
  return result;
}

NpzWriter example() {
  NpzWriter writer;
  writer.add("weights", Array<float>({{0.5f, -1.25f, 1.0f / 3}, {3e10f, -0.0f, 1e-40f}}));
  writer.add("labels", labels());
  writer.add("bias", Array<double>({1.5, 2.5}));
  return writer;
}

void check_example(const std::filesystem::path& path) {
  const NpzReader reader(path);
  BOOST_TEST(reader.names() == names_in_order);
  BOOST_TEST(reader.contains("bias"));
  BOOST_TEST(!reader.contains("bias.npy"));
  BOOST_CHECK(reader.read<float>("weights") == Array<float>({{0.5f, -1.25f, 1.0f / 3}, {3e10f, -0.0f, 1e-40f}}));
  BOOST_CHECK(reader.read<std::int64_t>("labels") == labels());
  BOOST_CHECK(reader.read<double>("bias") == Array<double>({1.5, 2.5}));
  BOOST_CHECK(reader.read<float>("bias") == Array<float>({1.5f, 2.5f}));  // again, as another type
}

}  // namespace

BOOST_AUTO_TEST_SUITE(npz)

BOOST_AUTO_TEST_CASE(files_of_numpy_are_read_stored_and_deflated) {
  check_example(made_by_numpy("stored"));
  check_example(made_by_numpy("deflated"));
  BOOST_TEST(NpzReader(made_by_numpy("none")).names().empty());
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back_and_deflating_makes_it_smaller) {
  const TemporaryFolder folder;
  example().save(folder / "stored.npz");
  example().save(folder / "deflated.npz", Compression::Deflated);
  check_example(folder / "stored.npz");
  check_example(folder / "deflated.npz");
  BOOST_TEST(read_bytes(folder / "deflated.npz").size() < read_bytes(folder / "stored.npz").size() / 4);
  NpzWriter().save(folder / "none.npz");
  BOOST_CHECK(read_bytes(folder / "none.npz") == read_bytes(made_by_numpy("none")));
  BOOST_TEST(folder.entries() == 3u);
}

BOOST_AUTO_TEST_CASE(the_same_arrays_give_the_same_bytes) {
  const TemporaryFolder folder;
  example().save(folder / "first.npz");
  example().save(folder / "second.npz");
  BOOST_CHECK(read_bytes(folder / "first.npz") == read_bytes(folder / "second.npz"));
}

BOOST_AUTO_TEST_CASE(a_writer_keeps_the_values_that_it_was_given) {
  const TemporaryFolder folder;
  NpzWriter writer;
  Array<float> array = {1, 2, 3};
  writer.add("x", array);
  array(0) = 100;
  writer.save(folder / "a.npz");
  BOOST_CHECK(NpzReader(folder / "a.npz").read<float>("x") == Array<float>({1, 2, 3}));
  BOOST_CHECK_EXCEPTION(writer.add("x", array), ConfigError, says({"'x'", "there already"}));
  BOOST_CHECK_EXCEPTION(writer.add("", array), ConfigError, says({"empty"}));
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_of_another_kind_is_named) {
  const TemporaryFolder folder;
  const NpzReader reader(made_by_numpy("stored"));
  BOOST_CHECK_EXCEPTION(reader.read<float>("wieghts"), IoError, says({"stored.npz", "'wieghts'", "weights, labels, bias"}));
  BOOST_CHECK_EXCEPTION(reader.read<std::int64_t>("bias"), IoError, says({"stored.npz:bias", "f8", "integers are expected"}));
  BOOST_CHECK_EXCEPTION(NpzReader(made_by_numpy("bzip2")).read<float>("x"), IoError, says({"bzip2.npz:x", "method 12", "(8)"}));
  BOOST_CHECK_EXCEPTION(NpzReader(folder / "none.npz"), IoError, says({"none.npz", "No such file"}));
  write_bytes(folder / "text.npz", "this is no archive");
  BOOST_CHECK_EXCEPTION(NpzReader(folder / "text.npz"), IoError, says({"text.npz", "Not a zip archive", "numpy.savez"}));
  BOOST_CHECK_EXCEPTION(example().save(folder / "no/a.npz"), IoError, says({"no/a.npz"}));
}

BOOST_AUTO_TEST_CASE(damaged_data_are_found_by_their_checksum) {
  const TemporaryFolder folder;
  example().save(folder / "a.npz");
  std::string bytes = read_bytes(folder / "a.npz");
  bytes[3000] ^= 1;  // within labels, which is stored as it is
  write_bytes(folder / "a.npz", bytes);
  const NpzReader reader(folder / "a.npz");
  BOOST_CHECK_EXCEPTION(reader.read<std::int64_t>("labels"), IoError, says({"a.npz:labels", "CRC"}));
  BOOST_CHECK(reader.read<double>("bias") == Array<double>({1.5, 2.5}));
}

// Every array comes out as it was or with an IoError, whichever bit of the archive is changed and wherever it is cut.
BOOST_AUTO_TEST_CASE(a_damaged_archive_gives_right_arrays_or_an_error) {
  const TemporaryFolder folder;
  NpzWriter writer;
  const Array<float> expected = {1, 2, 3, 4};
  writer.add("x", expected);
  writer.save(folder / "good.npz", Compression::Deflated);
  const std::string good = read_bytes(folder / "good.npz");
  std::size_t refused = 0, wrong = 0;
  const auto attempt = [&](const std::string& bytes) {
    std::filesystem::remove(folder / "bad.npz");  // truncating an existing file makes some file systems wait for the disk
    write_bytes(folder / "bad.npz", bytes);
    try {
      const NpzReader reader(folder / "bad.npz");
      for (const std::string& name : reader.names()) wrong += reader.read<float>(name) != expected;
    } catch (const IoError&) { ++refused; }
  };
  for (std::size_t length = 0; length < good.size(); ++length) attempt(good.substr(0, length));
  BOOST_TEST(refused == good.size());
  for (std::size_t bit = 0; bit < 8 * good.size(); ++bit) {
    std::string bytes = good;
    bytes[bit / 8] ^= static_cast<char>(1 << bit % 8);
    attempt(bytes);
  }
  BOOST_TEST(wrong == 0u);
  BOOST_TEST(refused > 2 * good.size());
}

BOOST_AUTO_TEST_SUITE_END()
