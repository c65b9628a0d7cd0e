#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "xgrad/tensor/shape.hpp"

namespace xgrad {

/// What stands before the data of an array in NumPy's format.
struct NpyHeader {
  char kind;                ///< 'f' floating point, 'i' signed, 'u' unsigned, 'b' bool
  std::size_t item_size;    ///< bytes of an element
  bool swapped;             ///< whether the byte order is not this processor's
  bool fortran_order;       ///< whether the first axis runs fastest
  Shape shape;              ///< extents as Python sees them
  std::size_t data_offset;  ///< where the data begin
};

/// Reads a header of format 1.0, 2.0 or 3.0 and checks that exactly the data it announces follow it. `source` names the file
/// in messages.
/// Throws: IoError for whatever is no such header, for types that are not numbers, sizes beyond what memory could hold, and for
/// missing or surplus bytes.
/// Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
NpyHeader parse_npy_header(std::string_view bytes, const std::string& source);

/// The header, format 1.0, of a row-major array in this processor's byte order; `type` is for example "f4".
std::string make_npy_header(std::string_view type, const Shape& shape);

}  // namespace xgrad
