#include "xgrad/tensor/npy_header.hpp"

#include <bit>
#include <cctype>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::size_t most_axes = 64;  // NumPy's own limit
constexpr bool little_endian = std::endian::native == std::endian::little;

[[noreturn]] void fail(const std::string& source, const std::string& problem) {
  throw IoError(fmt::format("{}: {}; write the file again, for example with numpy.save", source, problem));
}

// The text with everything that could spoil a terminal or a log replaced, and not too long.
std::string shown(std::string_view text) {
  std::string result;
  for (const char c : text.substr(0, 60)) result += std::isprint(static_cast<unsigned char>(c)) ? c : '?';
  return text.size() > 60 ? result + "…" : result;
}

std::size_t little_endian_number(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

// Reads the Python dictionary of a header: strings, True and False, and a tuple of whole numbers are all it may hold.
class DictionaryReader {
 public:
  DictionaryReader(std::string_view text, const std::string& source) : text_(text), source_(source) {}

  void read() {
    expect('{');
    while (!accept('}')) {
      const std::string key = read_string();
      expect(':');
      if (key == "descr" && !descr)
        descr = read_string();
      else if (key == "fortran_order" && !fortran_order)
        fortran_order = read_bool();
      else if (key == "shape" && !shape)
        shape = read_tuple();
      else
        fail(source_,
             fmt::format("its header holds the key '{}' that is unknown or comes twice; descr, fortran_order and shape "
                         "are expected, each once",
                         shown(key)));
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (at_ != text_.size()) unexpected("nothing more");
    if (!descr || !fortran_order || !shape)
      fail(source_, fmt::format("its header is {}; descr, fortran_order and shape are expected", shown(text_)));
  }

  std::optional<std::string> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::size_t>> shape;

 private:
  [[noreturn]] void unexpected(std::string_view wanted) const {
    fail(source_,
         fmt::format("its header has '{}' at character {} where {} is expected", shown(text_.substr(at_)), at_, wanted));
  }

  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
  }

  bool accept(char wanted) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) unexpected(fmt::format("'{}'", wanted));
  }

  std::string read_string() {
    const char quote = accept('\'') ? '\'' : accept('"') ? '"' : '\0';
    if (!quote) unexpected("a quoted string (a plain number type, if this is the descr of a structured array)");
    const std::size_t end = text_.find(quote, at_);
    if (end == text_.npos) unexpected("a closing quote");
    const std::string result(text_.substr(at_, end - at_));
    at_ = end + 1;
    return result;
  }

  bool read_bool() {
    skip_space();
    for (const std::string_view word : {"True", "False"})
      if (text_.substr(at_, word.size()) == word) {
        at_ += word.size();
        return word == "True";
      }
    unexpected("True or False");
  }

  std::vector<std::size_t> read_tuple() {
    std::vector<std::size_t> result;
    expect('(');
    while (!accept(')')) {
      if (result.size() == most_axes) unexpected(fmt::format("a shape of at most {} axes", most_axes));
      result.push_back(read_number());
      if (!accept(',')) {
        expect(')');
        if (result.size() == 1) unexpected("a comma after the only extent");
        break;
      }
    }
    return result;
  }

  std::size_t read_number() {
    skip_space();
    const std::size_t begin = at_;
    std::size_t value = 0;
    for (; at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])); ++at_) {
      const std::size_t digit = static_cast<std::size_t>(text_[at_] - '0');
      if (value > (std::numeric_limits<std::ptrdiff_t>::max() - digit) / 10) unexpected("an extent below 2⁶³");
      value = 10 * value + digit;
    }
    if (at_ == begin) unexpected("an extent, a whole number that is not negative");
    if (at_ < text_.size() && text_[at_] == 'L') ++at_;  // written by Python 2
    return value;
  }

  std::string_view text_;
  const std::string& source_;
  std::size_t at_ = 0;
};

