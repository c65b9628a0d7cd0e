#include "xgrad/nn/safetensors.hpp"

#include <bit>
#include <cmath>
#include <fstream>
#include <limits>
#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "error_text.hpp"
#include "paths.hpp"
#include "temporary_folder.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::nn;
namespace fs = std::filesystem;

namespace {

const fs::path references = test::data_path("safetensors");

std::string little_endian(std::uint64_t value) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(value >> 8 * i & 0xff);
  return bytes;
}

// A file with this header, whatever it says, and this many bytes of data.
std::string file_with(const std::string& header, std::size_t data_bytes) {
  return little_endian(header.size()) + header + std::string(data_bytes, '\x01');
}

// Reads a file that holds `bytes`.
SafetensorsFile read(const std::string& bytes) {
  const TemporaryFolder folder;
  write_bytes(folder / "file", bytes);
  return read_safetensors(folder / "file");
}

std::string entry(const std::string& name, const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return "\"" + name + R"(":{"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

void check_refused(const std::string& bytes, const std::vector<std::string>& parts) {
  BOOST_CHECK_EXCEPTION(read(bytes), IoError, says(parts));
}

template <class T>
void check_values(const Array<T>& array, const nlohmann::json& expected) {
  BOOST_TEST(array.size() == expected["values"].size());
  for (std::size_t i = 0; i < array.size(); ++i) {
    const T value =
        static_cast<T>(expected["values"][i].get<std::conditional_t<std::is_integral_v<T>, std::int64_t, double>>());
    BOOST_TEST(array.data()[i] == value);
    if constexpr (!std::is_integral_v<T>) BOOST_TEST(std::signbit(array.data()[i]) == std::signbit(value));
  }
}

bool equal(const Shape& a, const nlohmann::json& b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

}  // namespace

BOOST_AUTO_TEST_SUITE(safetensors)

BOOST_AUTO_TEST_CASE(every_type_is_read_from_a_file_of_the_formats_own_library) {
  const SafetensorsFile file = read_safetensors(references / "all_types.safetensors");
  std::ifstream stream(references / "all_types.json");
  const auto expected = nlohmann::json::parse(stream);
  BOOST_TEST(file.entries().size() == expected.size());
  for (const auto& [name, array] : expected.items()) {
    BOOST_TEST_CONTEXT(name) {
      BOOST_REQUIRE(file.contains(name));
      BOOST_TEST(equal(file.entry(name).shape, array["shape"]));
      check_values(file.get<double>(name), array);
      check_values(file.get<float>(name), array);
      if (!is_floating_point(file.entry(name).dtype)) check_values(file.get<std::int64_t>(name), array);
    }
  }
  BOOST_TEST(file.metadata().at("language") == "français");
}

BOOST_AUTO_TEST_CASE(what_is_written_equals_the_formats_own_library_byte_for_byte) {
  const TemporaryFolder folder;
  const Array<float> weight{{0, 0.25, 0.5}, {0.75, 1, 1.25}}, bias{-1.5, 2.25};
  const Array<double> master{{0.1, 0.2}};
  const Indices tracked = scalar_array<std::int64_t>(7);
  write_safetensors(folder / "file",
                    {{"0.weight", weight}, {"0.master", master}, {"1.num_batches_tracked", tracked}, {"0.bias", bias}},
                    {{"format", "pt"}});
  BOOST_TEST(read_bytes(folder / "file") == read_bytes(references / "same_bytes.safetensors"));
}

BOOST_AUTO_TEST_CASE(arrays_and_metadata_read_back_equal) {
  const TemporaryFolder folder;
  Array<double> numbers = empty_array<double>({3, 0, 2}), special{0.1, -0.0, std::numeric_limits<double>::infinity()};
  const Array<float> scalar = scalar_array(2.5f);
  const Indices indices{std::numeric_limits<std::int64_t>::min(), 0, std::numeric_limits<std::int64_t>::max()};
  const Metadata metadata{{"", "empty key"}, {"text", "line 1\nline 2 \"quoted\" \\ ∂"}};
  write_safetensors(folder / "file", {{"none", numbers}, {"special", special}, {"scalar ∇", scalar}, {"indices", indices}},
                    metadata);
  const SafetensorsFile file = read_safetensors(folder / "file");
  BOOST_TEST(file.entries().size() == 4u);
  BOOST_CHECK((file.get<double>("none") == numbers));
  BOOST_CHECK((file.get<double>("special") == special));
  BOOST_TEST(std::signbit(file.get<double>("special")(1)));
  BOOST_CHECK((file.get<float>("scalar ∇") == scalar));
  BOOST_CHECK((file.get<std::int64_t>("indices") == indices));
  BOOST_CHECK(file.metadata() == metadata);
}

BOOST_AUTO_TEST_CASE(a_file_may_hold_nothing) {
  const TemporaryFolder folder;
  write_safetensors(folder / "file", {});
  BOOST_TEST(read_bytes(folder / "file") == file_with("{}      ", 0));
  BOOST_TEST(read_safetensors(folder / "file").entries().empty());
  write_safetensors(folder / "file", {}, {{"a", "b"}});
  BOOST_TEST(read_safetensors(folder / "file").metadata().at("a") == "b");
}

BOOST_AUTO_TEST_CASE(equal_arrays_give_equal_files_in_whatever_order_they_are_given) {
  const TemporaryFolder folder;
  const Array<float> a{1, 2}, b{3};
  write_safetensors(folder / "one", {{"a", a}, {"b", b}});
  write_safetensors(folder / "two", {{"b", b}, {"a", a}});
  BOOST_TEST(read_bytes(folder / "one") == read_bytes(folder / "two"));
}

BOOST_AUTO_TEST_CASE(names_that_the_format_does_not_allow_are_refused_and_nothing_is_written) {
  const TemporaryFolder folder;
  const Array<float> array{1, 2};
  const fs::path path = folder / "file";
  BOOST_CHECK_EXCEPTION(write_safetensors(path, {{"a", array}, {"a", array}}), ConfigError, says({"two arrays called 'a'"}));
  BOOST_CHECK_EXCEPTION(write_safetensors(path, {{"__metadata__", array}}), ConfigError, says({"__metadata__"}));
  BOOST_CHECK_THROW(write_safetensors(path, {{"", array}}), ConfigError);
  BOOST_CHECK_EXCEPTION(write_safetensors(path, {{"\xff", array}}), ConfigError, says({"UTF-8"}));
  BOOST_CHECK_THROW(write_safetensors(path, {}, {{"a", "\xc3"}}), ConfigError);
  BOOST_TEST(folder.entries() == 0u);
}

BOOST_AUTO_TEST_CASE(a_missing_array_is_answered_with_those_there_are) {
  const SafetensorsFile file = read_safetensors(references / "same_bytes.safetensors");
  BOOST_TEST(!file.contains("2.weight"));
  BOOST_CHECK_EXCEPTION(file.get<float>("2.weight"), IoError, says({"same_bytes", "'2.weight'", "0.bias, 0.weight"}));
}

BOOST_AUTO_TEST_CASE(fractions_and_too_large_integers_are_not_read_as_indices) {
  const SafetensorsFile types = read_safetensors(references / "all_types.safetensors");
  BOOST_CHECK_EXCEPTION(types.get<std::int64_t>("float16"), IoError, says({"'float16'", "F16"}));
  const SafetensorsFile file = read(file_with("{" + entry("a", "U64", "[1]", "[0,8]") + "}", 0) + std::string(8, '\xff'));
  BOOST_CHECK_THROW(file.get<std::int64_t>("a"), IoError);
  BOOST_TEST(file.get<double>("a")(0) == 0x1p64);
}

BOOST_AUTO_TEST_CASE(every_half_precision_number_is_converted_exactly) {
  std::string data;
  for (int bits = 0; bits < 65536; ++bits) {
    data += static_cast<char>(bits & 0xff);
    data += static_cast<char>(bits >> 8);
  }
  const Array<float> halves = read(file_with("{" + entry("h", "F16", "[65536]", "[0,131072]") + "}", 0) + data).get<float>("h");
  const Array<float> brains =
      read(file_with("{" + entry("b", "BF16", "[65536]", "[0,131072]") + "}", 0) + data).get<float>("b");
  // (−1)^s · 2^(e − bias) · (1 + m / 2^bits), without the 1 and with e = 1 for e = 0; the largest e is infinity, or NaN if m >
  // 0.
  const auto expected = [](unsigned pattern, unsigned mantissa_bits, int bias) {
    const unsigned mantissa = pattern & ((1u << mantissa_bits) - 1), sign = pattern >> 15;
    const int exponent = static_cast<int>(pattern >> mantissa_bits & ((1u << (15 - mantissa_bits)) - 1));
    const double fraction = mantissa / std::ldexp(1.0, static_cast<int>(mantissa_bits));
    const double size = exponent == 2 * bias + 1 ? (mantissa == 0 ? HUGE_VAL : std::nan(""))
                        : exponent == 0          ? std::ldexp(fraction, 1 - bias)
                                                 : std::ldexp(1 + fraction, exponent - bias);
    return sign ? -size : size;
  };
  std::size_t wrong = 0;
  const auto differs = [](float a, double b) {
    return std::isnan(b) ? !std::isnan(a) : static_cast<double>(a) != b || std::signbit(a) != std::signbit(b);
  };
  for (unsigned pattern = 0; pattern < 65536; ++pattern)
    wrong += differs(halves(pattern), expected(pattern, 10, 15)) + differs(brains(pattern), expected(pattern, 7, 127));
  BOOST_TEST(wrong == 0u);
}

BOOST_AUTO_TEST_CASE(a_file_cut_short_anywhere_or_too_long_is_refused) {
  const std::string bytes = read_bytes(references / "same_bytes.safetensors");
  for (std::size_t length = 0; length < bytes.size(); ++length) check_refused(bytes.substr(0, length), {"file: "});
  check_refused(bytes.substr(0, 7), {"7 bytes, too few"});
  check_refused(bytes.substr(0, 100), {"cut short", "only 92 follow"});
  check_refused(bytes.substr(0, bytes.size() - 1), {"cut short"});
  check_refused(bytes + "x", {"too long"});
}

BOOST_AUTO_TEST_CASE(a_file_of_another_kind_is_refused_by_the_length_of_its_header) {
  check_refused("PK\x03\x04 and whatever follows", {"not a safetensors file", "100000000"});
  check_refused(little_endian(100'000'001) + "{}", {"100000001"});
  check_refused(little_endian(~std::uint64_t{0}) + "{}", {"not a safetensors file"});
  check_refused(little_endian(100'000'000) + "{}", {"cut short"});
}

BOOST_AUTO_TEST_CASE(a_header_that_is_not_json_is_refused) {
  check_refused(file_with("", 0), {"not JSON"});
  check_refused(file_with(" {}", 0), {"not JSON"});
  check_refused(file_with("{", 0), {"not JSON"});
  check_refused(file_with("{}}", 0), {"not JSON"});
  check_refused(file_with("{} x", 0), {"not JSON"});
  check_refused(file_with("[]", 0), {"not JSON"});
  check_refused(file_with("{\"a\xff\":1}", 0), {"not JSON"});
  check_refused(file_with(R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},})", 4), {"not JSON"});
}

BOOST_AUTO_TEST_CASE(a_header_of_another_form_is_refused) {
  check_refused(file_with(R"({"a":1})", 0), {"the number 1", "at the top"});
  check_refused(file_with(R"({"a":null})", 0), {"null"});
  check_refused(file_with(R"({"a":[1]})", 0), {"a list"});
  check_refused(file_with(R"({"a":{"dtype":{}}})", 0), {"an object", "in 'a'"});
  check_refused(file_with(R"({"a":{"dtype":["F32"]}})", 0), {"a list", "in 'a'"});
  check_refused(file_with(R"({"a":{"shape":"2"}})", 0), {"the text '2'"});
  check_refused(file_with(R"({"a":{"shape":[[2]]}})", 0), {"a list"});
  check_refused(file_with(R"({"a":{"shape":[true]}})", 0), {"a truth value"});
  check_refused(file_with("{" + entry("a", "F32", "[-1]", "[0,4]") + "}", 4), {"the number -1"});
  check_refused(file_with("{" + entry("a", "F32", "[1.0]", "[0,4]") + "}", 4), {"the number 1.0"});
  check_refused(file_with("{" + entry("a", "F32", "[18446744073709551616]", "[0,4]") + "}", 4), {"18446744073709551616"});
  check_refused(file_with("{" + entry("a", "F32", "[1]", "[0]") + "}", 4), {"two numbers"});
  check_refused(file_with("{" + entry("a", "F32", "[1]", "[0,4,8]") + "}", 4), {"too many numbers"});
  check_refused(file_with(R"({"a":{"dtype":"F32","shape":[1]}})", 4), {"'a' has no data_offsets"});
  check_refused(file_with(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"more":"x"}})", 4), {"the text 'x'"});
  check_refused(file_with(R"({"__metadata__":{"a":1}})", 0), {"the number 1"});
  check_refused(file_with(R"({"__metadata__":"a"})", 0), {"the text 'a'"});
}

