#include "xgrad/nn/dtype.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied from files as they are");

struct Properties {
  std::string_view name;
  std::size_t size;
};

// In the order of DType.
constexpr std::array<Properties, 13> table = {{{"F64", 8},
                                               {"F32", 4},
                                               {"F16", 2},
                                               {"BF16", 2},
                                               {"I64", 8},
                                               {"I32", 4},
                                               {"I16", 2},
                                               {"I8", 1},
                                               {"U64", 8},
                                               {"U32", 4},
                                               {"U16", 2},
                                               {"U8", 1},
                                               {"BOOL", 1}}};

// The half and the bfloat16 formats as types of their own, so that conversions can be told apart.
struct Half {
  std::uint16_t bits;

  // The exponent is moved from bias 15 to 127 by a product that is exact for subnormal numbers too.
  operator float() const {
    const std::uint32_t sign = std::uint32_t{bits & 0x8000u} << 16, magnitude = std::uint32_t{bits & 0x7fffu} << 13;
    const bool finite = (bits & 0x7c00u) != 0x7c00u;
    const std::uint32_t value =
        finite ? std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) * 0x1p112f) : 0x7f800000u | magnitude;
    return std::bit_cast<float>(sign | value);
  }
};

struct BrainFloat {
  std::uint16_t bits;
  operator float() const { return std::bit_cast<float>(std::uint32_t{bits} << 16); }
};

struct Truth {
  std::uint8_t byte;
  operator std::int8_t() const { return byte != 0; }
};

template <class From>
constexpr bool has_fractions = std::is_floating_point_v<From> || std::is_same_v<From, Half> || std::is_same_v<From, BrainFloat>;

template <class From, class T>
T convert(From value) {
  if constexpr (std::is_same_v<From, Half> || std::is_same_v<From, BrainFloat>)
    return static_cast<T>(static_cast<float>(value));
  else if constexpr (std::is_same_v<From, Truth>)
    return static_cast<T>(static_cast<std::int8_t>(value));
  else
    return static_cast<T>(value);
}

template <class From, class T>
bool convert_all(const std::uint8_t* from, std::size_t count, T* to) {
  if constexpr (std::is_same_v<From, T>) {
    if (count > 0) std::memcpy(to, from, count * sizeof(T));
  } else if constexpr (std::is_integral_v<T> && has_fractions<From>) {
    return count == 0;
  } else {
    for (std::size_t i = 0; i < count; ++i) {
      From value;
      std::memcpy(&value, from + i * sizeof(From), sizeof(From));
      if constexpr (std::is_integral_v<T> && std::is_same_v<From, std::uint64_t>)
        if (value > static_cast<std::uint64_t>(std::numeric_limits<T>::max())) return false;
      to[i] = convert<From, T>(value);
    }
  }
  return true;
}

}  // namespace

std::string_view name_of(DType dtype) { return table[static_cast<std::size_t>(dtype)].name; }

std::optional<DType> dtype_named(std::string_view name) {
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table[i].name == name) return static_cast<DType>(i);
  return std::nullopt;
}

std::string dtype_names() {
  std::string names;
  for (const Properties& properties : table) names += fmt::format("{}{}", names.empty() ? "" : ", ", properties.name);
  return names;
}

std::size_t size_of(DType dtype) { return table[static_cast<std::size_t>(dtype)].size; }

bool is_floating_point(DType dtype) { return dtype <= DType::BF16; }

template <class T>
bool convert_elements(DType dtype, const std::uint8_t* from, std::size_t count, T* to) {
  switch (dtype) {
    case DType::F64: return convert_all<double>(from, count, to);
    case DType::F32: return convert_all<float>(from, count, to);
    case DType::F16: return convert_all<Half>(from, count, to);
    case DType::BF16: return convert_all<BrainFloat>(from, count, to);
    case DType::I64: return convert_all<std::int64_t>(from, count, to);
    case DType::I32: return convert_all<std::int32_t>(from, count, to);
    case DType::I16: return convert_all<std::int16_t>(from, count, to);
    case DType::I8: return convert_all<std::int8_t>(from, count, to);
    case DType::U64: return convert_all<std::uint64_t>(from, count, to);
    case DType::U32: return convert_all<std::uint32_t>(from, count, to);
    case DType::U16: return convert_all<std::uint16_t>(from, count, to);
    case DType::U8: return convert_all<std::uint8_t>(from, count, to);
    case DType::Bool: return convert_all<Truth>(from, count, to);
  }
  return false;
}

template bool convert_elements(DType, const std::uint8_t*, std::size_t, float*);
template bool convert_elements(DType, const std::uint8_t*, std::size_t, double*);
template bool convert_elements(DType, const std::uint8_t*, std::size_t, std::int64_t*);

}  // namespace xgrad::nn
