#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace xgrad::apps {

/// Lets Chromium, without a window, draw all figures of a report, and writes each as a PNG file into `folder`, which is made.
/// Returns the files' names. Throws: IoError if Chromium is missing or fails, or a file cannot be written.
std::vector<std::string> write_pictures(const std::filesystem::path& report, const std::filesystem::path& folder);

/// The figures that the page left in the document which Chromium prints: a JSON list of {"name", "url"} in an element whose id
/// is "pictures". Throws: IoError if there is none.
std::vector<std::pair<std::string, std::string>> pictures_in(const std::string& document);

}  // namespace xgrad::apps
