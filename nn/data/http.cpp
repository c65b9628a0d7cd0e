#include "xgrad/nn/data/http.hpp"

#include <array>
#include <exception>
#include <memory>

#include <curl/curl.h>
#include <fmt/format.h>

#include "xgrad/tensor/error.hpp"

namespace xgrad::data {
namespace {

constexpr long connect_seconds = 20;
constexpr long stalled_seconds = 30;  // given up when less than a byte a second came for as long

struct Transfer {
  std::vector<std::uint8_t> bytes{};
  std::size_t limit;
  const std::function<void(std::uint64_t, std::uint64_t)>& progress;
  bool too_long = false;
  std::exception_ptr error{};  // exceptions may not pass through curl, which is C
};

std::size_t receive(const char* data, std::size_t size, std::size_t count, void* argument) {
  auto& transfer = *static_cast<Transfer*>(argument);
  try {
    transfer.too_long = size * count > transfer.limit - transfer.bytes.size();
    if (transfer.too_long) return 0;
    transfer.bytes.insert(transfer.bytes.end(), data, data + size * count);
    return size * count;
  } catch (...) {
    transfer.error = std::current_exception();
    return 0;
  }
}

int report(void* argument, curl_off_t expected, curl_off_t received, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(argument);
  try {
    if (transfer.progress) transfer.progress(static_cast<std::uint64_t>(received), static_cast<std::uint64_t>(expected));
    return 0;
  } catch (...) {
    transfer.error = std::current_exception();
    return 1;
  }
}

void start_curl() {
  static const CURLcode status = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (status != CURLE_OK) throw IoError(fmt::format("libcurl cannot start: {}", curl_easy_strerror(status)));
}

void configure(CURL* curl, const std::string& url, Transfer& transfer, char* message) {
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "xgrad");
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, connect_seconds);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, stalled_seconds);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, report);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
}

}  // namespace

std::vector<std::uint8_t> fetch_url(const std::string& url, std::size_t limit,
                                    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  start_curl();
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), curl_easy_cleanup);
  if (!curl) throw IoError("libcurl cannot start a transfer");
  Transfer transfer{.limit = limit, .progress = progress};
  std::array<char, CURL_ERROR_SIZE> message{};
  configure(curl.get(), url, transfer, message.data());
  const CURLcode status = curl_easy_perform(curl.get());
  if (transfer.error) std::rethrow_exception(transfer.error);
  if (transfer.too_long) throw IoError(fmt::format("{}: more than the {} bytes that were expected; check the URL", url, limit));
  if (status != CURLE_OK)
    throw IoError(fmt::format("{}: {}; check the network and the URL", url,
                              message[0] != '\0' ? message.data() : curl_easy_strerror(status)));
  return std::move(transfer.bytes);
}

}  // namespace xgrad::data
