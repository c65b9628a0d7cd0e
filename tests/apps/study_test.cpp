#include "studies/study.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include "studies/plan.hpp"
#include "studies/rows.hpp"
#include "studies/statistics.hpp"
#include "xgrad/tensor/error.hpp"
#include "yaml_json.hpp"

using namespace xgrad;
using namespace xgrad::apps;

namespace {

const std::string small = R"(
name: small
title: A small study
options: {epochs: 2, hidden: [8]}
parts:
  - name: grid
    grid:
      learning_rate: [0.1, 0.01]
      batch_size: [16, 32, 64]
    metrics: [test_accuracy]
    published:
      columns: [test_accuracy]
      rows: [[80], [81], [82], [83], [84], [85]]
    overrides:
      - {when: {learning_rate: 0.1}, options: {batch_size: 100}}
  - name: apart
    apart: true
    rows: [{name: alone, options: {hidden: [4]}}]
)";

template <class Act>
std::string error_text(Act&& act) {
  try {
    act();
  } catch (const Error& error) { return error.what(); }
  return "no error";
}

PlanOptions in_folder(std::size_t seeds, const std::string& part = "") { return {part, seeds, "out", ""}; }

}  // namespace

BOOST_AUTO_TEST_SUITE(study)

BOOST_AUTO_TEST_CASE(yaml_words_are_what_they_look_like_and_quoted_ones_are_text) {
  const Json json = json_from_yaml("{a: 1, b: -2, c: 1.0e-4, d: true, e: word, f: '3', g: [1, x], h: nan}", "x.yaml");
  BOOST_TEST(json.dump() == R"({"a":1,"b":-2,"c":0.0001,"d":true,"e":"word","f":"3","g":[1,"x"],"h":"nan"})");
}

