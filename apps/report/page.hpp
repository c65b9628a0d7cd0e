#pragma once

#include <filesystem>
#include <string>

#include "report/run_record.hpp"
#include "report/vega.hpp"

namespace xgrad::apps {

/// The report as one HTML page that needs nothing else: template, style, scripts, Vega, and `data` (see collect()) as JSON in
/// which no text can end the element that holds it. Throws: IoError if Vega is not installed (see vega_script()).
std::string page(const Json& data, const std::filesystem::path& vega = vega_folder);

}  // namespace xgrad::apps
