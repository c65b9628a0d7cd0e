#include "xgrad/nn/data/download.hpp"

#include <map>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <unistd.h>

#include "environment.hpp"
#include "error_text.hpp"
#include "loopback_server.hpp"
#include "temporary_folder.hpp"
#include "xgrad/nn/data/gzip.hpp"
#include "xgrad/nn/data/http.hpp"
#include "xgrad/nn/data/locate.hpp"
#include "xgrad/nn/data/sha256.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::data;
namespace fs = std::filesystem;

namespace {

// What the four files of a data set of the test's own hold.
const std::string contents[4] = {std::string(50'000, 'i'), "labels", "more images", "more labels"};
const std::string digests[4] = {sha256(contents[0]), sha256(contents[1]), sha256(contents[2]), sha256(contents[3])};

KnownDataset small_dataset() {
  KnownDataset dataset{.name = "mnist", .title = "small", .url = "http://127.0.0.1:9/nobody-listens-here"};
  for (std::size_t i = 0; i < 4; ++i) dataset.files[i] = {file_names[i], digests[i]};
  return dataset;
}

std::string path_of(std::size_t i) { return "/files/" + std::string(file_names[i]) + ".gz"; }

std::map<std::string, Answer> right_answers() {
  std::map<std::string, Answer> answers;
  for (std::size_t i = 0; i < 4; ++i) answers[path_of(i)] = {.body = gzip(contents[i])};
  return answers;
}

// A server, a folder to fill, and no proxy between them.
struct Setting {
  explicit Setting(std::map<std::string, Answer> answers = right_answers()) : server(std::move(answers)) {}

  fs::path fetch() { return download(small_dataset(), options()); }
  DownloadOptions options() { return {.data_dir = folder.path(), .url = server.url() + "/files"}; }
  fs::path file(std::size_t i) { return folder / "mnist" / (std::string(file_names[i]) + ".gz"); }
  std::ptrdiff_t files() { return std::distance(fs::directory_iterator(folder / "mnist"), fs::directory_iterator()); }

  Environment proxies{"no_proxy", "127.0.0.1"};
  LoopbackServer server;
  TemporaryFolder folder;
};

// All answers right but the one for the third file.
std::map<std::string, Answer> wrong_third(Answer answer) {
  auto answers = right_answers();
  answers[path_of(2)] = std::move(answer);
  return answers;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(download)

BOOST_AUTO_TEST_CASE(the_files_arrive_where_they_are_looked_for) {
  Setting setting;
  const fs::path folder = setting.fetch();
  BOOST_TEST(setting.server.requests() == 4);
  BOOST_TEST(setting.files() == 4);
  const Location location = locate("mnist", setting.folder.path());
  BOOST_TEST(location.folder == folder);
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(sha256_of_contents(location.files[i]) == digests[i]);
}

BOOST_AUTO_TEST_CASE(files_that_are_there_and_right_are_not_fetched_again) {
  Setting setting;
  setting.fetch();
  setting.fetch();
  BOOST_TEST(setting.server.requests() == 4);
}

BOOST_AUTO_TEST_CASE(a_damaged_or_wrong_file_is_fetched_again) {
  Setting setting;
  setting.fetch();
  write_bytes(setting.file(0), gzip(contents[0]).substr(0, 20));
  write_bytes(setting.file(1), gzip("other labels"));
  setting.fetch();
  BOOST_TEST(setting.server.requests() == 6);
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(sha256_of_contents(setting.file(i)) == digests[i]);
}

BOOST_AUTO_TEST_CASE(progress_is_reported_up_to_the_last_byte) {
  Setting setting;
  DownloadOptions options = setting.options();
  std::map<std::string, std::uint64_t> received;
  options.progress = [&](const DownloadProgress& progress) { received[std::string(progress.file)] = progress.received; };
  data::download(small_dataset(), options);
  for (std::size_t i = 0; i < 4; ++i)
    BOOST_TEST(received.at(std::string(file_names[i])) == right_answers().at(path_of(i)).body.size());
}

BOOST_AUTO_TEST_CASE(what_progress_throws_ends_the_download) {
  Setting setting;
  DownloadOptions options = setting.options();
  options.progress = [](const DownloadProgress&) { throw ConfigError("enough"); };
  BOOST_CHECK_EXCEPTION(data::download(small_dataset(), options), ConfigError, says({"enough"}));
  BOOST_TEST(setting.files() == 0);
}

BOOST_AUTO_TEST_CASE(a_url_in_the_environment_replaces_the_publishers_and_may_end_in_slashes) {
  Setting setting;
  const Environment url("XGRAD_DATA_URL", setting.server.url() + "/files//");
  data::download(small_dataset(), {.data_dir = setting.folder.path()});
  BOOST_TEST(setting.files() == 4);
}

BOOST_AUTO_TEST_CASE(without_a_folder_the_users_cache_is_filled) {
  Setting setting;
  const Environment cache("XDG_CACHE_HOME", setting.folder.path().string());
  const fs::path folder = data::download(small_dataset(), {.url = setting.server.url() + "/files"});
  BOOST_TEST(folder == setting.folder / "xgrad" / "mnist");
}

BOOST_AUTO_TEST_CASE(redirections_are_followed) {
  auto answers = right_answers();
  answers["/elsewhere"] = answers[path_of(2)];
  answers[path_of(2)] = {.status = "302 Found", .headers = "Location: /elsewhere\r\n"};
  Setting setting(answers);
  setting.fetch();
  BOOST_TEST(setting.files() == 4);
}

BOOST_AUTO_TEST_CASE(wrong_contents_are_refused_with_both_checksums_and_not_kept) {
  Setting setting(wrong_third({.body = gzip("something else")}));
  BOOST_CHECK_EXCEPTION(setting.fetch(), IoError,
                        says({path_of(2), sha256("something else"), "expected " + digests[2], "nothing was kept"}));
  BOOST_TEST(setting.files() == 2);  // those that came before it, whole
}

BOOST_AUTO_TEST_CASE(a_transfer_cut_short_is_refused_and_not_kept) {
  Setting setting(wrong_third({.body = gzip(contents[2]), .cut_short = 5}));
  BOOST_CHECK_EXCEPTION(setting.fetch(), IoError, says({path_of(2)}));
  BOOST_TEST(setting.files() == 2);
}

BOOST_AUTO_TEST_CASE(a_file_cut_short_on_the_server_is_refused_and_not_kept) {
  Setting setting(wrong_third({.body = gzip(contents[2]).substr(0, 15)}));
  BOOST_CHECK_EXCEPTION(setting.fetch(), IoError, says({path_of(2), "end too early"}));
  BOOST_TEST(setting.files() == 2);
}

BOOST_AUTO_TEST_CASE(a_good_file_stays_when_its_replacement_fails) {
  Setting setting(wrong_third({.status = "500 Internal Server Error"}));
  fs::create_directories(setting.folder / "mnist");
  write_bytes(setting.file(2), "what the user had");
  BOOST_CHECK_EXCEPTION(setting.fetch(), IoError, says({path_of(2), "500"}));
  BOOST_TEST(read_bytes(setting.file(2)) == "what the user had");
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_reported_with_its_url) {
  auto answers = right_answers();
  answers.erase(path_of(0));
  Setting setting(answers);
  BOOST_CHECK_EXCEPTION(setting.fetch(), IoError, says({setting.server.url() + path_of(0), "404", "check the network"}));
  BOOST_TEST(setting.files() == 0);
}

BOOST_AUTO_TEST_CASE(more_bytes_than_expected_end_the_transfer) {
  Setting setting;
  BOOST_CHECK_EXCEPTION(fetch_url(setting.server.url() + path_of(1), 3, {}), IoError, says({"more than the 3 bytes"}));
  const std::vector<std::uint8_t> all = fetch_url(setting.server.url() + path_of(1), gzip(contents[1]).size(), {});
  BOOST_TEST(std::string(all.begin(), all.end()) == gzip(contents[1]));
}

BOOST_AUTO_TEST_CASE(a_server_that_is_not_there_is_reported) {
  Setting setting;
  BOOST_CHECK_EXCEPTION(data::download(small_dataset(), {.data_dir = setting.folder.path()}), IoError,
                        says({"127.0.0.1", "check the network"}));
}

BOOST_AUTO_TEST_CASE(only_http_is_spoken) {
  Setting setting;
  write_bytes(setting.folder / "file", "secret");
  BOOST_CHECK_THROW(fetch_url("file://" + (setting.folder / "file").string(), 100, {}), IoError);
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_made_is_reported_before_anything_is_fetched) {
  Setting setting;
  write_bytes(setting.folder / "file", "not a folder");
  DownloadOptions options = setting.options();
  options.data_dir = setting.folder / "file";
  BOOST_CHECK_EXCEPTION(data::download(small_dataset(), options), IoError,
                        says({(setting.folder / "file" / "mnist").string(), "cannot be written", "data_dir"}));
  BOOST_TEST(setting.server.requests() == 0);
}

BOOST_AUTO_TEST_CASE(a_folder_without_permission_is_reported_before_anything_is_fetched) {
  Setting setting;
  fs::create_directories(setting.folder / "mnist");
  fs::permissions(setting.folder / "mnist", fs::perms::owner_read | fs::perms::owner_exec);
  if (::access((setting.folder / "mnist").c_str(), W_OK) == 0) {
    BOOST_WARN_MESSAGE(false, "skipped: permissions do not hold for this user (root?)");
    return;
  }
  BOOST_CHECK_EXCEPTION(setting.fetch(), IoError, says({"cannot be written", "Permission denied"}));
  BOOST_TEST(setting.server.requests() == 0);
}

BOOST_AUTO_TEST_CASE(names_that_are_not_in_the_catalogue_are_refused) {
  BOOST_CHECK_EXCEPTION(data::download("imagenet"), ConfigError, says({"'imagenet'", "fashion_mnist, mnist"}));
}

BOOST_AUTO_TEST_SUITE_END()
