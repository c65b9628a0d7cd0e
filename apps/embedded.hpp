#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace xgrad::apps {

/// A text file of apps/ that the program carries within itself, so that it needs no folder of its own beside it.
struct EmbeddedFile {
  std::string_view name;  ///< relative to apps/: "studies/s0.yaml"
  std::string_view text;
};

/// All of them, sorted by name within each folder.
const std::vector<EmbeddedFile>& embedded_files();

/// The text of one. Throws: std::logic_error if there is none of that name.
std::string_view embedded_text(std::string_view name);

}  // namespace xgrad::apps
