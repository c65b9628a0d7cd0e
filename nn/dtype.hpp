#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace xgrad::nn {

/// The types of numbers in files: floating point (BF16 is the upper half of F32), signed and unsigned integers, truth values.
enum class DType { F64, F32, F16, BF16, I64, I32, I16, I8, U64, U32, U16, U8, Bool };

/// "F32", as in a file.
std::string_view name_of(DType dtype);

/// The type called `name`, or none.
std::optional<DType> dtype_named(std::string_view name);

/// All names, separated by commas.
std::string dtype_names();

/// Bytes an element.
std::size_t size_of(DType dtype);

/// Whether the type has fractions.
bool is_floating_point(DType dtype);

/// Converts `count` little-endian elements at `from`, which may be anywhere, to T: float, double or std::int64_t.
/// Values that T does not hold exactly are rounded to the nearest. Returns false, with part of `to` written, for a value that
/// has no counterpart: a fraction, or an unsigned integer from 2⁶³ on, as std::int64_t.
template <class T>
bool convert_elements(DType dtype, const std::uint8_t* from, std::size_t count, T* to);

}  // namespace xgrad::nn
