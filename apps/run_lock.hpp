#pragma once

#include <filesystem>

namespace xgrad::apps {

/// Keeps the folder of a run for one training as long as it lives: two of them would overwrite each other's files. Removes
/// files that an earlier one was killed over.
class RunLock {
 public:
  /// Throws: ConfigError if another process trains in the folder; IoError if it cannot be opened.
  explicit RunLock(const std::filesystem::path& folder);
  ~RunLock();
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace xgrad::apps