BOOST_AUTO_TEST_CASE(yaml_that_is_damaged_or_names_a_key_twice_is_told_with_its_line) {
  BOOST_TEST(error_text([] { json_from_yaml("a: 1\nb: [1, 2\n", "x.yaml"); }).find("x.yaml, line") != std::string::npos);
  BOOST_TEST(error_text([] { json_from_yaml("a: 1\na: 2\n", "x.yaml"); }).find("line 2: 'a' is given twice") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(yaml_that_refers_to_itself_or_has_no_end_is_refused) {
  const auto mistake = [](const std::string& yaml) { return error_text([&] { json_from_yaml(yaml, "x.yaml"); }); };
  for (const char* yaml : {"&a [*a]", "parts: &a [*a]", "a: &a {b: *a}"})
    BOOST_TEST(mistake(yaml).find("x.yaml, line 1: lists in lists more than 64 deep") != std::string::npos, mistake(yaml));
  std::string bomb = "a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += fmt::format("a{0}: &a{0} [{1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}, {1}]\n", i, before);
  }
  BOOST_TEST(mistake(bomb).find("more than 100000 values") != std::string::npos, mistake(bomb));
  BOOST_TEST(mistake("a: caf\xe9").find("UTF-8") != std::string::npos, mistake("a: caf\xe9"));
}

BOOST_AUTO_TEST_CASE(a_grid_counts_its_last_option_fastest_and_its_published_rows_stand_in_that_order) {
  const Study study = parse_study(small, "small.yaml");
  const std::vector<Row>& rows = study.parts.at(0).rows;
  BOOST_REQUIRE(rows.size() == 6u);
  BOOST_TEST(rows[0].name == "lr 0.1, batch 16");
  BOOST_TEST(rows[4].name == "lr 0.01, batch 32");
  BOOST_TEST(rows[4].published.at("test_accuracy") == 84);
  BOOST_TEST(rows[4].options.at("batch_size") == 32);
}

BOOST_AUTO_TEST_CASE(overrides_change_the_options_that_match_and_keep_the_name) {
  const Study study = parse_study(small, "small.yaml");
  BOOST_TEST(study.parts.at(0).rows[1].options.at("batch_size") == 100);
  BOOST_TEST(study.parts.at(0).rows[1].name == "lr 0.1, batch 32");
}

BOOST_AUTO_TEST_CASE(a_sample_of_a_grid_takes_each_point_once_and_the_same_ones_for_the_same_seed) {
  const auto sampled = [](int seed) {
    return grid_rows(json_from_yaml(
        "{grid: {a: [1, 2, 3, 4, 5], b: [1, 2, 3, 4]}, sample: {count: 15, seed: " + std::to_string(seed) + "}}", "x"));
  };
  const std::vector<Row> rows = sampled(1);
  std::set<std::string> names;
  for (const Row& row : rows) names.insert(row.name);
  BOOST_TEST(names.size() == 15u);
  BOOST_TEST(sampled(1)[7].name == rows[7].name);
  bool differs = false;
  for (std::size_t i = 0; i < rows.size(); ++i) differs = differs || sampled(2)[i].name != rows[i].name;
  BOOST_TEST(differs);
}

BOOST_AUTO_TEST_CASE(equal_options_are_run_once_for_each_seed) {
  const Study study = parse_study(small, "small.yaml");
  const Plan plan = make_plan({study}, in_folder(2));
  BOOST_TEST(plan.runs.size() == 2u * 4u);  // three points of the grid have become one
  const PlannedPart& part = plan.studies.at(0).parts.at(0);
  BOOST_TEST((part.rows[0].runs == part.rows[2].runs));
  BOOST_TEST((part.rows[0].runs[0] != part.rows[0].runs[1]));
  BOOST_TEST(plan.runs[0].folder.string() == "out/small/runs/grid/lr_0.1_batch_16/seed_1");
}

BOOST_AUTO_TEST_CASE(a_part_that_is_apart_is_run_only_when_it_is_named) {
  const Study study = parse_study(small, "small.yaml");
  BOOST_TEST(make_plan({study}, in_folder(1)).studies.at(0).parts.size() == 1u);
  const Plan alone = make_plan({study}, in_folder(1, "apart"));
  BOOST_TEST(alone.runs.size() == 1u);
  BOOST_TEST(alone.runs[0].options.hidden == std::vector<std::size_t>{4}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_run_that_several_parts_want_has_the_same_folder_whether_they_are_run_together_or_alone) {
  const Study study = parse_study(
      "name: x\nparts: [{name: first, rows: [{name: a}]}, {name: second, rows: [{name: b}, {name: c, options: {epochs: "
      "3}}]}]\n",
      "x.yaml");
  const Plan together = make_plan({study}, in_folder(1)), alone = make_plan({study}, in_folder(1, "second"));
  BOOST_REQUIRE(together.runs.size() == 2u);
  BOOST_REQUIRE(alone.runs.size() == 2u);
  BOOST_TEST(alone.runs[0].folder.string() == "out/x/runs/first/a/seed_1");
  BOOST_TEST(alone.runs[1].folder.string() == together.runs[1].folder.string());
}

BOOST_AUTO_TEST_CASE(mistakes_in_a_study_are_told_with_their_place) {
  const auto mistake = [](const std::string& yaml) { return error_text([&] { parse_study(yaml, "bad.yaml"); }); };
  const auto contains = [](const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; };
  BOOST_TEST(contains(mistake("name: x\npart: []\n"), "did you mean 'parts'?"));
  BOOST_TEST(contains(mistake("name: x\nparts: []\n"), "it needs 'parts'"));
  BOOST_TEST(contains(mistake("name: x\nparts: [{title: y}]\n"), "parts 1: it needs a 'name'"));
  BOOST_TEST(contains(mistake("name: x\nparts: [{name: y, metrics: [test_acuracy]}]\n"), "did you mean 'test_accuracy'?"));
  BOOST_TEST(
      contains(mistake("name: x\nparts: [{name: y, rows: [{name: z, published: {test_loss: a}}]}]\n"), "must be a number"));
  BOOST_TEST(
      contains(mistake("name: x\nparts: [{name: y, grid: {a: [1, 2]}, published: {columns: [test_loss], rows: [[1]]}}]\n"),
               "published has 1 rows, but the grid has 2 points"));
  const std::string finding = "name: x\nparts: [{name: y}]\nfindings: [{part: y, groups: [{name: g}], holds: [[";
  BOOST_TEST(contains(mistake("name: x\nparts: [{name: yard}]\nfindings: [{part: yards}]\n"), "did you mean 'yard'?"));
  BOOST_TEST(contains(mistake(finding + "g.bset, '>=', 1]]}]\n"), "findings 1: unknown statistic 'bset'"));
  BOOST_TEST(contains(mistake(finding + "h.best, '>=', 1]]}]\n"), "'h.best' in a finding is neither"));
  BOOST_TEST(contains(mistake(finding + "g.best, '=', 1]]}]\n"), "unknown relation '='"));
  BOOST_TEST(contains(mistake("name: x\nparts: [{name: y, samples: all}]\n"), "choose one_per_class or first_64"));
  BOOST_TEST(contains(mistake("name: x\nparts: [{name: y, tables: [{kind: list}]}]\n"), "report or log, not 'list'"));
  const std::string row = "name: x\nparts: [{name: y, rows: [{name: z, ";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"name: x\noptions: 5\n", "'options': 5 is no list of options"},
      {"name: x\nparts: [{name: y, options: [1]}]\n", "parts 1: 'options': [1]"},
      {row + "options: [1]}]}]\n", "row 'z': options: [1]"},
      {row + "defect: [1]}]}]\n", "row 'z': defect: [1]"},
      {row + "fails: 3}]}]\n", "row 'z': fails: 3"},
      {row + "published: 3}]}]\n", "'published' must be numbers by metric"},
      {"name: x\nparts: [{name: y, folds: -3}]\n", "'folds': -3 is not a whole number from 0 to 1000"},
      {"name: x\nparts: [{name: y, folds: 1000000000}]\n", "'folds': 1000000000"},
      {"name: x\nparts: [{name: y, most_seeds: 1.7}]\n", "'most_seeds': 1.7"},
      {"name: x\nparts: [{name: y, grid: {a: [1, 2]}, sample: {count: -1}}]\n", "sample: count: -1"},
      {"name: x\nparts: [{name: y, samples: first_64}]\n", "samples:"},
      {"name: x\nparts: [{name: y, grid: 5}]\n", "grid: it must be lists"},
      {"name: x\nparts: [{name: y, tables: [{kind: report, rows: 5}]}]\n", "tables 1: 'rows' must be a list"},
      {"name: x\nparts: [{name: y, tables: [{kind: report, rows: [[a, 1, 2]]}]}]\n",
       "rows 1: [\"a\",1,2]: expected a class and 3"},
      {"name: x\nparts: [{name: y, tables: [{kind: log, rows: [[1, 2, 3]]}]}]\n", "expected an epoch and 5 numbers"},
      {"name: ../x\nparts: [{name: y}]\n", "name '../x'"}};
  for (const auto& [yaml, part] : cases) BOOST_TEST(contains(mistake(yaml), part), mistake(yaml));
  std::string wide = "name: x\nparts: [{name: y, grid: {";
  for (int i = 0; i < 20; ++i) wide += fmt::format("a{}: [1, 2, 3, 4, 5, 6, 7, 8, 9], ", i);
  BOOST_TEST(contains(mistake(wide + "}}]\n"), "more than 1000000 points"));
  const Study wrong = parse_study("name: x\nparts: [{name: yard, rows: [{name: z, options: {epoch: 3}}]}]\n", "bad.yaml");
  BOOST_TEST(contains(error_text([&] { make_plan({wrong}, in_folder(1)); }), "row 'z': unknown option 'epoch'"));
  BOOST_TEST(contains(error_text([&] { make_plan({wrong}, in_folder(1, "yards")); }), "did you mean 'yard'?"));
}

