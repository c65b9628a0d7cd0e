#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "xgrad/nn/data/catalogue.hpp"

namespace xgrad::data {

/// How far the download of one file is.
struct DownloadProgress {
  std::string_view file;       ///< its name
  std::uint64_t received = 0;  ///< bytes
  std::uint64_t expected = 0;  ///< bytes; 0 where the server does not say
};

/// Where a data set is fetched from and put.
struct DownloadOptions {
  std::filesystem::path data_dir{};  ///< its subfolder with the data set's name is filled; empty: the user's cache
  std::string url{};                 ///< folder of the files; empty: $XGRAD_DATA_URL, or else the publisher's
  std::function<void(const DownloadProgress&)> progress{};  ///< called several times a second
};

/// Fetches the four files of a known data set over HTTP(S) and compares the SHA-256 of their contents with the catalogue.
/// Files that are there already and right are kept. A file appears under its name only when it is complete and right.
/// Returns the folder, in which `locate` finds it.
/// Throws: ConfigError for an unknown name; IoError for a folder that cannot be written, a failed or damaged transfer.
std::filesystem::path download(std::string_view name, const DownloadOptions& options = {});

/// The same for a data set that is described by the caller.
std::filesystem::path download(const KnownDataset& dataset, const DownloadOptions& options = {});

}  // namespace xgrad::data
