#include "xgrad/nn/data/idx.hpp"

#include <string>

#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "temporary_folder.hpp"
#include "xgrad/nn/data/gzip.hpp"
#include "xgrad/nn/data/input_file.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::data;

namespace {

std::string big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

// Two images of three rows and four columns: bytes 0 to 23.
std::string image_file(std::size_t pixels = 24) {
  std::string bytes = std::string("\0\0\x08\x03", 4) + big_endian(2) + big_endian(3) + big_endian(4);
  for (std::size_t i = 0; i < pixels; ++i) bytes += static_cast<char>(i);
  return bytes;
}

std::string label_file(const std::string& labels) {
  return std::string("\0\0\x08\x01", 4) + big_endian(static_cast<std::uint32_t>(labels.size())) + labels;
}

// A file with the given contents in a folder that lives as long.
class File {
 public:
  explicit File(const std::string& bytes, const std::string& name = "file") : path_(folder_ / name) {
    write_bytes(path_, bytes);
  }
  operator const std::filesystem::path&() const { return path_; }
  std::string name() const { return path_.string(); }

 private:
  TemporaryFolder folder_;
  std::filesystem::path path_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(idx)

BOOST_AUTO_TEST_CASE(images_come_with_the_extents_and_bytes_of_the_file) {
  const Bytes images = read_idx_images(File(image_file()));
  BOOST_CHECK((images.shape() == Shape{2, 3, 4}));
  for (std::size_t i = 0; i < 24; ++i) BOOST_TEST(images.data()[i] == i);
}

BOOST_AUTO_TEST_CASE(labels_come_as_indices) {
  const Indices labels = read_idx_labels(File(label_file({1, 9, 0})), 10);
  BOOST_CHECK((labels == Indices{1, 9, 0}));
}

BOOST_AUTO_TEST_CASE(a_gzip_file_reads_like_a_plain_one_whatever_its_name) {
  BOOST_CHECK((read_idx_images(File(gzip(image_file()), "images.gz")) == read_idx_images(File(image_file()))));
  BOOST_CHECK((read_idx_images(File(gzip(image_file()), "images")) == read_idx_images(File(image_file()))));
}

BOOST_AUTO_TEST_CASE(a_gzip_file_of_several_members_is_read_to_its_end) {
  const std::string bytes = image_file();
  const Bytes images = read_idx_images(File(gzip(bytes.substr(0, 20)) + gzip(bytes.substr(20))));
  BOOST_TEST(images.data()[23] == 23);
}

BOOST_AUTO_TEST_CASE(what_is_written_reads_back_equal_plain_and_gzip) {
  const TemporaryFolder folder;
  Bytes bytes = empty_array<std::uint8_t>({5, 7, 3});
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes.data()[i] = static_cast<std::uint8_t>(37 * i);
  for (const char* name : {"bytes", "bytes.gz"}) {
    write_idx(folder / name, bytes);
    BOOST_CHECK((read_idx(folder / name, 3) == bytes));
  }
  BOOST_TEST(read_bytes(folder / "bytes").size() == 16u + bytes.size());
  BOOST_TEST(read_bytes(folder / "bytes.gz").substr(0, 2) == "\x1f\x8b");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_a_header_is_not_written) {
  const TemporaryFolder folder;
  BOOST_CHECK_THROW(write_idx(folder / "bytes", empty_array<std::uint8_t>({})), ShapeError);
  BOOST_CHECK_THROW(write_idx(folder / "bytes", empty_array<std::uint8_t>({0, std::size_t{1} << 32})), ShapeError);
  BOOST_TEST(folder.entries() == 0u);
}

BOOST_AUTO_TEST_CASE(a_file_of_another_kind_is_refused_by_its_first_bytes) {
  const File file("PK\x03\x04 and so on");
  BOOST_CHECK_EXCEPTION(read_idx_images(file), IoError, says({file.name(), "not an IDX file", "50 4b", "expected 00 00"}));
}

BOOST_AUTO_TEST_CASE(another_type_of_numbers_is_named) {
  std::string bytes = image_file();
  bytes[2] = 0x0d;
  const File file(bytes);
  BOOST_CHECK_EXCEPTION(read_idx_images(file), IoError, says({file.name(), "0x0d (32-bit floating point)", "expected 0x08"}));
  bytes[2] = 0x42;
  BOOST_CHECK_EXCEPTION(read_idx_images(File(bytes)), IoError, says({"0x42 (no known type)"}));
}

BOOST_AUTO_TEST_CASE(images_given_for_labels_are_recognised_by_the_rank) {
  const File file(image_file());
  BOOST_CHECK_EXCEPTION(read_idx_labels(file), IoError, says({file.name(), "3 dimensions, expected 1", "exchanged"}));
  BOOST_CHECK_EXCEPTION(read_idx_images(File(label_file({1}))), IoError, says({"1 dimensions, expected 3"}));
}

BOOST_AUTO_TEST_CASE(a_file_cut_short_anywhere_says_where) {
  const std::string bytes = image_file();
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    BOOST_CHECK_EXCEPTION(read_idx_images(File(bytes.substr(0, length))), IoError, says({"cut short"}));
    BOOST_CHECK_EXCEPTION(read_idx_images(File(gzip(bytes.substr(0, length)))), IoError, says({"cut short"}));
  }
  BOOST_CHECK_EXCEPTION(read_idx_images(File(bytes.substr(0, 10))), IoError, says({"ends after 10 bytes", "header"}));
  BOOST_CHECK_EXCEPTION(read_idx_images(File(gzip(image_file(23)))), IoError,
                        says({"23 bytes follow", "(2, 3, 4) ask for 24"}));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_too_long_is_refused) {
  BOOST_CHECK_EXCEPTION(read_idx_images(File(image_file(25))), IoError, says({"too long", "more than the 24 bytes"}));
  BOOST_CHECK_EXCEPTION(read_idx_images(File(gzip(image_file(25)))), IoError, says({"too long", "more than the 24 bytes"}));
}

BOOST_AUTO_TEST_CASE(extents_beyond_the_memory_are_refused_before_any_is_taken) {
  const std::string huge = std::string("\0\0\x08\x03", 4) + big_endian(0xffffffff) + big_endian(0xffffffff) + big_endian(1);
  BOOST_CHECK_EXCEPTION(read_idx_images(File(huge)), IoError, says({"cut short", "(4294967295, 4294967295, 1)"}));
  BOOST_CHECK_EXCEPTION(read_idx_images(File(gzip(huge))), IoError, says({"cut short"}));
  const std::string overflowing =
      std::string("\0\0\x08\x03", 4) + big_endian(0xffffffff) + big_endian(0xffffffff) + big_endian(0xffffffff);
  BOOST_CHECK_EXCEPTION(read_idx_images(File(overflowing)), IoError, says({"corrupt header", "2^64"}));
}

BOOST_AUTO_TEST_CASE(files_without_images_or_labels_are_refused) {
  const std::string none = std::string("\0\0\x08\x03", 4) + big_endian(0) + big_endian(28) + big_endian(28);
  BOOST_CHECK_EXCEPTION(read_idx_images(File(none)), IoError, says({"no pixels", "(0, 28, 28)"}));
  BOOST_CHECK_EXCEPTION(read_idx_labels(File(label_file(""))), IoError, says({"no labels"}));
}

BOOST_AUTO_TEST_CASE(a_label_out_of_range_is_named_with_its_position) {
  const File file(label_file({3, 9, 10}));
  BOOST_CHECK_EXCEPTION(read_idx_labels(file, 10), IoError, says({file.name(), "label 2 is 10", "expected 0 to 9"}));
}

BOOST_AUTO_TEST_CASE(gzip_data_cut_short_anywhere_are_refused) {
  const std::string packed = gzip(image_file());
  for (std::size_t length = 2; length < packed.size(); ++length)
    BOOST_CHECK_EXCEPTION(read_idx_images(File(packed.substr(0, length))), IoError, says({"end too early"}));
}

BOOST_AUTO_TEST_CASE(a_changed_bit_in_gzip_data_never_changes_what_is_read) {
  const std::string packed = gzip(image_file());
  const Bytes right = read_idx_images(File(packed));
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < 8 * packed.size(); ++bit) {
    std::string changed = packed;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    try {
      BOOST_CHECK((read_idx_images(File(changed)) == right));
    } catch (const IoError&) { ++refused; }
  }
  // Only the time and the system in the header and the padding of the last byte carry no information: 48 + 7 bits.
  BOOST_TEST(refused >= 8 * packed.size() - 64);
}

