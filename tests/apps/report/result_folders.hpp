#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/run_record.hpp"
#include "temporary_folder.hpp"

/// Writes the folders that runs, sweeps and studies leave behind, small ones, without training anything.
struct ResultFolders {
  using Json = xgrad::apps::Json;

  TemporaryFolder folder;

  /// A finished run with three classes whose validation accuracy rises to `accuracy` over `epochs`.
  std::filesystem::path run(const std::string& name, const Json& options = Json::object(), double accuracy = 0.9,
                            std::size_t epochs = 4) const;
  /// The same with pictures: two confused images, two units of the first layer, one reconstruction, each of 2 by 2 pixels.
  std::filesystem::path run_with_pictures(const std::string& name, const Json& options = Json::object()) const;
  /// A sweep of `count` runs over an optimizer and a learning rate; adam is 0.2 better, and the rate makes no difference. The
  /// run at position 3 has diverged.
  std::filesystem::path sweep(const std::string& name, std::size_t count) const;
  /// A study of one part with two rows of two seeds, with everything that a part can have; the second row is a defect.
  std::filesystem::path study(const std::string& name) const;

  void write(const std::string& file, const Json& json) const;
  std::filesystem::path path(const std::string& name) const { return folder / name; }
};
