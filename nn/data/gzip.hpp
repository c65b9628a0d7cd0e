#pragma once

#include <string>
#include <string_view>

namespace xgrad::data {

/// `bytes` as the contents of a gzip file, without a name and a time, so that equal bytes give equal files.
std::string gzip(std::string_view bytes);

}  // namespace xgrad::data
