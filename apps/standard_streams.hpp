#pragma once

#include <cstdio>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace xgrad::apps {

/// Opens those of the three standard streams that the program was started without. Otherwise the next file that it opens, a
/// log of the run perhaps, would get the stream's number, and with it everything that is printed. What is printed to one of
/// these is an error as before.
void open_missing_streams();

/// Prints to standard error. That it cannot be written to (it is closed, the disk is full) ends no work: there is nobody to
/// tell.
template <class... Arguments>
void print_error(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  const std::string text = fmt::format(format, std::forward<Arguments>(arguments)...);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

}  // namespace xgrad::apps
