#include "xgrad/nn/safetensors_header.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "xgrad/tensor/error.hpp"

namespace xgrad::nn::detail {
namespace {

using nlohmann::json;

constexpr std::size_t most_axes = 64;
constexpr std::string_view metadata_key = "__metadata__";

// Follows the text event by event. Nothing else than the format's few forms is let through, so that neither deep nesting nor
// long lists can take memory, and names given twice are seen, which a finished JSON value would hide.
class HeaderReader : public nlohmann::json_sax<json> {
 public:
  explicit HeaderReader(const std::string& path) : path_(path) {}

  SafetensorsHeader take() { return std::move(header_); }

  bool null() override { unexpected("null"); }
  bool boolean(bool) override { unexpected("a truth value"); }
  bool number_integer(number_integer_t value) override { unexpected(fmt::format("the number {}", value)); }
  bool number_float(number_float_t, const string_t& text) override { unexpected(fmt::format("the number {}", text)); }
  bool binary(binary_t&) override { unexpected("binary data"); }

  bool number_unsigned(number_unsigned_t value) override {
    std::vector<std::size_t>& list = level_ == Level::Shape ? shape_ : offsets_;
    if (level_ != Level::Shape && level_ != Level::Offsets) unexpected(fmt::format("the number {}", value));
    if (list.size() == (level_ == Level::Shape ? most_axes : 2))
      fail(fmt::format("{} of '{}' has too many numbers", key_, entry_.name));
    list.push_back(value);
    return true;
  }

  bool string(string_t& text) override {
    if (level_ == Level::Metadata) {
      header_.metadata[key_] = std::move(text);
    } else if (level_ == Level::Entry && key_ == "dtype") {
      const auto dtype = dtype_named(text);
      if (!dtype) fail(fmt::format("'{}' has the type '{}'; those that can be read are {}", entry_.name, text, dtype_names()));
      entry_.dtype = *dtype;
    } else {
      unexpected(fmt::format("the text '{}'", text));
    }
    return true;
  }

  bool start_object(std::size_t) override {
    if (level_ == Level::Outside)
      level_ = Level::Top;
    else if (level_ == Level::Top && key_ == metadata_key)
      enter(Level::Metadata);
    else if (level_ == Level::Top)
      enter(Level::Entry);
    else
      unexpected("an object");
    return true;
  }

  bool key(string_t& text) override {
    if (!keys_.insert(text).second) fail(fmt::format("'{}' is given twice{}", text, place()));
    if (level_ == Level::Top) entry_ = {.name = text};
    key_ = std::move(text);
    return true;
  }

  bool end_object() override {
    if (level_ == Level::Entry) finish_entry();
    if (level_ != Level::Top) std::swap(keys_, top_keys_);
    level_ = level_ == Level::Top ? Level::Outside : Level::Top;
    return true;
  }

  bool start_array(std::size_t) override {
    if (level_ != Level::Entry || (key_ != "shape" && key_ != "data_offsets")) unexpected("a list");
    level_ = key_ == "shape" ? Level::Shape : Level::Offsets;
    return true;
  }

  bool end_array() override {
    level_ = Level::Entry;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    not_json(position);
  }

  [[noreturn]] void not_json(std::size_t position) const { fail(fmt::format("it is not JSON from byte {} on", position)); }

 private:
  enum class Level { Outside, Top, Metadata, Entry, Shape, Offsets };

  [[noreturn]] void fail(const std::string& text) const {
    throw IoError(fmt::format("{}: the safetensors header cannot be used: {}; write the file again", path_, text));
  }
  [[noreturn]] void unexpected(const std::string& what) const {
    fail(fmt::format("{} stands where the format has none{}", what, place()));
  }
  std::string place() const {
    if (level_ == Level::Outside) return "";
    return level_ == Level::Top ? " at the top" : fmt::format(" in '{}'", entry_.name);
  }

  // The keys of the level above are set aside: two levels have keys at a time.
  void enter(Level level) {
    level_ = level;
    shape_.clear();
    offsets_.clear();
    top_keys_ = std::exchange(keys_, {});
  }

