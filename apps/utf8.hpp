#pragma once

#include <string_view>

namespace xgrad::apps {

/// Whether bytes are text in UTF-8, as JSON files hold it.
bool is_utf8(std::string_view bytes);

}  // namespace xgrad::apps
