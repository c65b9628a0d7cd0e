#include "xgrad/tensor/npy.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <boost/mpl/list.hpp>
#include <boost/test/unit_test.hpp>

#include "error_text.hpp"
#include "paths.hpp"
#include "temporary_folder.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using Types = boost::mpl::list<float, double, std::int64_t>;

namespace {

std::filesystem::path made_by_numpy(const std::string& name) { return test::data_path("npy/" + name + ".npy"); }

// The values of make_npy.py for the types whose name begins with `kind`.
std::vector<double> values_of(char kind) {
  switch (kind) {
    case 'f': return {0.5, -1.25, 1.0 / 3, 3e10, -0.0, 1e-40};
    case 'i': return {0, 1, -1, 100, -128, 127};
    case 'u': return {0, 1, 2, 100, 200, 255};
    default: return {0, 1, 1, 1, 0, 1};
  }
}

template <class T>
void check_values(const Array<T>& array, const std::vector<T>& expected) {
  BOOST_REQUIRE(array.shape() == (Shape{2, 3}));
  for (std::size_t i = 0; i < 6; ++i) {
    BOOST_TEST(array.data()[i] == expected[i]);
    BOOST_TEST(std::signbit(static_cast<double>(array.data()[i])) == std::signbit(static_cast<double>(expected[i])));
  }
}

// A file of format 1.0 with this dictionary, however wrong, and this many bytes of data.
std::string with_header(const std::string& dictionary, std::size_t data = 0) {
  std::string bytes = "\x93NUMPY\x01";
  bytes += '\0';
  bytes += static_cast<char>(dictionary.size() & 0xff);
  bytes += static_cast<char>(dictionary.size() >> 8);
  return bytes + dictionary + std::string(data, '\0');
}

std::string dictionary(const std::string& descr, const std::string& order, const std::string& shape) {
  return "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }\n";
}

void check_refused(const std::string& bytes, std::vector<std::string> parts) {
  parts.push_back("some.npy");
  BOOST_CHECK_EXCEPTION(parse_npy<double>(bytes, "some.npy"), IoError, says(parts));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(npy)

BOOST_AUTO_TEST_CASE_TEMPLATE(every_number_type_of_numpy_is_read_in_both_byte_orders_and_both_orders_of_axes, T, Types) {
  for (const std::string type : {"f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"}) {
    if (std::is_same_v<T, std::int64_t> && type[0] == 'f') continue;
    std::vector<T> expected;
    for (const double value : values_of(type[0]))
      expected.push_back(type == "f4" ? static_cast<T>(static_cast<float>(value)) : static_cast<T>(value));
    BOOST_TEST_CONTEXT(type) {
      check_values(read_npy<T>(made_by_numpy(type)), expected);
      check_values(read_npy<T>(made_by_numpy(type + "_big_fortran")), expected);
    }
  }
}

BOOST_AUTO_TEST_CASE(scalars_empty_arrays_and_many_axes_keep_their_shape_and_order) {
  BOOST_CHECK(read_npy<double>(made_by_numpy("scalar")).shape() == Shape{});
  BOOST_TEST(read_npy<double>(made_by_numpy("scalar")).data()[0] == 2.5);
  BOOST_CHECK(read_npy<float>(made_by_numpy("one_axis")) == Array<float>({0, 1, 2, 3, 4}));
  BOOST_CHECK(read_npy<double>(made_by_numpy("empty")).shape() == (Shape{0, 3}));
  const Indices many = read_npy<std::int64_t>(made_by_numpy("rank_4_fortran"));
  BOOST_REQUIRE(many.shape() == (Shape{2, 3, 4, 5}));
  for (std::size_t i = 0; i < many.size(); ++i) BOOST_TEST(many.data()[i] == static_cast<std::int64_t>(i));
}

BOOST_AUTO_TEST_CASE(formats_2_and_3_are_read) {
  check_values(read_npy<double>(made_by_numpy("version_2")), values_of('f'));
  check_values(read_npy<double>(made_by_numpy("version_3")), values_of('f'));
}

BOOST_AUTO_TEST_CASE(special_values_survive_and_finite_ones_beyond_the_type_are_errors) {
  const Array<double> special = read_npy<double>(made_by_numpy("special"));
  BOOST_TEST(std::isnan(special(0)));
  BOOST_TEST(special(1) == std::numeric_limits<double>::infinity());
  BOOST_TEST(special(2) == -std::numeric_limits<double>::infinity());
  BOOST_TEST(special(3) == std::numeric_limits<double>::denorm_min());
  BOOST_TEST(special(4) == std::numeric_limits<double>::max());
  BOOST_CHECK_EXCEPTION(read_npy<float>(made_by_numpy("special")), IoError,
                        says({"special.npy", "element 4", "1.797", "f4", "read it as double"}));
  BOOST_CHECK_EXCEPTION(read_npy<std::int64_t>(made_by_numpy("huge_unsigned")), IoError,
                        says({"element 1", "9223372036854775808", "i8"}));
  BOOST_TEST(read_npy<float>(made_by_numpy("huge_unsigned"))(1) == 0x1p63f);
  const Indices large = read_npy<std::int64_t>(made_by_numpy("large_integers"));
  BOOST_TEST(large(0) == std::numeric_limits<std::int64_t>::min());
  BOOST_TEST(large(1) == std::numeric_limits<std::int64_t>::max());
  BOOST_TEST(large(2) == (std::int64_t{1} << 53) + 1);
}

BOOST_AUTO_TEST_CASE(types_that_are_no_numbers_are_refused_by_name) {
  const auto refused = [](const std::string& name, std::vector<std::string> parts) {
    parts.push_back(name + ".npy");
    BOOST_CHECK_EXCEPTION(read_npy<float>(made_by_numpy(name)), IoError, says(parts));
  };
  refused("half", {"<f2", "astype"});
  refused("complex", {"<c16"});
  refused("text", {"<U2"});
  refused("object", {"|O", "Python objects"});
  refused("structured", {"structured"});
  BOOST_CHECK_EXCEPTION(read_npy<std::int64_t>(made_by_numpy("f8")), IoError, says({"f8", "integers are expected", "astype"}));
}

BOOST_AUTO_TEST_CASE(files_are_the_bytes_that_numpy_writes) {
  const auto bytes = [](const std::string& name) { return read_bytes(made_by_numpy(name)); };
  BOOST_CHECK(format_npy(read_npy<float>(made_by_numpy("f4"))) == bytes("f4"));
  BOOST_CHECK(format_npy(read_npy<double>(made_by_numpy("f8"))) == bytes("f8"));
  BOOST_CHECK(format_npy(read_npy<std::int64_t>(made_by_numpy("i8"))) == bytes("i8"));
  BOOST_CHECK(format_npy(read_npy<double>(made_by_numpy("scalar"))) == bytes("scalar"));
  BOOST_CHECK(format_npy(read_npy<float>(made_by_numpy("one_axis"))) == bytes("one_axis"));
  BOOST_CHECK(format_npy(read_npy<double>(made_by_numpy("empty"))) == bytes("empty"));
}

BOOST_AUTO_TEST_CASE_TEMPLATE(what_is_written_is_read_back_exactly, T, Types) {
  const TemporaryFolder folder;
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{7}, Shape{3, 0, 2}, Shape{2, 3, 4}, Shape(20, 1), Shape{1000, 13}}) {
    Array<T> array = empty_array<T>(shape);
    for (std::size_t i = 0; i < array.size(); ++i) array.data()[i] = static_cast<T>(i) / T(3) - T(5);
    write_npy(folder / "a.npy", array);
    const Array<T> again = read_npy<T>(folder / "a.npy");
    BOOST_CHECK(again.shape() == shape);
    BOOST_CHECK(again == array);
    BOOST_TEST(read_bytes(folder / "a.npy").size() % 64 == array.size() * sizeof(T) % 64);  // the data are aligned
  }
  BOOST_TEST(folder.entries() == 1u);
}

