#include "folder_lock.hpp"

#include <fstream>
#include <optional>
#include <thread>

#include <boost/test/unit_test.hpp>

#include "temporary_folder.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using apps::FolderLock;
using std::chrono::milliseconds;

BOOST_AUTO_TEST_SUITE(folder_lock)

BOOST_AUTO_TEST_CASE(a_folder_that_somebody_works_in_is_refused_by_name) {
  const TemporaryFolder place;
  const std::filesystem::path folder = place / "some/where";
  const FolderLock first(folder);
  BOOST_CHECK_EXCEPTION(FolderLock(folder, milliseconds(1)), ConfigError, [&](const ConfigError& error) {
    const std::string text = error.what();
    return text.find(folder.string()) != text.npos && text.find("another xgrad") != text.npos &&
           text.find("--out") != text.npos;
  });
}

BOOST_AUTO_TEST_CASE(a_folder_is_free_again_when_the_work_has_ended) {
  const TemporaryFolder place;
  { const FolderLock first(place.path()); }
  BOOST_CHECK_NO_THROW(FolderLock(place.path(), milliseconds(0)));
}

BOOST_AUTO_TEST_CASE(work_that_is_about_to_end_is_waited_for) {
  const TemporaryFolder place;
  std::optional<FolderLock> first(std::in_place, place.path());
  std::thread ends([&] {
    std::this_thread::sleep_for(milliseconds(50));
    first.reset();
  });
  BOOST_CHECK_NO_THROW(FolderLock(place.path(), std::chrono::minutes(1)));
  ends.join();
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_made_is_an_error_that_names_it) {
  const TemporaryFolder place;
  std::ofstream(place / "file") << "no folder";
  BOOST_CHECK_EXCEPTION(FolderLock(place / "file/folder"), IoError, [](const IoError& error) {
    const std::string text = error.what();
    return text.find("file/folder") != text.npos && text.find("--out") != text.npos;
  });
}

BOOST_AUTO_TEST_SUITE_END()
