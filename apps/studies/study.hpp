#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace xgrad::apps {

using Json = nlohmann::ordered_json;

/// What a study's report leaves unsaid, and what was taken instead.
struct Choice {
  std::string what, reason;
};

/// One configuration of a study, with what was published of it.
struct Row {
  std::string name;
  Json options = Json::object();            ///< options of `xgrad train` that tell it from the part's other rows
  std::map<std::string, double> published;  ///< by metric, in the metric's unit
  std::map<std::string, double> published_sd;
  std::map<std::string, double> at_least;  ///< what must hold where the published number is a defect
  std::string defect;                      ///< why it is one, and what is true instead; empty: none
  bool fails = false;                      ///< published as a failure: chance level is a reproduction
};

/// The row that is best by a metric on average, and what was published of that model.
struct Selection {
  std::string by;  ///< empty: nothing is selected
  Row row;         ///< `published` and so on; its name is chosen by the figures
};

/// Runs drawn into one picture.
struct Curves {
  std::string title, metric;      ///< metric: loss, accuracy or macro_f1
  std::vector<std::string> rows;  ///< by name; empty: all
};

/// A table as it was published beside ours: a class report or the log of the epochs of the selected run.
struct PublishedTable {
  std::string title, kind;  ///< kind: "report" or "log"
  Json rows;
};

/// Rows that are run alike.
struct Part {
  std::string name, title, note;
  Json options = Json::object();  ///< of all its rows
  std::vector<Row> rows;
  std::vector<std::string> metrics;  ///< shown for every row
  Selection selection;
  std::vector<Curves> curves;
  std::vector<PublishedTable> tables;
  std::string samples;  ///< one_per_class, first_64 or none
  bool parallel = false;
  bool reconstructions = false;
  bool apart = false;          ///< only run when it is asked for by name
  std::size_t folds = 0;       ///< of cross-validation; a figure is then the mean over the folds
  std::size_t most_seeds = 0;  ///< 0: as many as are asked for
};

/// A claim, and the comparison of rows that decides it.
struct Finding {
  struct Group {
    std::string name;
    Json where;  ///< options that a row must have, a value or a list of values each
  };
  struct Condition {
    std::string left, relation, right;  ///< "relu.best" ">=" "85"
  };
  std::string claim, part, metric;
  std::vector<Group> groups;
  std::vector<Condition> conditions;
};

struct Study {
  std::string name, title, source;
  Json options = Json::object();
  std::vector<Choice> choices;
  std::vector<Part> parts;
  std::vector<Finding> findings;
  bool apart = false;  ///< not among `all`
};

/// A study from its YAML file. Throws: ConfigError that names the file, the place in it and what is wrong.
Study parse_study(std::string_view yaml, const std::string& source);

/// The studies that the program knows, by name.
std::vector<Study> known_studies();

/// One of them, or the one in a YAML file if `name` is a path of such. Throws: ConfigError, IoError.
Study study_named(const std::string& name);

}  // namespace xgrad::apps