BOOST_AUTO_TEST_CASE(unreadable_and_unwritable_files_are_named) {
  const TemporaryFolder folder;
  BOOST_CHECK_EXCEPTION(read_npy<float>(folder / "none.npy"), IoError, says({"none.npy", "No such file"}));
  BOOST_CHECK_EXCEPTION(read_npy<float>(folder.path()), IoError, says({folder.path().string(), "directory"}));
  BOOST_CHECK_EXCEPTION(write_npy(folder / "no/a.npy", Array<float>({1, 2})), IoError, says({"no/a.npy", "No such file"}));
}

BOOST_AUTO_TEST_CASE(a_file_cut_anywhere_is_refused) {
  for (const std::string name : {"f8", "version_2", "scalar"}) {
    const std::string whole = read_bytes(made_by_numpy(name));
    for (std::size_t length = 0; length < whole.size(); ++length)
      BOOST_CHECK_EXCEPTION(parse_npy<double>(whole.substr(0, length), "some.npy"), IoError, says({"some.npy"}));
  }
  check_refused(read_bytes(made_by_numpy("f8")) + "x", {"needs 48 bytes", "49 follow", "one array"});
}

BOOST_AUTO_TEST_CASE(malformed_headers_are_refused_with_what_was_found_and_expected) {
  const std::string f8 = "'<f8'";
  check_refused("PK\3\4whatever", {"PK", "\\x93NUMPY"});
  check_refused("", {"\\x93NUMPY"});
  check_refused(std::string("\x93NUMPY\x04\0\x10\0", 10), {"version 4.0", "3.0"});
  check_refused(std::string("\x93NUMPY\x01\1\x10\0", 10), {"version 1.1"});
  check_refused(std::string("\x93NUMPY\x02\0\xff\xff\xff\xff", 12), {"4294967295 bytes"});
  check_refused(with_header("not a dictionary"), {"'not a dictionary'", "'{'"});
  check_refused(with_header("{}"), {"descr, fortran_order and shape"});
  check_refused(with_header("{'descr': '<f8', 'shape': (2,)}", 16), {"fortran_order"});
  check_refused(with_header("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,)}", 16),
                {"'descr'", "twice"});
  check_refused(with_header("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), 'x': True}", 16), {"'x'"});
  check_refused(with_header(dictionary(f8, "Perhaps", "(2,)"), 16), {"Perhaps", "True or False"});
  check_refused(with_header(dictionary(f8, "False", "(2)"), 16), {"comma"});
  check_refused(with_header(dictionary(f8, "False", "(-2,)"), 16), {"'-2", "not negative"});
  check_refused(with_header(dictionary(f8, "False", "(2.5,)"), 16), {"'.5"});
  check_refused(with_header(dictionary(f8, "False", "[2]"), 16), {"'('"});
  check_refused(with_header(dictionary(f8, "False", "(2, 'a')"), 16), {"whole number"});
  check_refused(with_header(dictionary(f8, "False", "(2,)") + "print('hello')", 16), {"nothing more"});
  check_refused(with_header(dictionary("'<f8", "False", "(2,)"), 16), {"expected"});
  for (const std::string type : {"'<f9'", "'f8'", "'=f8'", "'|f8'", "''", "'<'", "'<f16'", "'<i3'", "'<b2'", "'<f\x01'"})
    check_refused(with_header(dictionary(type, "False", "(2,)"), 16), {"type", "float32"});
}

