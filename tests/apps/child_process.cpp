#include "child_process.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace {

int file_without_name() {
  std::string name = (std::filesystem::temp_directory_path() / "xgrad_child_XXXXXX").string();
  const int file = mkostemp(name.data(), O_CLOEXEC);
  if (file < 0) throw std::runtime_error("cannot make a temporary file like " + name);
  unlink(name.c_str());
  return file;
}

// This process's environment with changes: "NAME=value" or, to take it away, "NAME".
std::vector<std::string> changed_environment(const std::vector<std::string>& changes) {
  const auto name = [](const std::string& entry) { return entry.substr(0, entry.find('=')); };
  std::vector<std::string> result;
  for (char** entry = environ; *entry; ++entry)
    if (std::none_of(changes.begin(), changes.end(), [&](const auto& change) { return name(change) == name(*entry); }))
      result.push_back(*entry);
  std::copy_if(changes.begin(), changes.end(), std::back_inserter(result),
               [](const std::string& change) { return change.find('=') != change.npos; });
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

ChildProcess::ChildProcess(const std::string& program, const std::vector<std::string>& arguments, const Surroundings& s) {
  if (access(program.c_str(), X_OK) != 0) throw std::runtime_error("there is no program " + program);
  // Everything that allocates comes before fork: the child may only call what a signal handler may.
  std::vector<std::string> texts{program}, environment = changed_environment(s.environment);
  texts.insert(texts.end(), arguments.begin(), arguments.end());
  const std::vector<char*> argv = pointers(texts), envp = pointers(environment);
  const std::string folder = s.folder.string(), output_to = s.output_to ? s.output_to->string() : "",
                    errors_to = s.errors_to ? s.errors_to->string() : "";
  output_ = file_without_name();
  errors_ = file_without_name();
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error("cannot start a process");
  if (pid_ > 0) return;
  if (s.file_size_limit) {
    const rlimit limit{*s.file_size_limit, *s.file_size_limit};
    setrlimit(RLIMIT_FSIZE, &limit);
    signal(SIGXFSZ, SIG_IGN);
  }
  const int output = output_to.empty() ? output_ : open(output_to.c_str(), O_WRONLY);
  const int errors = errors_to.empty() ? errors_ : open(errors_to.c_str(), O_WRONLY);
  const bool ready =
      (folder.empty() || chdir(folder.c_str()) == 0) && dup2(output, STDOUT_FILENO) >= 0 && dup2(errors, STDERR_FILENO) >= 0;
  for (const int stream : s.closed) close(stream);
  if (ready) execve(argv[0], argv.data(), envp.data());
  _exit(127);
}

ChildProcess::~ChildProcess() {
  if (is_running()) {
    send(SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  close(output_);
  close(errors_);
}

bool ChildProcess::is_running() {
  int how = 0;
  if (!ended_ && waitpid(pid_, &how, WNOHANG) == pid_) ended_ = how;
  return !ended_;
}

void ChildProcess::send(int signal) const {
  if (!ended_) kill(pid_, signal);
}

Finished ChildProcess::wait() {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (is_running()) {
    if (std::chrono::steady_clock::now() > deadline) {
      send(SIGKILL);
      throw std::runtime_error("the program did not end; it wrote: " + captured(output_) + captured(errors_));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return {.status = WIFEXITED(*ended_) ? WEXITSTATUS(*ended_) : -1,
          .signal = WIFSIGNALED(*ended_) ? WTERMSIG(*ended_) : 0,
          .output = captured(output_),
          .errors = captured(errors_)};
}

std::string ChildProcess::captured(int file) const {
  std::string text;
  char buffer[4096];
  for (off_t at = 0;;) {
    const ssize_t got = pread(file, buffer, sizeof buffer, at);
    if (got <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    at += got;
  }
}
