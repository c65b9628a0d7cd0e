#pragma once

#include <string>
#include <vector>

namespace xgrad::apps {

/// The exit statuses of the program.
enum ExitStatus { success = 0, failure = 1, usage_error = 2, diverged = 3, interrupted = 130 };

/// Runs `xgrad` with the arguments after its name; returns the exit status. Errors are one line on standard error.
int run_program(const std::vector<std::string>& arguments);

}  // namespace xgrad::apps