BOOST_AUTO_TEST_CASE(sizes_beyond_memory_are_refused_and_never_allocated) {
  const std::string f8 = "'<f8'";
  const auto shaped = [&](const std::string& shape) { return with_header(dictionary(f8, "False", shape), 16); };
  check_refused(shaped("(1000000000000,)"), {"(1000000000000,)", "8000000000000 bytes", "16 follow", "truncated"});
  check_refused(shaped("(9223372036854775807,)"), {"memory"});
  check_refused(shaped("(9223372036854775808,)"), {"2⁶³"});
  check_refused(shaped("(99999999999999999999999999,)"), {"2⁶³"});
  check_refused(shaped("(4294967296, 4294967296)"), {"memory"});
  // 2³² · 2³² · 8 bytes are 0 modulo 2⁶⁴, and so is what follows: a product that wraps would accept the first.
  check_refused(with_header(dictionary(f8, "False", "(4294967296, 4294967296)")), {"memory"});
  check_refused(with_header(dictionary(f8, "False", "(0, 4294967296, 4294967296)")), {"memory"});
  std::string axes;
  for (int i = 0; i < 65; ++i) axes += "1, ";
  check_refused(shaped("(" + axes + ")"), {"64 axes"});
}

BOOST_AUTO_TEST_CASE(headers_that_differ_from_numpys_in_spelling_only_are_read) {
  const auto read = [](const std::string& text) { return parse_npy<double>(with_header(text, 48), "some.npy").shape(); };
  BOOST_CHECK((read("{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"<f8\"}") == Shape{2, 3}));
  BOOST_CHECK((read("{'descr': '<f8', 'fortran_order': False, 'shape': (2L, 3L), }") == Shape{2, 3}));  // Python 2
  BOOST_CHECK((read("{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3,)} \n\n") == Shape{2, 3}));
}

// Whatever a byte of the header is changed to: an array or an IoError, never anything else.
BOOST_AUTO_TEST_CASE(a_changed_byte_never_does_more_than_change_the_array_or_be_refused) {
  const std::string whole = read_bytes(made_by_numpy("f8_big_fortran"));
  std::size_t read = 0, refused = 0;
  for (std::size_t at = 0; at < 128; ++at)
    for (int value = 0; value < 256; ++value) {
      std::string changed = whole;
      changed[at] = static_cast<char>(value);
      try {
        read += parse_npy<double>(changed, "some.npy").size();
      } catch (const IoError&) { ++refused; }
    }
  BOOST_TEST(read > 0u);
  BOOST_TEST(refused > 10000u);
}

BOOST_AUTO_TEST_SUITE_END()
