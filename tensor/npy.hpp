#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "xgrad/tensor/array.hpp"

namespace xgrad {

/// The array in a .npy file (formats 1.0 to 3.0, either byte order, C or Fortran order). T is float, double or std::int64_t.
/// Elements become T by one rule: for float and double, every number or bool is rounded to the nearest T, and a finite number
/// beyond T's range is an error; for int64, integers and bools are taken exactly, an integer beyond its range is an error,
/// and a file of floating-point numbers is refused.
/// Throws: IoError that names the file, what was found, and what is expected.
template <class T>
Array<T> read_npy(const std::filesystem::path& path);

/// Writes an array as .npy, format 1.0, all or nothing (write_file_atomically). T is float, double or std::int64_t.
/// Throws: IoError.
template <class T>
void write_npy(const std::filesystem::path& path, const Array<T>& array);

/// The array in the bytes of a .npy file; `source` names them in messages. Otherwise as read_npy.
template <class T>
Array<T> parse_npy(std::string_view bytes, const std::string& source);

/// The bytes of a .npy file.
template <class T>
std::string format_npy(const Array<T>& array);

}  // namespace xgrad
