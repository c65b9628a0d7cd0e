#include "report/collect.hpp"

#include <boost/test/unit_test.hpp>

#include "report/result_folders.hpp"
#include "xgrad/tensor/error.hpp"

using namespace xgrad::apps;

namespace {

Json collected(const std::filesystem::path& folder) { return collect(find_results({folder})); }

bool mentions(const std::exception& error, const std::string& text) {
  return std::string(error.what()).find(text) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(collect, ResultFolders)

BOOST_AUTO_TEST_CASE(runs_are_found_however_deep_and_only_once) {
  const auto first = run("a/b/c/run_1");
  run("a/run_2");
  const Results results = find_results({path("a"), first});
  BOOST_TEST(results.runs.size() == 2u);
  BOOST_TEST(results.sweeps.empty());
}

BOOST_AUTO_TEST_CASE(a_folder_without_results_and_no_folder_are_errors) {
  std::filesystem::create_directory(path("empty"));
  BOOST_CHECK_EXCEPTION(find_results({path("empty")}), xgrad::IoError,
                        [](const auto& e) { return mentions(e, "metrics.jsonl"); });
  BOOST_CHECK_EXCEPTION(find_results({path("nowhere")}), xgrad::IoError, [](const auto& e) { return mentions(e, "nowhere"); });
}

BOOST_AUTO_TEST_CASE(links_that_lead_in_a_circle_are_not_followed) {
  run("a/run");
  std::filesystem::create_directory_symlink(path("a"), path("a/again"));
  BOOST_TEST(find_results({path("a")}).runs.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_run_has_its_curves_and_the_figures_of_its_best_epoch) {
  run("run", Json::object(), 0.8, 4);
  write("run/summary.json", {{"outcome", "early_stopped"}, {"best_epoch", 2}, {"test_accuracy", 0.4}});
  const Json data = collected(path("run"));
  const Json& found = data["runs"][0];
  BOOST_TEST(found["status"] == "early_stopped");
  BOOST_TEST((found["curves"]["val_accuracy"] == Json{0.2, 0.4, 0.6, 0.8}));
  BOOST_TEST(found["best"]["val_accuracy"] == 0.4);
  BOOST_TEST(found["best"]["test_accuracy"] == 0.4);
  BOOST_TEST(found["confusion"].is_null());
}

BOOST_AUTO_TEST_CASE(a_run_under_way_may_be_shown) {
  run("run");
  std::filesystem::remove(path("run/summary.json"));
  write_bytes(path("run/metrics.jsonl"), read_bytes(path("run/metrics.jsonl")) + R"({"epoch": 5, "train_l)");
  const Json found = collected(path("run"))["runs"][0];
  BOOST_TEST(found["status"] == "running");
  BOOST_TEST(found["epochs"] == 4);
}

BOOST_AUTO_TEST_CASE(runs_are_called_by_what_differs) {
  run("runs/a", {{"learning_rate", 0.1}, {"threads", 1}});
  run("runs/b", {{"learning_rate", 0.01}, {"threads", 2}});
  run("runs/c", {{"learning_rate", 0.01}, {"threads", 4}});
  const Json data = collected(path("runs"));
  BOOST_TEST((data["options"] == Json{"learning_rate"}));
  BOOST_TEST(data["runs"][0]["label"] == "lr 0.1");
  BOOST_TEST(data["runs"][1]["label"] == "lr 0.01 (1)");
  BOOST_TEST(data["runs"][2]["label"] == "lr 0.01 (2)");
  BOOST_TEST(data["common"]["hidden"] == "16-16");
}

BOOST_AUTO_TEST_CASE(only_options_that_are_equal_in_all_runs_are_in_common) {
  run("runs/a", {{"learning_rate", 0.1}, {"log_steps", false}, {"threads", 1}, {"quiet", true}});
  run("runs/b", {{"learning_rate", 0.01}, {"log_steps", true}, {"threads", 1}, {"quiet", true}});
  const Json common = collected(path("runs"))["common"];
  BOOST_TEST(common["threads"] == 1);
  BOOST_TEST(common["optimizer"] == "adam");
  for (const char* name : {"learning_rate", "log_steps", "run_dir", "quiet"}) BOOST_TEST(!common.contains(name), name);
}

BOOST_AUTO_TEST_CASE(labels_write_numbers_with_four_digits) {
  run("runs/a", {{"learning_rate", 0.0016742563477243019}});
  run("runs/b", {{"learning_rate", 1e-5}});
  const Json found = collected(path("runs"))["runs"];
  BOOST_TEST(found[0]["label"] == "lr 0.001674");
  BOOST_TEST(found[1]["label"] == "lr 1e-05");
}

BOOST_AUTO_TEST_CASE(runs_that_differ_in_too_much_are_called_by_the_end_of_their_path) {
  const Json much{{"batch_size", 1}, {"epochs", 2}, {"dropout", 0.5}, {"activation", "tanh"}};
  run("runs/wide/seed_1", {{"seed", 1}});
  run("runs/narrow/seed_1", much);
  run("runs/other", {{"seed", 7}});
  const Json found = collected(path("runs"))["runs"];
  BOOST_TEST(found[0]["label"] == "narrow/seed_1");
  BOOST_TEST(found[1]["label"] == "other");
  BOOST_TEST(found[2]["label"] == "wide/seed_1");
}

BOOST_AUTO_TEST_CASE(a_single_run_is_called_as_its_folder) {
  BOOST_TEST(collected(run("some_run") / "")["runs"][0]["label"] == "some_run");
}

BOOST_AUTO_TEST_CASE(the_best_run_comes_first_and_one_without_figures_last) {
  run("runs/a", {{"seed", 1}}, 0.5);
  run("runs/b", {{"seed", 2}}, 0.9);
  run("runs/c", {{"seed", 3}}, 0.9, 0);
  const Json data = collected(path("runs"));
  BOOST_TEST((data["best_first"] == Json{1, 0, 2}));
  BOOST_TEST(data["ranked_by"] == "val_accuracy");
}

BOOST_AUTO_TEST_CASE(the_runs_of_one_sweep_are_ranked_by_its_metric) {
  sweep("sweep", 4);
  Json json = Json::parse(read_bytes(path("sweep/sweep.json")));
  json["metric"] = {{"name", "val_loss"}, {"goal", "minimize"}};
  for (int i = 0; i < 4; ++i) json["runs"][i]["metric"] = i == 3 ? Json() : Json(3.0 - i);
  write("sweep/sweep.json", json);
  const Json data = collected(path("sweep"));
  BOOST_TEST(data["ranked_by"] == "val_loss");
  Json expected = Json::array();
  for (const int i : {2, 1, 0, 3}) expected.push_back(data["sweeps"][0]["runs"][i]["id"]);
  BOOST_TEST(data["best_first"] == expected);
  run("run");
  BOOST_TEST(collected(folder.path())["ranked_by"] == "val_accuracy");  // with a run beside them
}

BOOST_AUTO_TEST_CASE(a_damaged_run_is_left_out_and_named) {
  run("runs/good");
  run("runs/no_json");
  write_bytes(path("runs/no_json/config.json"), "{");
  run("runs/odd");
  write("runs/odd/config.json", {1, 2});
  run("runs/broken_line");
  write_bytes(path("runs/broken_line/metrics.jsonl"), "oh\n{}\n");
  const Json data = collected(path("runs"));
  BOOST_TEST(data["runs"].size() == 1u);
  BOOST_TEST(data["warnings"].size() == 3u);
  BOOST_TEST(data["warnings"][0].get<std::string>().find("broken_line") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nothing_but_damage_is_an_error) {
  run("run");
  write_bytes(path("run/config.json"), "{");
  BOOST_CHECK_EXCEPTION(collected(path("run")), xgrad::IoError, [](const auto& e) { return mentions(e, "config.json"); });
}

BOOST_AUTO_TEST_CASE(a_sweep_knows_its_runs_and_what_mattered) {
  const Json data = collected(sweep("sweep", 12));
  BOOST_TEST(data["runs"].size() == 12u);
  const Json& found = data["sweeps"][0];
  BOOST_TEST(found["runs"].size() == 12u);
  for (const Json& run : found["runs"]) {
    const std::string folder_of_run = data["runs"][run["id"].get<std::size_t>()]["path"];
    BOOST_TEST(folder_of_run.ends_with(run["run"].get<std::string>()));
  }
  BOOST_TEST(found["analysis"]["used"] == 11);
  BOOST_TEST(found["analysis"]["importance"][0]["name"] == "optimizer");
}

BOOST_AUTO_TEST_CASE(a_study_points_at_runs_and_names_those_that_are_missing_null) {
  const Json data = collected(study("s9"));
  const Json& part = data["studies"][0]["parts"][0];
  for (const Json& row : part["rows"])
    for (const Json& id : row["runs"]) BOOST_TEST(id.is_number());
  BOOST_TEST(part["curves"][0]["runs"][0]["id"].is_number());
  BOOST_TEST(part["selected"]["id"].is_number());
  BOOST_TEST(part["reconstructions"][0].is_number());
  BOOST_TEST(part["reconstructions"][1].is_null());
  BOOST_TEST(part["sweep"]["runs"].size() == 4u);
  BOOST_TEST(part["sweep"]["analysis"]["used"] == 4);
}

BOOST_AUTO_TEST_CASE(a_part_of_a_study_that_was_run_alone_is_shown_while_the_whole_is_missing) {
  study("s9");
  std::filesystem::copy_file(path("s9/study.json"), path("s9/study_grid.json"));
  BOOST_TEST(collected(path("s9"))["studies"].size() == 1u);
  std::filesystem::remove(path("s9/study.json"));
  std::filesystem::copy_file(path("s9/study_grid.json"), path("s9/study_other.json"));
  BOOST_TEST(collected(path("s9"))["studies"].size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_damaged_sweep_leaves_its_runs) {
  sweep("sweep", 4);
  write("sweep/sweep.json", {{"runs", 5}});
  const Json data = collected(path("sweep"));
  BOOST_TEST(data["runs"].size() == 4u);
  BOOST_TEST(data["sweeps"].empty());
  BOOST_TEST(data["warnings"].size() == 1u);
}

BOOST_AUTO_TEST_CASE(of_many_runs_only_some_bring_their_pictures) {
  for (int i = 0; i < 30; ++i) run_with_pictures("runs/" + std::to_string(i), {{"seed", i}});
  const Json data = collected(path("runs"));
  std::size_t with = 0;
  for (const Json& run : data["runs"]) with += run.contains("pictures");
  BOOST_TEST(with == 12u);
}

BOOST_AUTO_TEST_CASE(a_run_that_holds_other_types_than_a_run_writes_is_left_out) {
  run("good");
  run("a", {{"dataset", 7}});
  run("b", {{"task", 5}});
  run("c");
  write("c/summary.json", {{"outcome", "finished"}, {"report", {{"classes", {1}}}}});
  run("d");
  std::filesystem::remove(path("d/summary.json"));
  std::filesystem::create_directory(path("d/summary.json"));
  const Json data = collected(folder.path());
  BOOST_TEST(data["runs"].size() == 1u);
  BOOST_TEST(data["warnings"].size() == 4u);
}

BOOST_AUTO_TEST_CASE(figures_may_be_as_small_as_numbers_get) {
  run("run");
  write_bytes(path("run/metrics.jsonl"), "{\"epoch\": 1, \"learning_rate\": 1e-310}\n");
  BOOST_TEST(collected(path("run"))["runs"][0]["curves"]["learning_rate"][0].get<double>() > 0);
}

BOOST_AUTO_TEST_SUITE_END()
