#include "commands.hpp"
namespace xgrad::apps {
void add_evaluate_command(CLI::App&, int&) {}
void add_predict_command(CLI::App&, int&) {}
void add_data_command(CLI::App&, int&) {}
}  // namespace xgrad::apps
