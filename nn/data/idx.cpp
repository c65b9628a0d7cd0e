#include "xgrad/nn/data/idx.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <ostream>
#include <string>

#include <fmt/format.h>

#include "xgrad/nn/data/gzip.hpp"
#include "xgrad/nn/data/input_file.hpp"
#include "xgrad/tensor/atomic_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::data {
namespace {

constexpr std::uint8_t unsigned_bytes = 0x08;

const char* type_name(std::uint8_t code) {
  switch (code) {
    case unsigned_bytes: return "unsigned bytes";
    case 0x09: return "signed bytes";
    case 0x0b: return "16-bit integers";
    case 0x0c: return "32-bit integers";
    case 0x0d: return "32-bit floating point";
    case 0x0e: return "64-bit floating point";
    default: return "no known type";
  }
}

// An IDX file while it is read; every complaint begins with its path.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path) : file_(path) {}

  Bytes read(std::size_t rank) {
    check_magic(rank);
    const Shape shape = read_extents(rank);
    const std::size_t expected = checked_count(shape);
    Bytes bytes = empty_array<std::uint8_t>(shape);
    const std::size_t got = file_.read(bytes.data(), expected);
    if (got < expected)
      fail("is cut short: {} bytes follow the header, its extents {} ask for {}; fetch the file again", got, to_string(shape),
           expected);
    std::uint8_t extra;
    if (file_.read(&extra, 1) != 0)
      fail("is too long: more than the {} bytes follow the header that its extents {} ask for; fetch the file again", expected,
           to_string(shape));
    return bytes;
  }

 private:
  template <class... Arguments>
  [[noreturn]] void fail(fmt::format_string<Arguments...> text, Arguments&&... arguments) const {
    throw IoError(file_.path().string() + ": " + fmt::format(text, std::forward<Arguments>(arguments)...));
  }

  template <std::size_t count>
  std::array<std::uint8_t, count> read_header_part() {
    std::array<std::uint8_t, count> part;
    const std::size_t got = file_.read(part.data(), count);
    header_bytes_ += got;
    if (got < count) fail("is cut short: it ends after {} bytes, within the header; fetch the file again", header_bytes_);
    return part;
  }

  void check_magic(std::size_t rank) {
    const auto magic = read_header_part<4>();
    if (magic[0] != 0 || magic[1] != 0)
      fail("is not an IDX file: it begins with the bytes {:02x} {:02x}, expected 00 00; check the path", magic[0], magic[1]);
    if (magic[2] != unsigned_bytes)
      fail("holds type 0x{:02x} ({}), expected 0x{:02x} (unsigned bytes); convert the file", magic[2], type_name(magic[2]),
           unsigned_bytes);
    if (magic[3] != rank)
      fail("has {} dimensions, expected {}; images have 3, labels 1: check that the two are not exchanged", magic[3], rank);
  }

  Shape read_extents(std::size_t rank) {
    Shape shape(rank);
    for (std::size_t& extent : shape) {
      const auto part = read_header_part<4>();
      extent = std::size_t{part[0]} << 24 | std::size_t{part[1]} << 16 | std::size_t{part[2]} << 8 | std::size_t{part[3]};
    }
    return shape;
  }

  // The product of the extents. Compared with what the file can hold before any memory is taken for it.
  std::size_t checked_count(const Shape& shape) const {
    std::size_t count = 1;
    for (const std::size_t extent : shape) {
      if (extent != 0 && count > std::numeric_limits<std::size_t>::max() / extent)
        fail("has a corrupt header: its extents {} multiply to more than 2^64 bytes; fetch the file again", to_string(shape));
      count *= extent;
    }
    if (count > file_.most_bytes())
      fail("is cut short: at most {} bytes follow the header, its extents {} ask for {}; fetch the file again",
           file_.most_bytes(), to_string(shape), count);
    return count;
  }

  InputFile file_;
  std::size_t header_bytes_ = 0;
};

std::string header_of(const Shape& shape) {
  std::string header{'\0', '\0', static_cast<char>(unsigned_bytes), static_cast<char>(shape.size())};
  for (const std::size_t extent : shape)
    for (int shift = 24; shift >= 0; shift -= 8) header += static_cast<char>(extent >> shift & 0xff);
  return header;
}

}  // namespace

Bytes read_idx(const std::filesystem::path& path, std::size_t rank) { return Reader(path).read(rank); }

Bytes read_idx_images(const std::filesystem::path& path) {
  Bytes images = read_idx(path, 3);
  if (images.size() == 0)
    throw IoError(fmt::format("{}: holds no pixels, its extents are {}; each must be at least 1", path.string(),
                              to_string(images.shape())));
  return images;
}

Indices read_idx_labels(const std::filesystem::path& path, std::size_t classes) {
  const Bytes bytes = read_idx(path, 1);
  if (bytes.size() == 0) throw IoError(fmt::format("{}: holds no labels; at least one is needed", path.string()));
  Indices labels = empty_array<std::int64_t>(bytes.shape());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint8_t label = bytes.data()[i];
    if (label >= classes)
      throw IoError(fmt::format("{}: label {} is {}, expected 0 to {}; check that this is the right data set", path.string(), i,
                                label, classes - 1));
    labels.data()[i] = label;
  }
  return labels;
}

void write_idx(const std::filesystem::path& path, const Bytes& bytes) {
  const Shape& shape = bytes.shape();
  const bool fits = std::all_of(shape.begin(), shape.end(), [](std::size_t extent) { return extent >> 32 == 0; });
  if (shape.empty() || shape.size() > 255 || !fits)
    throw ShapeError(fmt::format("write_idx: shape {} does not fit an IDX header; give 1 to 255 axes with extents below 2^32",
                                 to_string(shape)));
  const std::string header = header_of(shape);
  const auto* data = reinterpret_cast<const char*>(bytes.data());
  if (path.extension() == ".gz") return write_file_atomically(path, gzip(header + std::string(data, bytes.size())));
  write_file_atomically(path, [&](std::ostream& stream) {
    stream << header;
    stream.write(data, static_cast<std::streamsize>(bytes.size()));
  });
}

}  // namespace xgrad::data
