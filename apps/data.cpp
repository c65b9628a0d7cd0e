// xgrad data
#include "xgrad/nn/data.hpp"

#include <memory>

#include <fmt/format.h>
#include <unistd.h>

#include "commands.hpp"
#include "program.hpp"
#include "standard_streams.hpp"
#include "xgrad/nn/data/download.hpp"

namespace xgrad::apps {
namespace {

struct DataOptions {
  std::string dataset = "fashion_mnist";
  std::string data_dir;
  std::string url;
};

void print_part(const char* part, const data::Dataset<float>& dataset) {
  const data::Description& d = dataset.description();
  std::vector<std::size_t> counts(d.class_names.size(), 0);
  const Indices labels = dataset.labels();
  for (std::size_t i = 0; i < labels.size(); ++i) ++counts[static_cast<std::size_t>(labels.data()[i])];
  fmt::print("{}: {} images of {}×{} pixels\n", part, dataset.size(), d.height, d.width);
  for (std::size_t c = 0; c < counts.size(); ++c) fmt::print("  {:>2}  {:<12} {:>6}\n", c, d.class_names[c], counts[c]);
}

int info(const DataOptions& o) {
  const auto [train, test] = data::load<float>(o.dataset, {.data_dir = o.data_dir});
  fmt::print("{} in {}\n", o.dataset, train.description().source);
  print_part("training", train);
  print_part("test", test);
  return success;
}

int list() {
  for (const data::KnownDataset& known : data::known_datasets()) {
    std::string where;
    try {
      where = data::locate(known.name).folder.string();
    } catch (const std::exception&) {
      where = "not here: xgrad data download -d " + std::string(known.name) +
              (known.package.empty() ? "" : ", or the Debian package " + std::string(known.package));
    }
    fmt::print("{:<14} {:<14} {}\n", known.name, known.title, where);
  }
  return success;
}

int download(const DataOptions& o) {
  const bool on_terminal = isatty(STDERR_FILENO) != 0;
  const auto progress = [on_terminal](const data::DownloadProgress& p) {
    if (on_terminal) print_error("\r{}: {:.1f} MB\x1b[K", p.file, static_cast<double>(p.received) / 1e6);
  };
  const std::filesystem::path folder = data::download(o.dataset, {.data_dir = o.data_dir, .url = o.url, .progress = progress});
  if (on_terminal) print_error("\r\x1b[K");
  fmt::print("{} is complete and right, in {}\n", o.dataset, folder.string());
  return success;
}

}  // namespace

void add_data_command(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand("data", "find, describe and download data sets");
  command->require_subcommand(1);
  const auto options = std::make_shared<DataOptions>();
  command->add_subcommand("list", "the data sets known by name, and where they are")->callback([&status] { status = list(); });
  CLI::App* describe = command->add_subcommand("info", "read a data set, check it, and count its images");
  CLI::App* fetch = command->add_subcommand("download", "fetch a data set and compare its checksums");
  for (CLI::App* sub : {describe, fetch}) {
    sub->add_option("-d,--dataset,dataset", options->dataset, "mnist or fashion_mnist; -d may be left out")
        ->capture_default_str();
    sub->add_option("--data_dir", options->data_dir, "folder of data sets; default: the usual places, or the user's cache");
  }
  fetch->add_option("--url", options->url, "folder to fetch the files from; default: the publisher's");
  describe->callback([options, &status] { status = info(*options); });
  fetch->callback([options, &status] { status = download(*options); });
}

}  // namespace xgrad::apps
