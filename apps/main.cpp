#include <cstdlib>

#include "program.hpp"

int main(int argc, char** argv) { return xgrad::apps::run_program({argv + 1, argv + argc}); }
