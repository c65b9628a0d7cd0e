#include "program.hpp"
#include "standard_streams.hpp"

int main(int argc, char** argv) {
  xgrad::apps::open_missing_streams();
  return xgrad::apps::run_program({argv + 1, argv + argc});
}
