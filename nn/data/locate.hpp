#pragma once

#include <array>
#include <filesystem>
#include <string_view>
#include <vector>

namespace xgrad::data {

/// Where the four files of a data set are, in the order of file_names, each plain or with ".gz".
struct Location {
  std::filesystem::path folder;
  std::array<std::filesystem::path, 4> files;
};

/// The user's cache: $XDG_CACHE_HOME/xgrad, or ~/.cache/xgrad; empty if neither variable is set.
std::filesystem::path cache_folder();

/// The folders in which a data set is looked for, in this order. With a `data_dir`, only there: its subfolder with the name of
/// the data set (or one of the usual spellings), then itself. Without, the same two in $XGRAD_DATA_DIR and in the user's cache,
/// then the folder of Debian's package.
std::vector<std::filesystem::path> search_folders(std::string_view name, const std::filesystem::path& data_dir = {});

/// The first of the search_folders that holds all four files.
/// Throws: IoError that lists every place and says what each lacks; ConfigError, with the nearest known name, for a name that
/// is not in the catalogue and not that of a folder either.
Location locate(std::string_view name, const std::filesystem::path& data_dir = {});

}  // namespace xgrad::data
