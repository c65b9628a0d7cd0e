#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace xgrad::data {

/// Fetches the contents of a URL (http, https; follows redirections), at most `limit` bytes.
/// `progress(received, expected)` is called several times a second; expected is 0 where the server does not say.
/// Throws: IoError that names the URL and the reason.
std::vector<std::uint8_t> fetch_url(const std::string& url, std::size_t limit,
                                    const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace xgrad::data