BOOST_AUTO_TEST_CASE(unknown_types_are_answered_with_the_known) {
  check_refused(file_with("{" + entry("a", "F8_E4M3", "[4]", "[0,4]") + "}", 4), {"'a'", "'F8_E4M3'", "F64, F32, F16, BF16"});
}

BOOST_AUTO_TEST_CASE(names_given_twice_are_refused) {
  const std::string a = entry("a", "F32", "[1]", "[0,4]");
  check_refused(file_with("{" + a + "," + a + "}", 4), {"'a' is given twice", "at the top"});
  check_refused(file_with("{" + a + "," + entry("a", "F32", "[1]", "[4,8]") + "}", 8), {"'a' is given twice"});
  check_refused(file_with(R"({"a":{"dtype":"F32","dtype":"F64","shape":[1],"data_offsets":[0,4]}})", 4), {"'dtype'", "twice"});
  check_refused(file_with(R"({"__metadata__":{"x":"1","x":"2"}})", 0), {"'x' is given twice"});
  // The same names in different places are none given twice.
  const std::string dtype = entry("dtype", "F32", "[1]", "[0,4]"), x = entry("x", "F32", "[1]", "[4,8]");
  BOOST_TEST(read(file_with("{" + dtype + R"(,"__metadata__":{"x":"1","dtype":"2"},)" + x + "}", 8)).entries().size() == 2u);
}

