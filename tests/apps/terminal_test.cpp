#include "terminal.hpp"

#include <boost/test/unit_test.hpp>
#include <fcntl.h>
#include <unistd.h>

using namespace xgrad::apps;

BOOST_AUTO_TEST_SUITE(terminal)

BOOST_AUTO_TEST_CASE(letters_take_a_column_however_many_bytes_they_have) {
  BOOST_TEST(columns_of("") == 0u);
  BOOST_TEST(columns_of("70.50 ± 0.71 — β₁") == 17u);
}

BOOST_AUTO_TEST_CASE(what_fits_is_not_cut) {
  BOOST_TEST(cut_to("β₁ 0.9", 6) == "β₁ 0.9");
  BOOST_TEST(cut_to("anything", any_width) == "anything");
}

BOOST_AUTO_TEST_CASE(a_cut_leaves_whole_letters) {
  BOOST_TEST(cut_to("β₁ 0.9", 5) == "β₁ 0…");
  BOOST_TEST(cut_to("ββββ", 3) == "ββ…");
  BOOST_TEST(cut_to("abc", 1) == "…");
  BOOST_TEST(cut_to("abc", 0) == "");
}

BOOST_AUTO_TEST_CASE(a_list_that_is_too_wide_goes_on_below_itself) {
  BOOST_TEST(folded("0.9  op adam  lr 0.1", 20, 5) == "0.9  op adam  lr 0.1");
  BOOST_TEST(folded("0.9  op adam  lr 0.1", 19, 5) == "0.9  op adam\n     lr 0.1");
  BOOST_TEST(folded("0.9  op adam  lr 0.1", 3, 5) == "0.9  op adam\n     lr 0.1");
  BOOST_TEST(folded("0.9", 3, 5) == "0.9");
}

BOOST_AUTO_TEST_CASE(what_is_no_terminal_takes_any_width) {
  const int nowhere = open("/dev/null", O_WRONLY);
  BOOST_TEST(terminal_width(nowhere) == any_width);
  close(nowhere);
}

BOOST_AUTO_TEST_SUITE_END()
