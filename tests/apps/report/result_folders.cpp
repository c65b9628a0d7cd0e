#include "report/result_folders.hpp"

#include <fmt/format.h>

namespace fs = std::filesystem;
using xgrad::apps::Json;

namespace {

Json classification() {
  Json classes = Json::array();
  for (const char* name : {"cat", "dog", "bird"})
    classes.push_back({{"class", name}, {"precision", 0.9}, {"recall", 0.8}, {"f1", 0.85}, {"support", 10}});
  return {{"classes", classes}, {"accuracy", 0.8}};
}

Json pictures() {
  const char* pixels = "AECAwA==";  // 0, 64, 128, 192
  const Json first{{"index", 5}, {"label", 0}, {"predicted", 1}, {"confidence", 0.99}, {"pixels", pixels}};
  const Json second{{"index", 7}, {"label", 2}, {"predicted", 0}, {"confidence", 0.97}, {"pixels", pixels}};
  const Json unit{{"unit", 0}, {"pixels", pixels}, {"scale", 0.3}};
  return {{"width", 2},
          {"height", 2},
          {"confused", {first, second}},
          {"first_layer", {unit, unit}},
          {"reconstructions", {{{"index", 1}, {"label", 1}, {"original", pixels}, {"reconstruction", pixels}}}}};
}

Json metric(const char* name, const char* label, const char* unit, double published, double mean, bool holds,
            const Json& defect) {
  return {{"metric", name}, {"label", label},  {"unit", unit}, {"published", published},
          {"mean", mean},   {"sd", 0.1},       {"best", mean}, {"difference", mean - published},
          {"holds", holds}, {"defect", defect}};
}

}  // namespace

void ResultFolders::write(const std::string& file, const Json& json) const {
  fs::create_directories((folder / file).parent_path());
  write_bytes(folder / file, json.dump());
}

fs::path ResultFolders::run(const std::string& name, const Json& options, double accuracy, std::size_t epochs) const {
  Json config{{"dataset", "fashion_mnist"}, {"run_dir", name},     {"hidden", Json::array()}, {"num_layers", 2},
              {"hidden_size", 16},          {"optimizer", "adam"}, {"learning_rate", 0.001},  {"seed", 1},
              {"task", "classify"}};
  config.update(options);
  write(name + "/config.json", config);
  std::string lines;
  for (std::size_t epoch = 1; epoch <= epochs; ++epoch) {
    const double reached = accuracy * static_cast<double>(epoch) / static_cast<double>(epochs);
    lines += Json{{"epoch", epoch},
                  {"train_loss", 1 - reached},
                  {"train_accuracy", reached},
                  {"val_loss", 1.1 - reached},
                  {"val_accuracy", reached},
                  {"val_macro_f1", reached},
                  {"seconds", 0.5},
                  {"samples_per_second", 1000.0},
                  {"learning_rate", 0.001}}
                 .dump() +
             "\n";
  }
  write_bytes(folder / name / "metrics.jsonl", lines);
  write(name + "/summary.json", {{"outcome", "finished"},
                                 {"test_loss", 0.4},
                                 {"test_accuracy", accuracy - 0.01},
                                 {"test_macro_f1", accuracy - 0.02},
                                 {"confusion_matrix", {{8, 2, 0}, {1, 8, 1}, {0, 2, 8}}},
                                 {"report", classification()},
                                 {"best_epoch", epochs},
                                 {"epochs_run", epochs},
                                 {"parameters", 1234},
                                 {"duration", 2.5}});
  return folder / name;
}

fs::path ResultFolders::run_with_pictures(const std::string& name, const Json& options) const {
  write(name + "/pictures.json", pictures());
  return run(name, options);
}

fs::path ResultFolders::sweep(const std::string& name, std::size_t count) const {
  Json runs = Json::array();
  for (std::size_t i = 0; i < count; ++i) {
    const char* optimizer = i % 2 == 0 ? "adam" : "sgd";
    const double rate = i % 4 < 2 ? 0.01 : 0.001, accuracy = (i % 2 == 0 ? 0.8 : 0.6) + 0.001 * static_cast<double>(i % 3);
    const std::string folder_of_run = fmt::format("runs/op_{}_{}", optimizer, i);
    run(name + "/" + folder_of_run, {{"optimizer", optimizer}, {"learning_rate", rate}}, accuracy, 2);
    runs.push_back({{"run", folder_of_run},
                    {"status", i == 3       ? "diverged"
                               : i % 5 == 4 ? "stopped"
                                            : "finished"},
                    {"parameters", {{"optimizer", optimizer}, {"learning_rate", rate}}},
                    {"metric", i == 3 ? Json() : Json(accuracy)},
                    {"epochs", 2}});
  }
  write(name + "/sweep.json", {{"name", name},
                               {"method", "random"},
                               {"metric", {{"name", "val_accuracy"}, {"goal", "maximize"}}},
                               {"parameters",
                                {{{"name", "optimizer"}, {"values", {"adam", "sgd"}}},
                                 {{"name", "learning_rate"}, {"min", 0.001}, {"max", 0.01}, {"scale", "log"}}}},
                               {"runs", runs}});
  return folder / name;
}

fs::path ResultFolders::study(const std::string& name) const {
  Json rows = Json::array();
  for (const int width : {16, 32}) {
    Json runs = Json::array();
    for (const int seed : {1, 2}) {
      const std::string place = fmt::format("runs/grid/width_{}/seed_{}", width, seed);
      run_with_pictures(name + "/" + place, {{"hidden_size", width}, {"seed", seed}});
      runs.push_back(place);
    }
    const Json defect = width == 32 ? Json("it was printed twelve times") : Json();
    rows.push_back({{"name", fmt::format("{} wide", width)},
                    {"options", {{"hidden_size", width}}},
                    {"runs", runs},
                    {"metrics", {metric("val_accuracy", "validation accuracy", "%", 90.5, 90.0, true, defect)}}});
  }
  const std::string first = "runs/grid/width_16/seed_1";
  Json part{{"name", "grid"},
            {"title", "Two widths"},
            {"note", "What was asked."},
            {"rows", rows},
            {"curves", {{{"title", "Loss of both"}, {"metric", "loss"}, {"runs", {{{"label", "16 wide"}, {"run", first}}}}}}},
            {"samples",
             {{"title", "Samples"},
              {"kind", "one_per_class"},
              {"width", 2},
              {"height", 2},
              {"images", {{{"label", "cat"}, {"pixels", "AECAwA=="}}}}}},
            {"parallel", true},
            {"selected", {{"row", "16 wide"}, {"run", first}, {"by", "val_macro_f1"}}},
            {"reconstructions", {"runs/grid/width_32/seed_1", "runs/grid/missing"}}};
  write(name + "/study.json",
        {{"study", name},
         {"title", "Widths"},
         {"source", "A report"},
         {"command", "xgrad reproduce " + name},
         {"seconds", 12.5},
         {"choices", {{{"what", "epochs: 4"}, {"reason", "not stated"}}}},
         {"parts", {part}},
         {"findings", {{{"claim", "Wider is better."}, {"verdict", "refuted"}, {"figures", "both 90 %"}}}},
         {"holds", true}});
  return folder / name;
}
