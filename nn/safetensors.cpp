#include "xgrad/nn/safetensors.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <ostream>
#include <set>
#include <system_error>
#include <tuple>

#include <fmt/format.h>

#include "xgrad/nn/safetensors_header.hpp"
#include "xgrad/tensor/atomic_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t length_bytes = 8;
constexpr std::uint64_t most_header_bytes = 100'000'000;  // the format's own limit

void check_names(const std::vector<NamedArray>& arrays) {
  std::set<std::string_view> names;
  for (const NamedArray& array : arrays) {
    if (array.name.empty() || array.name == "__metadata__")
      throw ConfigError(fmt::format("write_safetensors: an array cannot be called '{}'; choose another name", array.name));
    if (!names.insert(array.name).second)
      throw ConfigError(fmt::format("write_safetensors: there are two arrays called '{}'; rename one", array.name));
  }
}

// Wide elements first, so that each array is aligned without gaps; then the format's own library puts integers before floating
// point, and sorts by name.
std::vector<const NamedArray*> in_file_order(const std::vector<NamedArray>& arrays) {
  std::vector<const NamedArray*> order;
  for (const NamedArray& array : arrays) order.push_back(&array);
  const auto key = [](const NamedArray* array) {
    return std::tuple(-static_cast<int>(size_of(array->dtype)), is_floating_point(array->dtype), std::string_view(array->name));
  };
  std::sort(order.begin(), order.end(), [key](const NamedArray* a, const NamedArray* b) { return key(a) < key(b); });
  return order;
}

// Reads exactly as many bytes as the file was found to have.
void read_bytes(std::ifstream& file, void* to, std::size_t count, const std::string& path) {
  if (count > 0 && !file.read(static_cast<char*>(to), static_cast<std::streamsize>(count)))
    throw IoError(fmt::format("{}: cannot be read to its end; it may have changed meanwhile", path));
}

std::size_t file_bytes(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) throw IoError(fmt::format("{}: is a folder; give a file", path.string()));
  const auto size = fs::file_size(path, error);
  if (error)
    throw IoError(fmt::format("{}: cannot be opened: {}; check the path and its permissions", path.string(), error.message()));
  return size;
}

// The first 8 bytes say how long the header is.
std::size_t read_header_length(std::ifstream& file, std::size_t size, const std::string& path) {
  if (size < length_bytes)
    throw IoError(fmt::format("{}: has {} bytes, too few for a safetensors file; fetch or write it again", path, size));
  std::uint64_t length = 0;
  read_bytes(file, &length, length_bytes, path);
  if (length > most_header_bytes)
    throw IoError(
        fmt::format("{}: is not a safetensors file: its first 8 bytes say that the header takes {} bytes, expected "
                    "at most {}; check the path",
                    path, length, most_header_bytes));
  if (length > size - length_bytes)
    throw IoError(fmt::format("{}: is cut short: the header takes {} bytes, only {} follow; fetch or write it again", path,
                              length, size - length_bytes));
  return length;
}

}  // namespace

NamedArray::NamedArray(std::string array_name, const Array<float>& array)
    : name(std::move(array_name)), dtype(DType::F32), shape(array.shape()), data(array.data()) {}
NamedArray::NamedArray(std::string array_name, const Array<double>& array)
    : name(std::move(array_name)), dtype(DType::F64), shape(array.shape()), data(array.data()) {}
NamedArray::NamedArray(std::string array_name, const Indices& array)
    : name(std::move(array_name)), dtype(DType::I64), shape(array.shape()), data(array.data()) {}

void write_safetensors(const fs::path& path, const std::vector<NamedArray>& arrays, const Metadata& metadata) {
  check_names(arrays);
  const std::vector<const NamedArray*> order = in_file_order(arrays);
  std::vector<SafetensorsEntry> entries;
  std::size_t end = 0;
  for (const NamedArray* array : order) {
    const std::size_t begin = end;
    end += element_count(array->shape) * size_of(array->dtype);
    entries.push_back({.name = array->name, .dtype = array->dtype, .shape = array->shape, .begin = begin, .end = end});
  }
  const std::string header = detail::format_safetensors_header(entries, metadata);
  const std::uint64_t length = header.size();
  write_file_atomically(path, [&](std::ostream& stream) {
    stream.write(reinterpret_cast<const char*>(&length), length_bytes);
    stream << header;
    for (std::size_t i = 0; i < order.size(); ++i)
      stream.write(static_cast<const char*>(order[i]->data), static_cast<std::streamsize>(entries[i].end - entries[i].begin));
  });
}

SafetensorsFile read_safetensors(const fs::path& path) {
  SafetensorsFile result;
  result.path_ = path.string();
  const std::size_t size = file_bytes(path);
  std::ifstream file(path, std::ios::binary);
  if (!file) throw IoError(fmt::format("{}: cannot be opened: {}; check its permissions", result.path_, std::strerror(errno)));
  std::string header(read_header_length(file, size, result.path_), '\0');
  read_bytes(file, header.data(), header.size(), result.path_);
  const std::size_t data_bytes = size - length_bytes - header.size();
  auto [entries, metadata] = detail::parse_safetensors_header(header, data_bytes, result.path_);
  result.entries_ = std::move(entries);
  result.metadata_ = std::move(metadata);
  result.bytes_ = empty_array<std::uint8_t>({data_bytes});
  read_bytes(file, result.bytes_.data(), data_bytes, result.path_);
  return result;
}

const SafetensorsEntry* SafetensorsFile::find(std::string_view name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [name](const auto& entry) { return entry.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

const SafetensorsEntry& SafetensorsFile::entry(std::string_view name) const {
  if (const SafetensorsEntry* found = find(name)) return *found;
  std::vector<std::string_view> names;
  for (const SafetensorsEntry& entry : entries_) names.push_back(entry.name);
  throw IoError(fmt::format("{}: holds no array '{}'; it holds: {}", path_, name,
                            names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
}

template <class T>
Array<T> SafetensorsFile::get(std::string_view name) const {
  const SafetensorsEntry& found = entry(name);
  Array<T> result = empty_array<T>(found.shape);
  if (!convert_elements(found.dtype, bytes_.data() + found.begin, result.size(), result.data()))
    throw IoError(fmt::format("{}: '{}' has the type {} and values that 64-bit integers do not hold; read it as floating point",
                              path_, name, name_of(found.dtype)));
  return result;
}

template Array<float> SafetensorsFile::get(std::string_view) const;
template Array<double> SafetensorsFile::get(std::string_view) const;
template Array<std::int64_t> SafetensorsFile::get(std::string_view) const;

}  // namespace xgrad::nn
