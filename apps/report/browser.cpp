#include "report/browser.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::minutes patience{2};

fs::path find_browser() {
  const char* path = std::getenv("PATH");
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"})
    for (std::string_view rest = path ? path : ""; !rest.empty();) {
      const std::size_t colon = std::min(rest.find(':'), rest.size());
      const fs::path candidate = fs::path(rest.substr(0, colon)) / name;
      if (access(candidate.c_str(), X_OK) == 0) return candidate;
      rest.remove_prefix(std::min(colon + 1, rest.size()));
    }
  throw IoError("pictures are drawn by Chromium, which is not in the PATH; install it with: apt-get install chromium");
}

// A folder of the browser's own, so that it neither needs nor touches the user's.
class Workspace {
 public:
  Workspace() {
    std::string name = (fs::temp_directory_path() / "xgrad_report_XXXXXX").string();
    if (!mkdtemp(name.data())) throw IoError(fmt::format("{}: a temporary folder cannot be made", name));
    path_ = name;
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
  ~Workspace() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  fs::path operator/(const char* name) const { return path_ / name; }

 private:
  fs::path path_;
};

// Starts a program in a process group of its own, its output in two files.
pid_t start(const std::vector<std::string>& arguments, const std::string& output, const std::string& errors) {
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid < 0) throw IoError(fmt::format("{}: cannot be started", arguments[0]));
  if (pid > 0) return pid;
  setpgid(0, 0);
  const int out = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600),
            err = open(errors.c_str(), O_WRONLY | O_CREAT, 0600);
  if (out >= 0 && err >= 0 && dup2(out, STDOUT_FILENO) >= 0 && dup2(err, STDERR_FILENO) >= 0) execv(argv[0], argv.data());
  _exit(127);
}

int wait_for(pid_t pid, const std::string& name) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  for (int status = 0;;) {
    const pid_t ended = waitpid(pid, &status, WNOHANG);
    if (ended == pid) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (ended < 0 || std::chrono::steady_clock::now() > deadline) {
      kill(-pid, SIGKILL);
      waitpid(pid, nullptr, 0);
      throw IoError(fmt::format("{}: did not draw the report within {} minutes, and was stopped", name, patience.count()));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

std::string content(const fs::path& file) {
  std::FILE* in = std::fopen(file.c_str(), "rb");
  std::string text;
  std::array<char, 65536> buffer;
  for (std::size_t got; in && (got = std::fread(buffer.data(), 1, buffer.size(), in)) > 0;) text.append(buffer.data(), got);
  if (in) std::fclose(in);
  return text;
}

struct Ended {
  int status;
  std::string document, said;
};

Ended run(const fs::path& browser, const std::string& address, bool sandboxed) {
  const Workspace workspace;
  std::vector<std::string> arguments{browser.string(),
                                     "--headless",
                                     "--disable-gpu",
                                     "--disable-dev-shm-usage",
                                     "--no-first-run",
                                     "--force-color-profile=srgb",
                                     "--window-size=1280,1000",
                                     "--virtual-time-budget=60000",
                                     "--user-data-dir=" + (workspace / "profile").string(),
                                     "--dump-dom"};
  if (!sandboxed) arguments.push_back("--no-sandbox");
  arguments.push_back(address);
  const pid_t pid = start(arguments, (workspace / "output").string(), (workspace / "errors").string());
  const int status = wait_for(pid, browser.string());
  return {status, content(workspace / "output"), content(workspace / "errors")};
}

}  // namespace

std::string file_address(const fs::path& file) {
  std::string address = "file://";
  for (const unsigned char c : fs::absolute(file).lexically_normal().string()) {
    const bool plain = std::isalnum(c) || c == '/' || c == '-' || c == '_' || c == '.' || c == '~';
    address += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return address;
}

std::string document_after_scripts(const fs::path& page, const std::string& fragment) {
  const fs::path browser = find_browser();
  const std::string address = file_address(page) + "#" + fragment;
  // Chromium's sandbox refuses to run for root, and cannot where the system forbids what it is made of, as in many containers.
  Ended ended = run(browser, address, geteuid() != 0);
  if (ended.status != 0 && ended.said.find("No usable sandbox") != std::string::npos) ended = run(browser, address, false);
  if (ended.status != 0 || ended.document.empty())
    throw IoError(fmt::format("{}: failed with status {}; its last words: {}", browser.string(), ended.status,
                              ended.said.substr(ended.said.size() - std::min<std::size_t>(ended.said.size(), 300))));
  return ended.document;
}

}  // namespace xgrad::apps
