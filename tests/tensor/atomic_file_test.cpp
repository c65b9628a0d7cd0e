#include "xgrad/tensor/atomic_file.hpp"

#include <csignal>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include <boost/test/unit_test.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include "error_text.hpp"
#include "temporary_folder.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
namespace fs = std::filesystem;

namespace {

// No file may grow beyond `bytes` while this lives: the nearest thing to a full disk that needs no disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &old_);
    rlimit now = old_;
    now.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &now);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &old_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit old_{};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(atomic_file)

BOOST_AUTO_TEST_CASE(the_bytes_arrive_and_nothing_else_is_left) {
  const TemporaryFolder folder;
  const std::string bytes("a\0b\nc", 5);
  write_file_atomically(folder / "file", bytes);
  BOOST_TEST(read_bytes(folder / "file") == bytes);
  BOOST_TEST(folder.entries() == 1u);
}

BOOST_AUTO_TEST_CASE(an_existing_file_is_replaced_and_keeps_its_permissions) {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "old, and longer than the new one");
  fs::permissions(folder / "file", fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  write_file_atomically(folder / "file", "new");
  BOOST_TEST(read_bytes(folder / "file") == "new");
  BOOST_CHECK(fs::status(folder / "file").permissions() ==
              (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read));
}

BOOST_AUTO_TEST_CASE(a_symbolic_link_stays_and_the_file_it_names_is_replaced) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "elsewhere");
  write_bytes(folder / "elsewhere/file", "old");
  fs::create_symlink("elsewhere/file", folder / "link");
  write_file_atomically(folder / "link", "new");
  BOOST_TEST(fs::is_symlink(folder / "link"));
  BOOST_TEST(read_bytes(folder / "elsewhere/file") == "new");
}

BOOST_AUTO_TEST_CASE(a_stream_carries_any_mixture_of_small_and_large_writes) {
  const TemporaryFolder folder;
  std::string expected;
  write_file_atomically(folder / "file", [&](std::ostream& stream) {
    for (const std::size_t size : {1, 70000, 3, 65535, 65536, 65537, 0, 5}) {
      const std::string piece(size, static_cast<char>('a' + size % 26));
      stream << piece << '\n';
      expected += piece + '\n';
    }
  });
  BOOST_CHECK(read_bytes(folder / "file") == expected);
}

BOOST_AUTO_TEST_CASE(a_writer_that_throws_leaves_the_old_file_and_no_temporary) {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "old");
  BOOST_CHECK_EXCEPTION(write_file_atomically(folder / "file",
                                              [](std::ostream& stream) {
                                                stream << "half of the new";
                                                throw ConfigError("changed my mind");
                                              }),
                        ConfigError, says({"changed my mind"}));
  BOOST_TEST(read_bytes(folder / "file") == "old");
  BOOST_TEST(folder.entries() == 1u);
}

BOOST_AUTO_TEST_CASE(a_disk_without_room_leaves_the_old_file_and_no_temporary) {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "old");
  {
    const FileSizeLimit limit(100000);
    BOOST_CHECK_EXCEPTION(write_file_atomically(folder / "file", std::string(300000, 'x')), IoError,
                          says({(folder / "file").string(), "File too large", "unchanged"}));
    BOOST_CHECK_THROW(write_file_atomically(folder / "file",
                                            [](std::ostream& stream) {
                                              for (int i = 0; i < 300000; ++i) stream.put('x');
                                            }),
                      IoError);
  }
  BOOST_TEST(read_bytes(folder / "file") == "old");
  BOOST_TEST(folder.entries() == 1u);
}

BOOST_AUTO_TEST_CASE(a_failure_that_the_writer_swallowed_is_still_reported) {
  const TemporaryFolder folder;
  const FileSizeLimit limit(1000);
  BOOST_CHECK_THROW(write_file_atomically(folder / "file",
                                          [](std::ostream& stream) {
                                            try {
                                              stream << std::string(300000, 'x');
                                            } catch (const IoError&) {}
                                          }),
                    IoError);
  BOOST_TEST(folder.entries() == 0u);
}

BOOST_AUTO_TEST_CASE(a_device_is_written_directly_and_reports_that_it_is_full) {
  write_file_atomically("/dev/null", "nothing");
  BOOST_TEST(fs::is_character_file("/dev/null"));
  BOOST_CHECK_EXCEPTION(write_file_atomically("/dev/full", "something"), IoError, says({"/dev/full", "No space left"}));
}

BOOST_AUTO_TEST_CASE(impossible_targets_are_named_with_what_to_do) {
  const TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(write_file_atomically(folder / "no/such/folder/file", "x"), IoError,
                        says({"no/such/folder/file", "No such file or directory", "create its folder"}));
  BOOST_CHECK_EXCEPTION(write_file_atomically(folder.path(), "x"), IoError, says({"Is a directory"}));
  BOOST_CHECK_THROW(write_file_atomically("", "x"), IoError);
  write_bytes(folder / "file", "old");
  BOOST_CHECK_THROW(write_file_atomically(folder / "file/below", "x"), IoError);
  BOOST_TEST(read_bytes(folder / "file") == "old");
}

BOOST_AUTO_TEST_CASE(a_file_without_write_permission_is_left_alone, *boost::unit_test::precondition([](auto) {
                       return boost::test_tools::assertion_result(geteuid() != 0);  // nothing is forbidden to root
                     })) {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "old");
  fs::permissions(folder / "file", fs::perms::owner_read);
  BOOST_CHECK_EXCEPTION(write_file_atomically(folder / "file", "new"), IoError, says({"Permission denied"}));
  BOOST_TEST(read_bytes(folder / "file") == "old");
}

BOOST_AUTO_TEST_CASE(a_long_file_name_works) {
  const TemporaryFolder folder;
  const std::string name(255, 'n');
  write_file_atomically(folder / name, "x");
  BOOST_TEST(read_bytes(folder / name) == "x");
}

BOOST_AUTO_TEST_CASE(a_reader_beside_many_writers_always_sees_one_whole_file) {
  const TemporaryFolder folder;
  const fs::path path = folder / "file";
  write_file_atomically(path, std::string(10000, 'a'));
  std::vector<std::thread> writers;
  for (const char letter : {'b', 'c'})
    writers.emplace_back([&path, letter] {
      for (int i = 0; i < 20; ++i) write_file_atomically(path, std::string(10000, letter));
    });
  for (int i = 0; i < 200; ++i) {
    const std::string seen = read_bytes(path);
    BOOST_REQUIRE(seen.size() == 10000 && seen == std::string(10000, seen[0]));
  }
  for (std::thread& writer : writers) writer.join();
  BOOST_TEST(folder.entries() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
