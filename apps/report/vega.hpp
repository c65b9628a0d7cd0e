#pragma once

#include <filesystem>
#include <string>

namespace xgrad::apps {

/// Where Debian's libjs-vega puts its scripts.
inline constexpr const char* vega_folder = "/usr/share/javascript";

/// A script that defines `vega`: those of Vega's modules that charts without maps need. Debian has Vega as modules that expect
/// a loader, and no bundle of them. Throws: IoError, naming the package, if a module cannot be read.
std::string vega_script(const std::filesystem::path& folder = vega_folder);

}  // namespace xgrad::apps
