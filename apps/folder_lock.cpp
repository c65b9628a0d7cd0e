#include "folder_lock.hpp"

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {

FolderLock::FolderLock(const std::filesystem::path& folder, std::chrono::milliseconds patience) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    throw IoError(fmt::format("{}: this folder cannot be made: {}; choose another --out", folder.string(), error.message()));
  const std::string name = (folder / "lock").string();
  descriptor_ = open(name.c_str(), O_RDWR | O_CREAT, 0644);
  if (descriptor_ < 0) throw IoError(fmt::format("{}: cannot be written: {}", name, std::strerror(errno)));
  const auto until = std::chrono::steady_clock::now() + patience;
  while (flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() > until) {
      close(descriptor_);
      throw ConfigError(
          fmt::format("{}: another xgrad works in this folder; wait until it ends, or choose another --out", folder.string()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

FolderLock::~FolderLock() { close(descriptor_); }

}  // namespace xgrad::apps
