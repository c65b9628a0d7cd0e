#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace xgrad::data {

/// A file read from front to back. One that begins with gzip's magic number is decompressed on the way, its checksum and
/// length compared; any other is read as it is.
class InputFile {
 public:
  /// Throws: IoError where the file cannot be opened.
  explicit InputFile(std::filesystem::path path);
  /// Reads `contents`, already in memory, as if they were a file; errors name it `name`.
  InputFile(std::filesystem::path name, std::vector<std::uint8_t> contents);
  ~InputFile();
  InputFile(InputFile&&) noexcept;
  InputFile& operator=(InputFile&&) noexcept;

  /// Reads up to `count` bytes; fewer only at the end. Throws: IoError for a file that cannot be read, or whose gzip data are
  /// cut short, corrupt, or followed by anything else.
  std::size_t read(std::uint8_t* to, std::size_t count);

  /// The most that the file can hold, known from its size alone: deflate never packs tighter than 1032 to 1.
  std::uintmax_t most_bytes() const;

  const std::filesystem::path& path() const;

 private:
  class Stream;
  std::unique_ptr<Stream> stream_;
};

}  // namespace xgrad::data
