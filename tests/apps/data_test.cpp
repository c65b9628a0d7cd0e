#include <string>

#include <boost/test/unit_test.hpp>

#include "../nn/loopback_server.hpp"
#include "workplace.hpp"

BOOST_FIXTURE_TEST_SUITE(data, Workplace)

BOOST_AUTO_TEST_CASE(the_list_names_every_data_set_and_where_it_is) {
  std::filesystem::create_directory(*this / "sets");
  std::filesystem::rename(*this / "data", *this / "sets/mnist");
  const Finished finished = xgrad({"data", "list"}, {.environment = {"XGRAD_DATA_DIR=" + (*this / "sets").string()}});
  check_succeeds(finished);
  BOOST_TEST((finished.output.find("fashion_mnist") != finished.output.npos));
  BOOST_TEST((finished.output.find((*this / "sets/mnist").string()) != finished.output.npos), finished.output);
}

BOOST_AUTO_TEST_CASE(info_counts_images_and_classes) {
  const Finished finished = xgrad({"data", "info", "--data_dir", "data"});
  check_succeeds(finished);
  for (const char* part :
       {"training: 300 images of 6×6 pixels", "test: 100 images", "Trouser          30", "Trouser          10"})
    BOOST_TEST((finished.output.find(part) != finished.output.npos), part << " is not in: " << finished.output);
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_said_with_what_to_do) {
  std::filesystem::create_directory(*this / "empty");
  check_fails(xgrad({"data", "info", "-d", "mnist", "--data_dir", "empty"}), 1, {"empty", "download"});
  check_fails(xgrad({"data", "info", "-d", "mnits", "--data_dir", "empty"}), 2, {"'mnits'", "did you mean 'mnist'?"});
}

BOOST_AUTO_TEST_CASE(the_data_set_may_be_named_without_an_option) {
  const Finished finished = xgrad({"data", "info", "mnist", "--data_dir", "data"});
  check_succeeds(finished);
  BOOST_TEST(finished.output.rfind("mnist in", 0) == 0u, finished.output);
  check_fails(xgrad({"data", "download", "mnits"}), 2, {"'mnits'", "did you mean 'mnist'?"});
}

BOOST_AUTO_TEST_CASE(a_download_of_the_wrong_contents_leaves_nothing) {
  const LoopbackServer server({{"/train-images-idx3-ubyte.gz", {.body = "not what was published"}}});
  check_fails(xgrad({"data", "download", "-d", "mnist", "--data_dir", "fresh", "--url", server.url()}), 1, {"train-images"});
  BOOST_TEST(server.requests() >= 1);
  std::size_t files = 0;
  if (exists("fresh"))
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*this / "fresh")) files += entry.is_regular_file();
  BOOST_TEST(files == 0u);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_not_there_is_said) {
  std::string url;
  { url = LoopbackServer({}).url(); }
  check_fails(xgrad({"data", "download", "-d", "mnist", "--data_dir", "fresh", "--url", url}), 1, {url});
}

BOOST_AUTO_TEST_SUITE_END()
