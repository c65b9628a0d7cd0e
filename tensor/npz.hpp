#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/npy.hpp"

struct zip;

namespace xgrad {

/// The arrays of an .npz file, as numpy.savez or numpy.savez_compressed writes it: a zip archive of .npy files. An array is
/// read when asked for. One reader must not be used by two threads at once.
class NpzReader {
 public:
  /// Throws: IoError if there is no such file or it is no zip archive.
  explicit NpzReader(const std::filesystem::path& path);

  /// The names of the arrays, in the order of the file.
  const std::vector<std::string>& names() const { return names_; }
  bool contains(const std::string& name) const;

  /// The array `name`, converted to T by the rule of read_npy. T is float, double or std::int64_t.
  /// Throws: IoError that names the arrays which the file holds, or what is wrong with the one asked for.
  template <class T>
  Array<T> read(const std::string& name) const {
    return parse_npy<T>(extract(name), path_ + ":" + name);
  }

 private:
  std::string extract(const std::string& name) const;

  std::string path_;
  std::unique_ptr<zip, void (*)(zip*)> archive_;
  std::vector<std::string> names_;
};

/// Whether the arrays of an .npz file are kept as they are, as numpy.savez does, or deflated, as numpy.savez_compressed.
enum class Compression { Stored, Deflated };

/// Collects arrays and writes them as .npz. The same arrays give the same bytes: no time of writing is kept.
class NpzWriter {
 public:
  /// Adds an array; later changes of it do not matter. T is float, double or std::int64_t.
  /// Throws: ConfigError for an empty name, or one that is there already.
  template <class T>
  void add(const std::string& name, const Array<T>& array) {
    add_bytes(name, format_npy(array));
  }

  /// Writes the file, all or nothing (write_file_atomically). Throws: IoError.
  void save(const std::filesystem::path& path, Compression compression = Compression::Stored) const;

 private:
  void add_bytes(const std::string& name, std::string bytes);

  std::vector<std::pair<std::string, std::string>> entries_;
};

}  // namespace xgrad