BOOST_AUTO_TEST_CASE(rows_that_cannot_be_planned_are_told_with_their_names) {
  const auto mistake = [](const std::string& rows) {
    return error_text(
        [&] { make_plan({parse_study("name: x\nparts: [{name: p, rows: [" + rows + "]}]\n", "x.yaml")}, in_folder(1)); });
  };
  const std::vector<std::pair<std::string, std::string>> cases{
      {"{name: a, options: {features_from: '@p/a'}}", "in a circle: @p/a -> @p/a"},
      {"{name: a, options: {teachers: '@p/b'}}, {name: b, options: {teachers: '@p/a'}}", "in a circle: @p/b -> @p/a -> @p/b"},
      {"{name: a, options: {features_from: 5}}", "row 'a': option 'features_from': 5"},
      {"{name: a b}, {name: a_b, options: {epochs: 3}}", "x, p, a b, seed 1' and 'x, p, a_b, seed 1' would both be kept in"},
      {"{name: α}, {name: β, options: {epochs: 3}}", "give one of the rows another name"},
      {"{name: ..}", "row '..'"}};
  for (const auto& [rows, part] : cases) BOOST_TEST((mistake(rows).find(part) != std::string::npos), mistake(rows));
}

BOOST_AUTO_TEST_CASE(a_row_of_a_grid_can_be_a_teacher) {
  const Study study = parse_study(
      "name: x\nparts: [{name: p, grid: {hidden: [[8], [4]], epochs: [1, 2]}}, {name: q, rows: [{name: a, options: {teachers: "
      "'@p/hidden 8, epochs 2,@p/hidden 4, epochs 1'}}]}]\n",
      "x.yaml");
  const Plan plan = make_plan({study}, in_folder(1, "q"));
  BOOST_REQUIRE(plan.runs.size() == 3u);
  BOOST_TEST(plan.runs[2].after.size() == 2u);
  BOOST_TEST(plan.runs[0].options.epochs == 2u);
  BOOST_TEST(plan.runs[1].options.hidden == std::vector<std::size_t>{4}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_study_of_the_program_is_understood_and_can_be_planned) {
  const std::vector<Study> studies = known_studies();
  std::vector<std::string> names;
  for (const Study& study : studies) names.push_back(study.name);
  for (const char* name : {"s0", "s1", "s2", "s3", "s4"})
    BOOST_TEST((std::find(names.begin(), names.end(), name) != names.end()));
  for (const Study& study : studies)
    for (const Part& part : study.parts) BOOST_TEST_CONTEXT(study.name << ", part " << part.name)
  BOOST_TEST(make_plan({study}, in_folder(1, part.name)).runs.size() > 0u);
}

BOOST_AUTO_TEST_CASE(statistics_are_those_of_a_sample) {
  BOOST_TEST(mean_of({1, 2, 6}) == 3);
  BOOST_TEST(deviation_of({1, 2, 6}) == std::sqrt(7.0), boost::test_tools::tolerance(1e-15));
  BOOST_TEST(deviation_of({4}) == 0);
  BOOST_TEST(median_of({5, 1, 3}) == 3);
  BOOST_TEST(median_of({5, 1, 3, 4}) == 3.5);
}

BOOST_AUTO_TEST_SUITE_END()