void parse_type(const std::string& descr, const std::string& source, NpyHeader& header) {
  const std::string_view text = descr;
  const char order = text.empty() ? '\0' : text[0];
  header.kind = text.size() == 3 ? text[1] : '\0';
  header.item_size = text.size() == 3 ? static_cast<std::size_t>(text[2] - '0') : 0;
  const std::size_t size = header.item_size;
  const bool integer = (header.kind == 'i' || header.kind == 'u') && (size == 1 || size == 2 || size == 4 || size == 8);
  const bool floating = header.kind == 'f' && (size == 4 || size == 8);
  const bool known_order = order == '<' || order == '>' || (order == '|' && size == 1);
  if (!known_order || !(integer || floating || (header.kind == 'b' && size == 1)))
    throw IoError(
        fmt::format("{}: its elements have the type '{}'{}; float32, float64, bool and integers of 8 to 64 bits can be "
                    "read: convert the array before saving it, for example with array.astype(numpy.float32)",
                    source, shown(descr), header.kind == 'O' || descr == "|O" ? " (Python objects)" : ""));
  header.swapped = size > 1 && (order == '<') != little_endian;
}

// The bytes of the data, by steps that cannot overflow. Extents of 0 do not excuse others whose product is too large.
std::size_t data_bytes(const NpyHeader& header, const std::string& source) {
  std::size_t bytes = header.item_size;
  bool empty = false;
  for (const std::size_t extent : header.shape) {
    if (extent == 0) {
      empty = true;
    } else if (bytes > static_cast<std::size_t>(std::numeric_limits<std::ptrdiff_t>::max()) / extent) {
      fail(source, fmt::format("its shape {} has more elements than memory could hold", to_string(header.shape)));
    } else {
      bytes *= extent;
    }
  }
  return empty ? 0 : bytes;
}

}  // namespace

NpyHeader parse_npy_header(std::string_view bytes, const std::string& source) {
  if (bytes.substr(0, magic.size()) != magic)
    throw IoError(
        fmt::format("{}: it begins with '{}' where the \\x93NUMPY of an .npy file is expected; give a file that "
                    "numpy.save wrote",
                    source, shown(bytes.substr(0, magic.size()))));
  if (bytes.size() < 10) fail(source, fmt::format("it ends after {} bytes, within its header", bytes.size()));
  const int major = static_cast<unsigned char>(bytes[6]), minor = static_cast<unsigned char>(bytes[7]);
  if (major < 1 || major > 3 || minor != 0)
    fail(source, fmt::format("its format has the version {}.{}; 1.0, 2.0 and 3.0 can be read", major, minor));
  const std::size_t length_bytes = major == 1 ? 2 : 4, begin = 8 + length_bytes;
  const std::size_t length = bytes.size() < begin ? bytes.size() : little_endian_number(bytes.substr(8, length_bytes));
  if (bytes.size() < begin || bytes.size() - begin < length)
    fail(source, fmt::format("its header should have {} bytes, but the file has only {} in all", length, bytes.size()));

  DictionaryReader dictionary(bytes.substr(begin, length), source);
  dictionary.read();
  NpyHeader header{};
  header.fortran_order = *dictionary.fortran_order;
  header.shape = Shape(dictionary.shape->begin(), dictionary.shape->end());
  header.data_offset = begin + length;
  parse_type(*dictionary.descr, source, header);

  const std::size_t expected = data_bytes(header, source), found = bytes.size() - header.data_offset;
  if (found != expected)
    fail(source, fmt::format("its shape {} with elements of {} bytes needs {} bytes of data, but {} follow the header ({})",
                             to_string(header.shape), header.item_size, expected, found,
                             found < expected ? "the file is truncated" : "one array in a file can be read"));
  return header;
}

std::string make_npy_header(std::string_view type, const Shape& shape) {
  std::string text = fmt::format("{{'descr': '{}{}', 'fortran_order': False, 'shape': {}, }}", little_endian ? '<' : '>', type,
                                 to_string(shape));
  // Spaces, so that the data are aligned to 64 bytes, and a line feed.
  const std::size_t before = magic.size() + 4;
  text.append(63 - (before + text.size()) % 64, ' ').push_back('\n');
  std::string header(magic);
  header += {'\x01', '\x00', static_cast<char>(text.size() & 0xff), static_cast<char>(text.size() >> 8)};
  return header + text;
}

}  // namespace xgrad
