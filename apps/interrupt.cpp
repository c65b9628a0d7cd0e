#include "interrupt.hpp"

#include <csignal>

namespace xgrad::apps {
namespace {

volatile std::sig_atomic_t signal_seen = 0;

void note_signal(int number) {
  signal_seen = 1;
  std::signal(number, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  signal_seen = 0;
  std::signal(SIGINT, note_signal);
  std::signal(SIGTERM, note_signal);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool InterruptGuard::requested() noexcept { return signal_seen != 0; }

}  // namespace xgrad::apps
