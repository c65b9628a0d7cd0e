#pragma once

#include <filesystem>
#include <string>

#include "report/run_record.hpp"

namespace xgrad::apps {

/// The file with Vega, which draws the charts, as the build found it.
std::filesystem::path vega_file();

/// The report as one HTML page that needs nothing else: template, style, scripts, Vega, and `data` (see collect()) as JSON in
/// which no text can end the element that holds it. Throws: IoError, naming the Debian package, if `vega` cannot be read.
std::string page(const Json& data, const std::filesystem::path& vega = vega_file());

}  // namespace xgrad::apps
