#pragma once

#include <chrono>
#include <filesystem>

namespace xgrad::apps {

/// Keeps a folder for one process that starts runs in it: holds its file `lock` as long as it lives. Runs inherit the lock, so
/// that it holds until the last of them has ended, also when the process that started them was killed.
class FolderLock {
 public:
  /// Makes the folder if it is not there. If another process has the lock, waits for it: runs that lost their parent save and
  /// end by themselves. Throws: ConfigError if it goes on holding it; IoError if the folder cannot be made or written to.
  explicit FolderLock(const std::filesystem::path& folder, std::chrono::milliseconds patience = std::chrono::seconds(20));
  ~FolderLock();
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

 private:
  int descriptor_ = -1;
};

}  // namespace xgrad::apps
