#include "report/vega.hpp"

#include <array>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

struct Module {
  const char* name;  // as others ask for it
  const char* file;
};

// Each after those that it asks for.
constexpr std::array<Module, 20> modules{{{"vega-util", "vega/vega-util.min.js"},
                                          {"vega-time", "vega/vega-time.min.js"},
                                          {"vega-format", "vega/vega-format.min.js"},
                                          {"vega-canvas", "vega/vega-canvas.min.js"},
                                          {"vega-statistics", "vega/vega-statistics.min.js"},
                                          {"vega-event-selector", "vega/vega-event-selector.min.js"},
                                          {"topojson-client", "topojson-client/topojson-client.min.js"},
                                          {"vega-loader", "vega/vega-loader.min.js"},
                                          {"vega-dataflow", "vega/vega-dataflow.min.js"},
                                          {"vega-scale", "vega/vega-scale.min.js"},
                                          {"vega-scenegraph", "vega/vega-scenegraph.min.js"},
                                          {"vega-expression", "vega/vega-expression.min.js"},
                                          {"vega-selections", "vega/vega-selection.min.js"},
                                          {"vega-functions", "vega/vega-functions.min.js"},
                                          {"vega-parser", "vega/vega-parser.min.js"},
                                          {"vega-runtime", "vega/vega-runtime.min.js"},
                                          {"vega-view", "vega/vega-view.min.js"},
                                          {"vega-transforms", "vega/vega-transforms.min.js"},
                                          {"vega-view-transforms", "vega/vega-view-transforms.min.js"},
                                          {"vega-encode", "vega/vega-encode.min.js"}}};

std::string read_module(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (!in || text.empty())
    throw IoError(
        fmt::format("{}: this part of Vega, which draws the report's charts, cannot be read; install it with: apt-get "
                    "install libjs-vega",
                    file.string()));
  return text;
}

constexpr const char* loader = R"js("use strict";
const vega = (() => {
  const loaded = {};
  const load = (name, run) => {
    const made = { exports: {} };
    run.call(made.exports, made, made.exports, (wanted) => loaded[wanted]);
    loaded[name] = made.exports;
  };
)js";

// Transforms have their names from the modules that hold them, as in Vega's own bundle.
constexpr const char* ending = R"js(
  const all = Object.assign({}, ...Object.values(loaded));
  for (const name of ["vega-transforms", "vega-view-transforms", "vega-encode"]) Object.assign(all.transforms, loaded[name]);
  return all;
})();
)js";

}  // namespace

std::string vega_script(const std::filesystem::path& folder) {
  std::string script = loader;
  for (const Module& module : modules)
    script += fmt::format("load(\"{}\", function (module, exports, require) {{\n{}\n}});\n", module.name,
                          read_module(folder / module.file));
  return script + ending;
}

}  // namespace xgrad::apps