BOOST_AUTO_TEST_CASE(a_wrong_checksum_is_called_corrupt) {
  std::string packed = gzip(image_file());
  packed[packed.size() - 8] = static_cast<char>(packed[packed.size() - 8] ^ 1);
  BOOST_CHECK_EXCEPTION(read_idx_images(File(packed)), IoError, says({"corrupt", "incorrect data check"}));
}

BOOST_AUTO_TEST_CASE(anything_after_the_gzip_data_is_refused) {
  BOOST_CHECK_EXCEPTION(read_idx_images(File(gzip(image_file()) + "x")), IoError, says({"followed by something else"}));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_missing_or_a_folder_says_so) {
  const TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(read_idx_images(folder / "none"), IoError, says({"none: cannot be opened", "No such file"}));
  BOOST_CHECK_EXCEPTION(read_idx_images(folder.path()), IoError, says({"is a folder"}));
}

BOOST_AUTO_TEST_CASE(long_gzip_files_come_whole_in_pieces_of_any_size) {
  std::string bytes(3'000'000, '\0');
  std::uint32_t state = 1;
  for (char& c : bytes) c = static_cast<char>((state = state * 1664525u + 1013904223u) >> 29);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{4097}, bytes.size() + 1}) {
    InputFile file{File(gzip(bytes))};
    std::string read(bytes.size() + 1, '\0');
    std::size_t done = 0;
    while (const std::size_t got =
               file.read(reinterpret_cast<std::uint8_t*>(read.data()) + done, std::min(piece, read.size() - done)))
      done += got;
    read.resize(done);
    BOOST_CHECK(read == bytes);
  }
}

BOOST_AUTO_TEST_SUITE_END()
