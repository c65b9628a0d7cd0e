#pragma once

#include <CLI/CLI.hpp>

namespace xgrad::apps {

// Each adds one subcommand, whose callback runs it and sets the exit status.

void add_train_command(CLI::App& app, int& status);
void add_evaluate_command(CLI::App& app, int& status);
void add_predict_command(CLI::App& app, int& status);
void add_data_command(CLI::App& app, int& status);
void add_report_command(CLI::App& app, int& status);
void add_reproduce_command(CLI::App& app, int& status);
void add_sweep_command(CLI::App& app, int& status);

}  // namespace xgrad::apps
