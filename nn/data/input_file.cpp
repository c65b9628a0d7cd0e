#include "xgrad/nn/data/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <new>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::data {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 18;
constexpr std::uintmax_t tightest_deflate = 1032;
constexpr int gzip_window = 15 + 16;  // the largest window; 16 asks for the gzip container

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

bool begins_gzip(const std::vector<std::uint8_t>& bytes, std::size_t at) {
  return bytes.size() >= at + 2 && bytes[at] == 0x1f && bytes[at + 1] == 0x8b;
}

}  // namespace

class InputFile::Stream {
 public:
  explicit Stream(std::filesystem::path path) : path_(std::move(path)) {
    std::error_code error;
    if (std::filesystem::is_directory(path_, error)) throw IoError(fmt::format("{}: is a folder; give a file", path_.string()));
    file_.reset(std::fopen(path_.c_str(), "rb"));
    if (!file_)
      throw IoError(
          fmt::format("{}: cannot be opened: {}; check the path and its permissions", path_.string(), std::strerror(errno)));
    file_bytes_ = std::filesystem::file_size(path_, error);
    if (error) file_bytes_ = std::numeric_limits<std::uintmax_t>::max();
    fill();
    if (begins_gzip(input_, 0)) start_inflating();
  }
  Stream(std::filesystem::path name, std::vector<std::uint8_t> contents)
      : path_(std::move(name)), file_bytes_(contents.size()), input_(std::move(contents)) {
    if (begins_gzip(input_, 0)) start_inflating();
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    if (gzip_) inflateEnd(&z_);
  }

  std::size_t read(std::uint8_t* to, std::size_t count) { return gzip_ ? read_gzip(to, count) : read_plain(to, count); }

  std::uintmax_t most_bytes() const {
    if (!gzip_) return file_bytes_;
    return file_bytes_ > std::numeric_limits<std::uintmax_t>::max() / tightest_deflate
               ? std::numeric_limits<std::uintmax_t>::max()
               : file_bytes_ * tightest_deflate;
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  // Replaces the input by the file's next bytes; leaves it empty at the end.
  void fill() {
    at_ = 0;
    if (!file_) return input_.clear();
    input_.resize(chunk_bytes);
    const std::size_t got = std::fread(input_.data(), 1, chunk_bytes, file_.get());
    if (got == 0 && std::ferror(file_.get()))
      throw IoError(fmt::format("{}: cannot be read: {}", path_.string(), std::strerror(errno)));
    input_.resize(got);
  }

  bool at_end_of_file() {
    if (at_ == input_.size()) fill();
    return input_.empty();
  }

  std::size_t read_plain(std::uint8_t* to, std::size_t count) {
    std::size_t done = 0;
    while (done < count && !at_end_of_file()) {
      const std::size_t n = std::min(count - done, input_.size() - at_);
      std::memcpy(to + done, input_.data() + at_, n);
      at_ += n;
      done += n;
    }
    return done;
  }

  void start_inflating() {
    if (inflateInit2(&z_, gzip_window) != Z_OK) throw std::bad_alloc();
    gzip_ = true;
  }

  std::size_t read_gzip(std::uint8_t* to, std::size_t count) {
    std::size_t done = 0;
    while (done < count && !finished_) {
      if (at_end_of_file())
        throw IoError(fmt::format("{}: the gzip data end too early, after {} decompressed bytes; fetch the file again",
                                  path_.string(), decompressed_ + done));
      done += inflate_some(to + done, count - done);
    }
    decompressed_ += done;
    return done;
  }

  std::size_t inflate_some(std::uint8_t* to, std::size_t count) {
    const std::size_t most = std::numeric_limits<uInt>::max();
    z_.next_in = input_.data() + at_;
    z_.avail_in = static_cast<uInt>(std::min(input_.size() - at_, most));
    z_.next_out = to;
    z_.avail_out = static_cast<uInt>(std::min(count, most));
    const uInt given = z_.avail_in, room = z_.avail_out;
    const int status = inflate(&z_, Z_NO_FLUSH);
    at_ += given - z_.avail_in;
    if (status == Z_STREAM_END)
      finish_member();
    else if (status != Z_OK && status != Z_BUF_ERROR)
      throw IoError(fmt::format("{}: the gzip data are corrupt ({}); fetch the file again", path_.string(),
                                z_.msg ? z_.msg : "no reason known"));
    return room - z_.avail_out;
  }

  // A gzip file may consist of several members, one after the other.
  void finish_member() {
    if (at_end_of_file()) {
      finished_ = true;
    } else if (begins_gzip(input_, at_)) {
      inflateReset(&z_);
    } else {
      throw IoError(fmt::format("{}: the gzip data are followed by something else; fetch the file again", path_.string()));
    }
  }

  std::filesystem::path path_;
  std::unique_ptr<std::FILE, Close> file_;
  std::uintmax_t file_bytes_ = 0;
  std::vector<std::uint8_t> input_;
  std::size_t at_ = 0;
  bool gzip_ = false;
  bool finished_ = false;
  std::size_t decompressed_ = 0;
  z_stream z_{};
};

InputFile::InputFile(std::filesystem::path path) : stream_(std::make_unique<Stream>(std::move(path))) {}
InputFile::InputFile(std::filesystem::path name, std::vector<std::uint8_t> contents)
    : stream_(std::make_unique<Stream>(std::move(name), std::move(contents))) {}
InputFile::~InputFile() = default;
InputFile::InputFile(InputFile&&) noexcept = default;
InputFile& InputFile::operator=(InputFile&&) noexcept = default;

std::size_t InputFile::read(std::uint8_t* to, std::size_t count) { return stream_->read(to, count); }
std::uintmax_t InputFile::most_bytes() const { return stream_->most_bytes(); }
const std::filesystem::path& InputFile::path() const { return stream_->path(); }

}  // namespace xgrad::data
