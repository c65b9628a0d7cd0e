// What a training step of a workload takes from the system: step_costs WORKLOAD THREADS prints
//     xgrad W1 1 0 12 0 85.3
// calls of malloc and its kin in a step (the median, and the most: an epoch begins with a new order of the samples), page
// faults in a step (the median), and the peak of memory in MB.
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <vector>

#include <sys/resource.h>

#include "training.hpp"
#include "training_program.hpp"

namespace {

std::atomic<std::uint64_t> allocations{0};
void count() { allocations.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

// These take the place of the C library's for the whole process, libraries included; operator new calls them too.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) noexcept { return count(), __libc_malloc(size); }
void* calloc(std::size_t n, std::size_t size) noexcept { return count(), __libc_calloc(n, size); }
void* realloc(void* old, std::size_t size) noexcept { return count(), __libc_realloc(old, size); }
void* memalign(std::size_t alignment, std::size_t size) noexcept { return count(), __libc_memalign(alignment, size); }
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept { return count(), __libc_memalign(alignment, size); }
int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept {
  count();
  *out = __libc_memalign(alignment, size);
  return *out ? 0 : ENOMEM;
}
}

namespace {

std::uint64_t page_faults() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_minflt + usage.ru_majflt);
}

std::uint64_t median(std::vector<std::uint64_t> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) throw std::invalid_argument("usage: step_costs WORKLOAD THREADS");
  const bench::Workload& workload = bench::workload(argv[1]);
  xgrad::set_thread_count(std::strtoul(argv[2], nullptr, 10));
  bench::Training training(workload);
  constexpr int first = 30, counted = 100;  // the pool knows all sizes after the first few
  for (int step = 0; step < first; ++step) training.step();
  std::vector<std::uint64_t> allocated(counted), faults(counted);
  for (int step = 0; step < counted; ++step) {
    const std::uint64_t allocations_before = allocations, faults_before = page_faults();
    training.step();
    allocated[step] = allocations - allocations_before;
    faults[step] = page_faults() - faults_before;
  }
  fmt::print("xgrad {} {} {} {} {} {:.1f}\n", workload.name, argv[2], median(allocated),
             *std::max_element(allocated.begin(), allocated.end()), median(faults), bench::peak_memory());
} catch (const std::exception& error) {
  fmt::print(stderr, "step_costs: {}\n", error.what());
  return 2;
}
