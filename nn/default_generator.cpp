#include "xgrad/nn/default_generator.hpp"

#include <mutex>

namespace xgrad::nn {
namespace {

constexpr std::uint64_t modules_stream = 4;  // 1 and 2 are an MLP's initial values and masks, 3 a trainer's shuffles

struct Default {
  std::mutex mutex{};
  Generator root = Generator(0).split(modules_stream);
  std::uint64_t next = 0;
};

Default& shared() {
  static Default instance;
  return instance;
}

}  // namespace

void manual_seed(std::uint64_t seed) {
  Default& d = shared();
  const std::lock_guard lock(d.mutex);
  d.root = Generator(seed).split(modules_stream);
  d.next = 0;
}

Generator next_generator() {
  Default& d = shared();
  const std::lock_guard lock(d.mutex);
  return d.root.split(d.next++);
}

}  // namespace xgrad::nn
