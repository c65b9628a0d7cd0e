#include "training_module.hpp"

#include <cstdio>
#include <exception>

#include "../training.hpp"

void* prepare_training(const char* workload, std::size_t threads) noexcept try {
  xgrad::set_thread_count(threads);
  return new bench::Training(bench::workload(workload));
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return nullptr;
}

std::size_t train_one_batch(void* training) noexcept try {
  return static_cast<bench::Training*>(training)->step();
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 0;
}
