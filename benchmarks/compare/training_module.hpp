#pragma once
// What a training module offers: one build of the library, with a workload that it trains. The names are C's, so that they can
// be looked up in what dlmopen() has loaded.

#include <cstddef>

extern "C" {

/// Prepares a workload; returns null, with the reason on standard error, where that fails.
void* prepare_training(const char* workload, std::size_t threads) noexcept;

/// Trains one batch; returns the number of samples in it, or 0, with the reason on standard error.
std::size_t train_one_batch(void* training) noexcept;
}