BOOST_AUTO_TEST_CASE(overlaps_gaps_and_wrong_lengths_are_refused) {
  const std::string a = entry("a", "F32", "[2]", "[0,8]");
  check_refused(file_with("{" + a + "," + entry("b", "F32", "[1]", "[4,8]") + "}", 8), {"'b' begins at byte 4", "expected 8"});
  check_refused(file_with("{" + a + "," + entry("b", "F32", "[1]", "[12,16]") + "}", 16), {"'b' begins at byte 12"});
  check_refused(file_with("{" + entry("b", "F32", "[1]", "[4,8]") + "}", 8), {"'b' begins at byte 4", "expected 0"});
  check_refused(file_with("{" + entry("a", "F32", "[3]", "[0,8]") + "}", 8), {"bytes 0 to 8", "F32 of shape (3,) takes 12"});
  check_refused(file_with("{" + entry("a", "F32", "[]", "[0,8]") + "}", 8), {"takes 4"});
  check_refused(file_with("{" + entry("a", "F32", "[2]", "[8,0]") + "}", 8), {"'a' begins at byte 8"});
  check_refused(file_with("{" + a + "," + entry("b", "F32", "[2]", "[8,4]") + "}", 8), {"bytes 8 to 4"});
  check_refused(file_with("{" + a + "}", 9), {"too long", "8 bytes of data, there are 9"});
  check_refused(file_with("{" + a + "}", 7), {"cut short", "8 bytes of data, there are 7"});
}

