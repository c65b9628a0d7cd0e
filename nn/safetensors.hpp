#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "xgrad/nn/dtype.hpp"
#include "xgrad/tensor/array.hpp"

/// Files of named arrays in the safetensors format: the length of the header as 8 bytes (little endian), the header in JSON
/// ({"name": {"dtype", "shape", "data_offsets"}, …}), and the arrays' elements, little endian, row-major, without gaps.
namespace xgrad::nn {

/// Text that goes with a file: anything, by name.
using Metadata = std::map<std::string, std::string>;

/// An array to be written, with its name. Refers to the array, which must live until it is written.
struct NamedArray {
  std::string name;
  DType dtype;
  Shape shape;
  const void* data;

  NamedArray(std::string array_name, const Array<float>& array);
  NamedArray(std::string array_name, const Array<double>& array);
  NamedArray(std::string array_name, const Indices& array);
  template <class T>
  NamedArray(std::string, const Array<T>&&) = delete;
};

/// Writes arrays (float as F32, double as F64, indices as I64) and metadata. The order in the file is fixed by types and names,
/// so that equal arrays give equal files; every array begins at a multiple of its element's size. The file appears whole or not
/// at all.
/// Throws: ConfigError for a name that is empty, given twice, not UTF-8, or "__metadata__"; IoError.
void write_safetensors(const std::filesystem::path& path, const std::vector<NamedArray>& arrays, const Metadata& metadata = {});

/// An array of a file: what the header says about it.
struct SafetensorsEntry {
  std::string name{};
  DType dtype{};
  Shape shape{};
  std::size_t begin = 0, end = 0;  ///< its bytes, counted from the end of the header
};

/// The contents of a safetensors file.
class SafetensorsFile {
 public:
  /// All arrays, in the order of their elements in the file.
  const std::vector<SafetensorsEntry>& entries() const { return entries_; }
  const Metadata& metadata() const { return metadata_; }
  bool contains(std::string_view name) const { return find(name) != nullptr; }
  /// Throws: IoError, with the names there are, if there is no such array.
  const SafetensorsEntry& entry(std::string_view name) const;

  /// An array by its name, converted to T (float, double, or std::int64_t as in Indices). What T does not hold exactly is
  /// rounded to the nearest; to std::int64_t only integers are converted, and none beyond its range.
  /// Throws: IoError if there is no such array, or it cannot be converted.
  template <class T>
  Array<T> get(std::string_view name) const;

 private:
  friend SafetensorsFile read_safetensors(const std::filesystem::path& path);
  const SafetensorsEntry* find(std::string_view name) const;

  std::string path_;
  std::vector<SafetensorsEntry> entries_;
  Metadata metadata_;
  Array<std::uint8_t> bytes_;
};

/// Reads a file and compares everything that it says about itself: lengths, types, shapes and offsets.
/// Throws: IoError for a file that is cut short, too long, or not in the format.
SafetensorsFile read_safetensors(const std::filesystem::path& path);

}  // namespace xgrad::nn
