#pragma once

#include <string>

#include "report/result_folders.hpp"

/// Opens the report of what `made` holds in Chromium and runs a script of this folder in it. Returns what the script left as
/// text of the element "result"; fails if it did not come to its end.
xgrad::apps::Json driven_page(const ResultFolders& made, const std::string& script);
