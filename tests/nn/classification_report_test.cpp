#include "xgrad/nn/classification_report.hpp"

#include <string>

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "error_text.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad;
using namespace xgrad::metrics;

namespace {

// Class 0: P = 2/2, R = 2/3, F1 = 0.8; class 1: 1/2, 1/2, 0.5; class 2: 1/2, 1/1, 2/3.
const Indices confusion{{2, 1, 0}, {0, 1, 1}, {0, 0, 1}};

}  // namespace

BOOST_AUTO_TEST_SUITE(classification_report)

BOOST_AUTO_TEST_CASE(the_table_has_a_line_for_each_class_and_the_averages) {
  const std::string expected =
      "                  precision     recall         F1    support\n"
      "Shirt                  1.00       0.67       0.80          3\n"
      "Bag                    0.50       0.50       0.50          2\n"
      "Ankle boot             0.50       1.00       0.67          1\n"
      "\n"
      "accuracy                                     0.67          6\n"
      "macro average          0.67       0.72       0.66          6\n"
      "weighted average       0.75       0.67       0.68          6\n";
  BOOST_TEST(metrics::classification_report(confusion, {"Shirt", "Bag", "Ankle boot"}).to_string(2) == expected);
}

BOOST_AUTO_TEST_CASE(long_names_widen_the_first_column_by_characters_not_bytes) {
  const std::string text = metrics::classification_report(confusion, {"ein recht langer Größenname", "b", "c"}).to_string(2);
  BOOST_TEST(text.find("ein recht langer Größenname       1.00       0.67") != text.npos);
  BOOST_TEST(text.find("b                                 0.50       0.50") != text.npos);
}

BOOST_AUTO_TEST_CASE(the_numbers_are_those_of_the_metrics) {
  const ClassificationReport report = metrics::classification_report(confusion);
  BOOST_TEST(report.class_names[2] == "2");
  BOOST_TEST(report.accuracy == 4.0 / 6);
  BOOST_TEST(report.classes[0].f1 == 0.8);
  BOOST_TEST(report.macro.f1 == average_scores(confusion, Average::Macro).f1);
  BOOST_TEST(report.weighted.f1 == average_scores(confusion, Average::Weighted).f1);
}

BOOST_AUTO_TEST_CASE(the_json_gives_every_number_back_exactly) {
  const ClassificationReport report = metrics::classification_report(confusion, {"a", "b \"quoted\"", "c"});
  const auto json = nlohmann::json::parse(report.to_json());
  BOOST_TEST(json["accuracy"].get<double>() == report.accuracy);
  BOOST_TEST(json["classes"].size() == 3u);
  BOOST_TEST(json["classes"][1]["class"].get<std::string>() == "b \"quoted\"");
  for (std::size_t i = 0; i < 3; ++i) {
    BOOST_TEST(json["classes"][i]["precision"].get<double>() == report.classes[i].precision);
    BOOST_TEST(json["classes"][i]["recall"].get<double>() == report.classes[i].recall);
    BOOST_TEST(json["classes"][i]["f1"].get<double>() == report.classes[i].f1);
    BOOST_TEST(json["classes"][i]["support"].get<int>() == report.classes[i].support);
  }
  BOOST_TEST(json["macro"]["f1"].get<double>() == report.macro.f1);
  BOOST_TEST(json["weighted"]["recall"].get<double>() == report.weighted.recall);
}

BOOST_AUTO_TEST_CASE(the_number_of_names_must_be_that_of_the_classes) {
  BOOST_CHECK_EXCEPTION(metrics::classification_report(confusion, {"a", "b"}), ConfigError, says({"2 names", "3 classes"}));
  BOOST_CHECK_THROW(metrics::classification_report(Indices{1, 2, 3}), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()
