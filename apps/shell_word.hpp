#pragma once

#include <string>

namespace xgrad::apps {

/// A text as one word of a command line: in quotes where a shell would take it apart.
std::string shell_word(const std::string& text);

}  // namespace xgrad::apps
