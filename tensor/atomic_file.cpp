#include "xgrad/tensor/atomic_file.hpp"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <ostream>
#include <streambuf>
#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

namespace fs = std::filesystem;

std::string advice(int error) {
  switch (error) {
    case ENOENT: return "create its folder first";
    case ENOSPC:
    case EDQUOT: return "free some space or choose another place";
    case EFBIG: return "raise the limit on the size of files or choose another place";
    case EACCES:
    case EPERM:
    case EROFS: return "change the permissions or choose another place";
    default: return "choose another place";
  }
}

[[noreturn]] void fail(const fs::path& path, std::string_view step, int error) {
  throw IoError(fmt::format("cannot write {}: {}: {}; {}. What the file held before is unchanged", path.string(), step,
                            std::strerror(error), advice(error)));
}

// A file that is open for writing; removed again unless keep() is called.
class OutputFile {
 public:
  OutputFile(fs::path name, fs::path target, int flags, bool temporary)
      : name_(std::move(name)),
        target_(std::move(target)),
        descriptor_(::open(name_.c_str(), flags | O_WRONLY | O_CLOEXEC, 0666)),
        temporary_(temporary && descriptor_ >= 0) {}
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;
  ~OutputFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (temporary_) ::unlink(name_.c_str());
  }

  bool is_open() const { return descriptor_ >= 0; }
  const fs::path& target() const { return target_; }

  void write(const char* data, std::size_t count) {
    while (count > 0) {
      const ssize_t written = ::write(descriptor_, data, count);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail(target_, fmt::format("writing {} bytes", count), errno);
      data += written;
      count -= static_cast<std::size_t>(written);
    }
  }

  void copy_mode() {
    struct stat old {};
    if (::stat(target_.c_str(), &old) == 0 && ::fchmod(descriptor_, old.st_mode & 07777) != 0)
      fail(target_, "copying its permissions", errno);
  }

  // Without fsync, a crash after the rename could leave an empty file under the new name.
  void move_to_target() {
    if (::fsync(descriptor_) != 0) fail(target_, "flushing to the disk", errno);
    close();
    if (::rename(name_.c_str(), target_.c_str()) != 0) fail(target_, "renaming the temporary file", errno);
    temporary_ = false;
    sync_folder();
  }

  void close() {
    const int descriptor = descriptor_;
    descriptor_ = -1;
    if (::close(descriptor) != 0 && errno != EINTR) fail(target_, "closing", errno);
  }

 private:
  // Makes the rename itself durable. Some file systems cannot sync a folder; the file is complete in any case.
  void sync_folder() const {
    const int folder = ::open(name_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return;
    ::fsync(folder);
    ::close(folder);
  }

  fs::path name_, target_;
  int descriptor_;
  bool temporary_;
};

class FileBuffer : public std::streambuf {
 public:
  explicit FileBuffer(OutputFile& file) : file_(file), buffer_(1 << 16) {
    setp(buffer_.data(), buffer_.data() + buffer_.size());
  }

 protected:
  int sync() override {
    file_.write(pbase(), static_cast<std::size_t>(pptr() - pbase()));
    setp(buffer_.data(), buffer_.data() + buffer_.size());
    return 0;
  }
  int_type overflow(int_type c) override {
    sync();
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }
  std::streamsize xsputn(const char* data, std::streamsize count) override {
    if (count < epptr() - pptr()) return std::streambuf::xsputn(data, count);
    sync();
    file_.write(data, static_cast<std::size_t>(count));
    return count;
  }

 private:
  OutputFile& file_;
  std::vector<char> buffer_;
};

void write_through(OutputFile& file, const std::function<void(std::ostream&)>& write) {
  FileBuffer buffer(file);
  std::ostream stream(&buffer);
  stream.exceptions(std::ios::badbit);  // lets the IoError of the buffer out
  write(stream);
  if (!stream.fail()) stream.flush();
  if (stream.fail()) throw IoError(fmt::format("cannot write {}: its writer reported a failure", file.target().string()));
}

fs::path temporary_name(const fs::path& folder) {
  static std::atomic<unsigned> count{0};
  return folder / fmt::format(".xgrad.{}.{}.tmp", ::getpid(), count.fetch_add(1));
}

}  // namespace

void write_file_atomically(const fs::path& path, const std::function<void(std::ostream&)>& write) {
  std::error_code ignored;
  const fs::path real = fs::is_symlink(path, ignored) ? fs::weakly_canonical(path, ignored) : path;
  const fs::path& target = real.empty() ? path : real;
  const fs::file_status status = fs::status(target, ignored);
  if (target.filename().empty() || fs::is_directory(status)) fail(path, "opening", EISDIR);
  if (fs::exists(status) && !fs::is_regular_file(status)) {
    OutputFile file(target, target, 0, false);
    if (!file.is_open()) fail(target, "opening", errno);
    write_through(file, write);
    return file.close();
  }
  if (fs::exists(status) && ::access(target.c_str(), W_OK) != 0) fail(path, "opening", errno);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  for (;;) {
    OutputFile file(temporary_name(folder), target, O_CREAT | O_EXCL, true);
    if (!file.is_open() && errno == EEXIST) continue;  // left by a process that was killed and had our number
    if (!file.is_open()) fail(target, "opening", errno);
    file.copy_mode();
    write_through(file, write);
    return file.move_to_target();
  }
}

void write_file_atomically(const fs::path& path, std::string_view bytes) {
  write_file_atomically(
      path, [bytes](std::ostream& stream) { stream.write(bytes.data(), static_cast<std::streamsize>(bytes.size())); });
}

}  // namespace xgrad
