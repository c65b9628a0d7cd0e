#include "xgrad/tensor/npy.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <limits>
#include <ostream>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "xgrad/tensor/atomic_file.hpp"
#include "xgrad/tensor/error.hpp"
#include "xgrad/tensor/npy_header.hpp"

namespace xgrad {
namespace {

template <class T>
constexpr std::string_view type_name = std::is_same_v<T, float>    ? "f4"
                                       : std::is_same_v<T, double> ? "f8"
                                                                   : "i8";

template <class Stored>
Stored load(const char* bytes, bool swapped) {
  char copy[sizeof(Stored)];
  std::memcpy(copy, bytes, sizeof(Stored));
  if (swapped) std::reverse(copy, copy + sizeof(Stored));
  Stored value;
  std::memcpy(&value, copy, sizeof(Stored));
  return value;
}

// Whether `value` has no place in T: rounding is allowed to floating-point types, running out of their range is not.
template <class T, class Stored>
bool is_beyond(Stored value) {
  if constexpr (std::is_same_v<T, std::int64_t> && std::is_same_v<Stored, std::uint64_t>)
    return value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  else if constexpr (std::is_same_v<T, float> && std::is_same_v<Stored, double>)
    return std::isfinite(value) && !std::isfinite(static_cast<float>(value));
  else
    return false;
}

template <class T, class Stored>
void convert(const char* bytes, bool swapped, T* out, std::size_t n, const std::string& source) {
  for (std::size_t i = 0; i < n; ++i) {
    const Stored value = load<Stored>(bytes + i * sizeof(Stored), swapped);
    if (is_beyond<T>(value))
      throw IoError(fmt::format("{}: element {} is {}, which the type {} cannot hold; {}", source, i, value, type_name<T>,
                                std::is_same_v<T, float> ? "read it as double" : "save the array as int64"));
    out[i] = static_cast<T>(value);
  }
}

template <class T>
void convert(const NpyHeader& header, const char* bytes, T* out, std::size_t n, const std::string& source) {
  if constexpr (std::is_same_v<T, std::int64_t>)
    if (header.kind == 'f')
      throw IoError(
          fmt::format("{}: its elements have the type 'f{}', but integers are expected; convert the array before "
                      "saving it, with array.astype(numpy.int64)",
                      source, header.item_size));
  const bool swapped = header.swapped;
  switch (header.kind) {
    case 'f':
      if (header.item_size == 4) return convert<T, float>(bytes, swapped, out, n, source);
      return convert<T, double>(bytes, swapped, out, n, source);
    case 'i':
      if (header.item_size == 1) return convert<T, std::int8_t>(bytes, swapped, out, n, source);
      if (header.item_size == 2) return convert<T, std::int16_t>(bytes, swapped, out, n, source);
      if (header.item_size == 4) return convert<T, std::int32_t>(bytes, swapped, out, n, source);
      return convert<T, std::int64_t>(bytes, swapped, out, n, source);
    case 'u':
      if (header.item_size == 1) return convert<T, std::uint8_t>(bytes, swapped, out, n, source);
      if (header.item_size == 2) return convert<T, std::uint16_t>(bytes, swapped, out, n, source);
      if (header.item_size == 4) return convert<T, std::uint32_t>(bytes, swapped, out, n, source);
      return convert<T, std::uint64_t>(bytes, swapped, out, n, source);
    default:  // bool: any byte but 0 is true
      for (std::size_t i = 0; i < n; ++i) out[i] = bytes[i] != 0 ? T(1) : T(0);
  }
}

// Elements whose first axis runs fastest, put into row-major order.
template <class T>
Array<T> from_fortran_order(const Array<T>& given) {
  const Shape& shape = given.shape();
  const std::size_t rank = shape.size();
  std::vector<std::size_t> step(rank, 1), index(rank, 0);
  for (std::size_t axis = 1; axis < rank; ++axis) step[axis] = step[axis - 1] * shape[axis - 1];
  Array<T> result = empty_array<T>(shape);
  std::size_t from = 0;
  for (std::size_t to = 0; to < result.size(); ++to) {
    result.data()[to] = given.data()[from];
    for (std::size_t axis = rank; axis-- > 0;) {
      from += step[axis];
      if (++index[axis] < shape[axis]) break;
      from -= step[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return result;
}

template <class T>
std::string_view raw_bytes(const Array<T>& array) {
  return {reinterpret_cast<const char*>(array.data()), array.size() * sizeof(T)};
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes;
  char piece[1 << 16];
  while (file.read(piece, sizeof piece) || file.gcount() > 0) bytes.append(piece, static_cast<std::size_t>(file.gcount()));
  if (!file.is_open() || file.bad())
    throw IoError(fmt::format("{}: it cannot be read: {}; give an existing .npy file", path.string(), std::strerror(errno)));
  return bytes;
}

}  // namespace

template <class T>
Array<T> parse_npy(std::string_view bytes, const std::string& source) {
  const NpyHeader header = parse_npy_header(bytes, source);
  Array<T> array = empty_array<T>(header.shape);
  convert(header, bytes.data() + header.data_offset, array.data(), array.size(), source);
  return header.fortran_order && header.shape.size() > 1 ? from_fortran_order(array) : array;
}

template <class T>
std::string format_npy(const Array<T>& array) {
  return make_npy_header(type_name<T>, array.shape()).append(raw_bytes(array));
}

template <class T>
Array<T> read_npy(const std::filesystem::path& path) {
  return parse_npy<T>(read_file(path), path.string());
}

template <class T>
void write_npy(const std::filesystem::path& path, const Array<T>& array) {
  write_file_atomically(
      path, [&](std::ostream& stream) { stream << make_npy_header(type_name<T>, array.shape()) << raw_bytes(array); });
}

template Array<float> read_npy(const std::filesystem::path&);
template Array<double> read_npy(const std::filesystem::path&);
template Indices read_npy(const std::filesystem::path&);
template void write_npy(const std::filesystem::path&, const Array<float>&);
template void write_npy(const std::filesystem::path&, const Array<double>&);
template void write_npy(const std::filesystem::path&, const Indices&);
template Array<float> parse_npy(std::string_view, const std::string&);
template Array<double> parse_npy(std::string_view, const std::string&);
template Indices parse_npy(std::string_view, const std::string&);
template std::string format_npy(const Array<float>&);
template std::string format_npy(const Array<double>&);
template std::string format_npy(const Indices&);

}  // namespace xgrad
