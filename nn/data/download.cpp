#include "xgrad/nn/data/download.hpp"

#include <cerrno>
#include <cstdlib>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "xgrad/nn/data/http.hpp"
#include "xgrad/nn/data/input_file.hpp"
#include "xgrad/nn/data/locate.hpp"
#include "xgrad/nn/data/sha256.hpp"
#include "xgrad/nn/names.hpp"
#include "xgrad/tensor/atomic_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::data {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_bytes = std::size_t{1} << 26;  // the largest file has 26 MB, 47 MB unpacked

const KnownDataset& known_dataset(std::string_view name) {
  if (const KnownDataset* known = find_known(name)) return *known;
  throw_unknown_name("data set to download", name, known_names());
}

// Made, and tried, before anything is fetched.
fs::path writable_folder(const KnownDataset& known, const fs::path& data_dir) {
  const fs::path root = data_dir.empty() ? cache_folder() : data_dir;
  if (root.empty()) throw ConfigError("there is no place for the data: neither XDG_CACHE_HOME nor HOME is set; give data_dir");
  const fs::path folder = root / known.name;
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error && ::access(folder.c_str(), W_OK) != 0) error = std::error_code(errno, std::generic_category());
  if (error)
    throw IoError(fmt::format("{}: cannot be written: {}; choose another folder with data_dir (--data_dir)", folder.string(),
                              error.message()));
  return folder;
}

std::string base_url(const KnownDataset& known, const DownloadOptions& options) {
  const char* from_environment = std::getenv("XGRAD_DATA_URL");
  std::string url = !options.url.empty() ? options.url : from_environment ? from_environment : std::string(known.url);
  while (url.ends_with('/')) url.pop_back();
  return url;
}

// Whether the file that locate() would choose is there and right.
bool is_right(const fs::path& packed, const fs::path& plain, const KnownFile& file) {
  std::error_code ignored;
  const fs::path& path = fs::exists(packed, ignored) ? packed : plain;
  if (!fs::exists(path, ignored)) return false;
  try {
    return sha256_of_contents(path) == file.sha256;
  } catch (const IoError&) {
    return false;  // damaged: fetched again
  }
}

void check_contents(const std::string& url, const std::vector<std::uint8_t>& bytes, const KnownFile& file) {
  InputFile contents(url, bytes);
  if (const std::string found = sha256_of_contents(contents); found != file.sha256)
    throw IoError(fmt::format("{}: its contents have the SHA-256 {}, expected {}; nothing was kept: try another URL", url,
                              found, file.sha256));
}

void fetch_file(const std::string& url, const fs::path& path, const KnownFile& file, const DownloadOptions& options) {
  const auto progress = [&](std::uint64_t received, std::uint64_t expected) {
    if (options.progress) options.progress({.file = file.name, .received = received, .expected = expected});
  };
  const std::vector<std::uint8_t> bytes = fetch_url(url, most_bytes, progress);
  check_contents(url, bytes, file);
  write_file_atomically(path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace

fs::path download(std::string_view name, const DownloadOptions& options) { return download(known_dataset(name), options); }

fs::path download(const KnownDataset& dataset, const DownloadOptions& options) {
  const fs::path folder = writable_folder(dataset, options.data_dir);
  const std::string base = base_url(dataset, options);
  for (const KnownFile& file : dataset.files) {
    const std::string packed = std::string(file.name) + ".gz";
    if (!is_right(folder / packed, folder / file.name, file)) fetch_file(base + "/" + packed, folder / packed, file, options);
  }
  return folder;
}

}  // namespace xgrad::data
