#pragma once

#include <filesystem>
#include <string>

namespace xgrad::apps {

/// The document of a local page after its scripts ran in Chromium without a window, as HTML. `fragment` follows the # of the
/// address. Throws: IoError if Chromium is not installed, fails, or takes longer than two minutes.
std::string document_after_scripts(const std::filesystem::path& page, const std::string& fragment);

/// The address of a file, with what has a meaning in addresses escaped.
std::string file_address(const std::filesystem::path& file);

}  // namespace xgrad::apps