  void finish_entry() {
    for (const char* wanted : {"dtype", "shape", "data_offsets"})
      if (!keys_.count(wanted)) fail(fmt::format("'{}' has no {}", entry_.name, wanted));
    if (keys_.size() != 3) fail(fmt::format("'{}' has more than dtype, shape and data_offsets", entry_.name));
    if (offsets_.size() != 2) fail(fmt::format("data_offsets of '{}' must be two numbers", entry_.name));
    entry_.shape = Shape(shape_.begin(), shape_.end());
    entry_.begin = offsets_[0];
    entry_.end = offsets_[1];
    header_.entries.push_back(entry_);
  }

  const std::string& path_;
  SafetensorsHeader header_{};
  Level level_ = Level::Outside;
  std::set<std::string> keys_{}, top_keys_{};
  std::string key_{};
  SafetensorsEntry entry_{};
  std::vector<std::size_t> shape_{}, offsets_{};
};

// The bytes of an array of this shape, or none if they, or its strides, cannot be counted.
std::optional<std::size_t> byte_count(const SafetensorsEntry& entry) {
  std::size_t count = size_of(entry.dtype);
  bool empty = false;
  for (const std::size_t extent : entry.shape) {
    empty = empty || extent == 0;
    if (extent > 0 && count > std::numeric_limits<std::ptrdiff_t>::max() / extent) return std::nullopt;
    count *= std::max(extent, std::size_t{1});
  }
  return empty ? 0 : count;
}

// Every array as long as its shape asks for, each beginning where the one before ends, the last ending with the file.
void check_layout(const std::vector<SafetensorsEntry>& entries, std::size_t data_bytes, const std::string& path) {
  const auto fail = [&](const std::string& text) {
    throw IoError(fmt::format("{}: {}; fetch or write the file again", path, text));
  };
  std::size_t expected = 0;
  for (const SafetensorsEntry& entry : entries) {
    if (entry.begin != expected)
      fail(fmt::format("'{}' begins at byte {} of the data, expected {}: arrays may neither overlap nor leave gaps", entry.name,
                       entry.begin, expected));
    const auto count = byte_count(entry);
    if (!count || entry.end < entry.begin || entry.end - entry.begin != *count)
      fail(fmt::format("'{}' takes the bytes {} to {}, but {} of shape {} takes {}", entry.name, entry.begin, entry.end,
                       name_of(entry.dtype), to_string(entry.shape), count ? std::to_string(*count) : "more than any memory"));
    expected = entry.end;
  }
  if (expected > data_bytes)
    fail(fmt::format("the file is cut short: the header asks for {} bytes of data, there are {}", expected, data_bytes));
  if (expected < data_bytes)
    fail(fmt::format("the file is too long: the header asks for {} bytes of data, there are {}", expected, data_bytes));
}

std::string quoted(const std::string& text) {
  try {
    return json(text).dump();
  } catch (const json::exception&) { throw ConfigError("safetensors: a name or a metadata text is not UTF-8; encode it so"); }
}

}  // namespace

SafetensorsHeader parse_safetensors_header(std::string_view text, std::size_t data_bytes, const std::string& path) {
  HeaderReader reader(path);
  if (!text.starts_with('{')) reader.not_json(0);
  json::sax_parse(text.begin(), text.end(), &reader);
  SafetensorsHeader header = reader.take();
  std::stable_sort(header.entries.begin(), header.entries.end(),
                   [](const auto& a, const auto& b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
  check_layout(header.entries, data_bytes, path);
  return header;
}

std::string format_safetensors_header(const std::vector<SafetensorsEntry>& entries, const Metadata& metadata) {
  std::vector<std::string> parts;
  for (const auto& [name, text] : metadata) parts.push_back(quoted(name) + ":" + quoted(text));
  const std::string metadata_part =
      metadata.empty() ? "" : fmt::format("\"{}\":{{{}}}{}", metadata_key, fmt::join(parts, ","), entries.empty() ? "" : ",");
  parts.clear();
  for (const SafetensorsEntry& entry : entries)
    parts.push_back(fmt::format(R"({}:{{"dtype":"{}","shape":[{}],"data_offsets":[{},{}]}})", quoted(entry.name),
                                name_of(entry.dtype), fmt::join(entry.shape.begin(), entry.shape.end(), ","), entry.begin,
                                entry.end));
  std::string header = fmt::format("{{{}{}}}", metadata_part, fmt::join(parts, ","));
  header.resize((header.size() + 7) / 8 * 8, ' ');
  return header;
}

}  // namespace xgrad::nn::detail
