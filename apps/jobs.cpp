#include "jobs.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace {

constexpr std::chrono::milliseconds between_looks{5};

// Between fork and exec only calls that are safe in a signal handler may be made.
[[noreturn]] void become(char* const* arguments, int log, pid_t parent) {
  setpgid(0, 0);  // Ctrl-C reaches the parent alone, which then asks its jobs to end
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) _exit(127);  // it died before it could be watched
  const int nothing = open("/dev/null", O_RDONLY);
  if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0 || dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
    _exit(127);
  execv("/proc/self/exe", arguments);
  _exit(127);
}

int exit_status(int waited) { return WIFSIGNALED(waited) ? 128 + WTERMSIG(waited) : WEXITSTATUS(waited); }

}  // namespace

JobPool::JobPool(std::size_t parallel) : parallel_(std::max<std::size_t>(1, parallel)) {}

JobPool::~JobPool() { stop(); }

void JobPool::start(std::size_t id, const std::vector<std::string>& arguments, const std::filesystem::path& log) {
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), "xgrad");
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file < 0) throw IoError(fmt::format("{}: cannot be written: {}", log.string(), std::strerror(errno)));
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) become(pointers.data(), file, parent);
  const int why = errno;
  close(file);
  if (pid < 0) throw IoError(fmt::format("a process for a run cannot be made: {}; lower --jobs", std::strerror(why)));
  children_.push_back({id, pid, Clock::now()});
}

std::optional<JobResult> JobPool::reap(bool block) {
  for (std::size_t i = 0; i < children_.size(); ++i) {
    int waited = 0;
    pid_t ended;
    do ended = waitpid(children_[i].pid, &waited, block ? 0 : WNOHANG);
    while (ended < 0 && errno == EINTR);
    if (ended == 0) continue;
    const Child child = children_[i];
    children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i));
    return JobResult{child.id, exit_status(waited), std::chrono::duration<double>(Clock::now() - child.started).count()};
  }
  return std::nullopt;
}

std::optional<JobResult> JobPool::wait(double seconds) {
  const auto until = Clock::now() + std::chrono::duration<double>(seconds);
  while (!children_.empty()) {
    if (auto result = reap(false)) return result;
    if (Clock::now() >= until) break;
    std::this_thread::sleep_for(between_looks);
  }
  return std::nullopt;
}

void JobPool::stop() {
  for (const Child& child : children_) kill(child.pid, SIGINT);
  while (!children_.empty()) reap(true);
}

}  // namespace xgrad::apps