BOOST_AUTO_TEST_CASE(sizes_that_overflow_are_refused) {
  const std::string half = "4611686018427387904";  // 2⁶²: four of them, or four bytes each, are 0 modulo 2⁶⁴
  for (const std::string& shape :
       {"[" + half + "]", "[" + half + ",4]", std::string("[4294967296,4294967296]"), "[" + half + ",4,0]"})
    check_refused(file_with("{" + entry("a", "F32", shape, "[0,0]") + "}", 0), {"'a'", "more than any memory"});
  check_refused(file_with("{" + entry("a", "U8", "[" + half + "]", "[0," + half + "]") + "}", 0), {"cut short"});
  std::string many = "[1";
  for (int i = 0; i < 64; ++i) many += ",1";
  check_refused(file_with("{" + entry("a", "F32", many + "]", "[0,4]") + "}", 4), {"shape of 'a' has too many numbers"});
}

BOOST_AUTO_TEST_CASE(deep_nesting_is_refused_at_once) {
  check_refused(file_with("{\"a\":" + std::string(5'000'000, '['), 0), {"a list"});
  std::string objects;
  for (int i = 0; i < 1'000'000; ++i) objects += "{\"a\":";
  check_refused(file_with(objects, 0), {"an object"});
}

BOOST_AUTO_TEST_CASE(whatever_the_bytes_a_file_is_read_or_refused) {
  const std::string right = read_bytes(references / "all_types.safetensors");
  std::uint64_t state = 1;
  const auto random = [&state](std::size_t bound) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return static_cast<std::size_t>(state >> 33) % bound;
  };
  const std::string pieces[] = {"{", "}", "[", "]", ",", ":", "\"", "-", "9", "0", "\\u", "e", "F32", "__metadata__", "\xff"};
  const TemporaryFolder folder;
  std::size_t read_whole = 0, refused = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = right;
    for (std::size_t change = 0, changes = 1 + random(4); change < changes; ++change) {
      const std::size_t at = random(random(4) == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 1100));
      switch (random(5)) {
        case 0: bytes[at] = static_cast<char>(random(256)); break;
        case 1: bytes[at] = static_cast<char>(bytes[at] ^ (1 << random(8))); break;
        case 2: bytes.erase(at, 1 + random(20)); break;
        case 3: bytes.insert(at, pieces[random(std::size(pieces))]); break;
        default: bytes.insert(at, bytes.substr(random(bytes.size()), random(100)));
      }
      // Often enough the length of the header is right again, so that the changes behind it are seen.
      if (bytes.size() > 8 && random(2) == 0) {
        const std::size_t end = bytes.rfind('}');
        if (end != bytes.npos && end >= 8) bytes.replace(0, 8, little_endian(end - 7));
      }
    }
    fs::remove(folder / "file");  // a new file each time: some file systems wait for the disk when an old one is cut to nothing
    write_bytes(folder / "file", bytes);
    try {
      const SafetensorsFile file = read_safetensors(folder / "file");
      for (const SafetensorsEntry& array : file.entries()) {
        BOOST_REQUIRE(file.get<double>(array.name).size() == element_count(array.shape));
        if (!is_floating_point(array.dtype) && array.dtype != DType::U64) file.get<std::int64_t>(array.name);
      }
      ++read_whole;
    } catch (const IoError&) { ++refused; }
  }
  BOOST_TEST(read_whole > 100u);  // changes of values and names alone
  BOOST_TEST(refused > 10000u);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_missing_or_a_folder_says_so) {
  const TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(read_safetensors(folder / "none"), IoError, says({"none: cannot be opened", "No such file"}));
  BOOST_CHECK_EXCEPTION(read_safetensors(folder.path()), IoError, says({"is a folder"}));
  BOOST_CHECK_THROW(write_safetensors(folder / "none" / "file", {}), IoError);
}

BOOST_AUTO_TEST_SUITE_END()
