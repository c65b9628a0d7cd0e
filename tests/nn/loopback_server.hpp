#pragma once

#include <atomic>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/// What the server answers.
struct Answer {
  std::string body{};
  std::string status = "200 OK";
  std::string headers{};      ///< further ones, each ending in "\r\n"
  std::size_t cut_short = 0;  ///< bytes of the body that are announced but never sent
};

/// An HTTP server on 127.0.0.1, on a port that the system chooses, for as long as it lives. What it was not told, it answers
/// with 404.
class LoopbackServer {
 public:
  explicit LoopbackServer(std::map<std::string, Answer> answers) : answers_(std::move(answers)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const general = reinterpret_cast<sockaddr*>(&address);
    if (listener_ < 0 || bind(listener_, general, length) != 0 || listen(listener_, 8) != 0 ||
        getsockname(listener_, general, &length) != 0)
      throw std::runtime_error("cannot listen on 127.0.0.1");
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;
  ~LoopbackServer() {
    stop_ = true;
    thread_.join();
    close(listener_);
  }

  std::string url() const { return fmt::format("http://127.0.0.1:{}", port_); }
  int requests() const { return requests_; }

 private:
  static constexpr int poll_milliseconds = 20;
  static constexpr int patience_milliseconds = 5000;

  void serve() {
    while (!stop_) {
      pollfd waiting{listener_, POLLIN, 0};
      if (poll(&waiting, 1, poll_milliseconds) <= 0) continue;
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) continue;
      answer(connection, requested_path(connection));
      close(connection);
    }
  }

  // From "GET /path HTTP/1.1", once the request has come to its end.
  static std::string requested_path(int connection) {
    std::string request;
    while (request.find("\r\n\r\n") == request.npos) {
      pollfd waiting{connection, POLLIN, 0};
      char buffer[1024];
      if (poll(&waiting, 1, patience_milliseconds) <= 0) break;
      const ssize_t got = recv(connection, buffer, sizeof buffer, 0);
      if (got <= 0) break;
      request.append(buffer, static_cast<std::size_t>(got));
    }
    const std::size_t begin = request.find(' ') + 1;
    return request.substr(begin, request.find(' ', begin) - begin);
  }

  void answer(int connection, const std::string& path) {
    ++requests_;
    const auto found = answers_.find(path);
    const Answer answer = found != answers_.end() ? found->second : Answer{.status = "404 Not Found"};
    std::string text = fmt::format("HTTP/1.1 {}\r\nContent-Length: {}\r\nConnection: close\r\n{}\r\n", answer.status,
                                   answer.body.size(), answer.headers);
    text.append(answer.body, 0, answer.body.size() - answer.cut_short);
    for (std::size_t sent = 0; sent < text.size();) {
      const ssize_t count = send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return;
      sent += static_cast<std::size_t>(count);
    }
  }

  std::map<std::string, Answer> answers_;
  int listener_ = socket(AF_INET, SOCK_STREAM, 0);
  int port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<int> requests_{0};
  std::thread thread_;
};
