#include "run_lock.hpp"

#include <cerrno>
#include <cstring>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace fs = std::filesystem;

namespace {

// What a training was writing when it was killed.
void remove_leftovers(const fs::path& folder) {
  std::error_code ignored;
  std::vector<fs::path> leftovers;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored))
    if (entry.path().filename().string().rfind(".xgrad.", 0) == 0 && entry.path().extension() == ".tmp")
      leftovers.push_back(entry.path());
  for (const fs::path& leftover : leftovers) fs::remove(leftover, ignored);
}

}  // namespace

RunLock::RunLock(const fs::path& folder) {
  descriptor_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0) throw IoError(fmt::format("run folder {}: cannot be opened: {}", folder.string(), std::strerror(errno)));
  const bool locked = flock(descriptor_, LOCK_EX | LOCK_NB) == 0;
  if (locked) remove_leftovers(folder);
  if (locked || errno != EWOULDBLOCK) return;  // some network file systems lock no folders: there it goes without
  close(descriptor_);
  throw ConfigError(fmt::format("run folder {}: another xgrad trains in it; wait until it ends, or choose another --run_dir",
                                folder.string()));
}

RunLock::~RunLock() { close(descriptor_); }

}  // namespace xgrad::apps
