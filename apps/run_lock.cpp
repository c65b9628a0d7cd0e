#include "run_lock.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {

RunLock::RunLock(const std::filesystem::path& folder) {
  descriptor_ = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor_ < 0) throw IoError(fmt::format("run folder {}: cannot be opened: {}", folder.string(), std::strerror(errno)));
  // Some network file systems lock no folders: there it goes without.
  if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  close(descriptor_);
  throw ConfigError(fmt::format("run folder {}: another xgrad trains in it; wait until it ends, or choose another --run_dir",
                                folder.string()));
}

RunLock::~RunLock() { close(descriptor_); }

}  // namespace xgrad::apps
