#pragma once

#include <cstddef>
#include <string>

namespace xgrad::apps {

constexpr std::size_t any_width = static_cast<std::size_t>(-1);

/// How many columns the terminal has to which a file descriptor leads; any_width if it leads elsewhere.
std::size_t terminal_width(int descriptor);

/// How many columns a text in UTF-8 takes: one for each letter, however many bytes that has.
std::size_t columns_of(const std::string& text);

/// The text if it takes no more than `width` columns; otherwise as much of its beginning as fits with "…" behind it.
std::string cut_to(const std::string& text, std::size_t width);

/// A line whose last cell is a list, its items two spaces apart, on as many lines as it needs: those after the first begin
/// `indent` columns in. An item that is wider than a line stays whole.
std::string folded(const std::string& line, std::size_t width, std::size_t indent);

}  // namespace xgrad::apps
