#pragma once
// The frame of a program that measures what an operation costs beside its arithmetic: a chain of operations on small matrices.
// PROGRAM KIND SIDE LENGTH SECONDS prints "NAME mix 16 1000 120.0 180.0 150.0": nanoseconds an operation on side × side
// elements without recording, with recording, and backward. Kinds: add, mul, tanh, and mix of the three in turn.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "training_program.hpp"

namespace bench {

struct Chain {
  std::string kind;
  std::size_t number, side, length;  // number: of the kind, among `kinds`
  double seconds;
};
inline const std::vector<std::string> kinds{"add", "mul", "tanh", "mix"};

inline Chain parse_chain(int argc, char** argv) {
  if (argc != 5) throw std::invalid_argument("usage: KIND SIDE LENGTH SECONDS, with a kind of add, mul, tanh, mix");
  const auto kind = std::find(kinds.begin(), kinds.end(), argv[1]);
  const Chain chain{argv[1], static_cast<std::size_t>(kind - kinds.begin()), std::strtoul(argv[2], nullptr, 10),
                    std::strtoul(argv[3], nullptr, 10), std::strtod(argv[4], nullptr)};
  if (kind == kinds.end() || chain.side < 1 || chain.length < 1)
    throw std::invalid_argument("a chain has a kind (add, mul, tanh, mix), a side and a length of at least 1");
  return chain;
}

/// The i-th operation: 0 adds, 1 multiplies, 2 is tanh.
inline std::size_t operation(const Chain& chain, std::size_t i) { return chain.number == 3 ? i % 3 : chain.number; }

/// The chain's result. The values stay near 0.5, so that no denormal numbers slow anything down.
template <class Tensor>
Tensor run_chain(const Chain& chain, const Tensor& x, const Tensor& a, const Tensor& b) {
  Tensor y = x;
  for (std::size_t i = 0; i < chain.length; ++i) {
    const std::size_t which = operation(chain, i);
    if (which == 0)
      y = y + a;
    else if (which == 1)
      y = y * b;
    else
      y = tanh(y);
  }
  return y;
}

inline double median(std::vector<double>& values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

/// Repeats the chain for its time: without recording, with recording, backward; prints the medians.
inline void print_times(const char* name, const Chain& chain, auto&& run, auto&& record, auto&& go_back) {
  std::vector<double> plain, forward, backward;
  const double end = now() + chain.seconds;
  for (int repetition = 0; repetition < 4 || now() < end; ++repetition) {
    const double start = now();
    run();
    const double between = now();
    auto result = record();
    const double recorded = now();
    go_back(result);
    const double done = now();
    if (repetition == 0) continue;  // it finds cold caches and fresh pages
    plain.push_back(between - start);
    forward.push_back(recorded - between);
    backward.push_back(done - recorded);
  }
  const double unit = 1e9 / static_cast<double>(chain.length);
  std::printf("%s %s %zu %zu %.1f %.1f %.1f\n", name, chain.kind.c_str(), chain.side, chain.length, median(plain) * unit,
              median(forward) * unit, median(backward) * unit);
}

/// main() of a program.
int chain_program(char** argv, auto&& body) try {
  body();
  return 0;
} catch (const std::exception& error) {
  std::fprintf(stderr, "%s: %s\n", argv[0], error.what());
  return 2;
}

/// main() of a library's program. Library: Tensor, leaf(side, value), NoGrad, backward(result), clear(leaf).
template <class Library>
int measure_chain(const char* name, int argc, char** argv) {
  return chain_program(argv, [&] {
    using Tensor = typename Library::Tensor;
    const Chain chain = parse_chain(argc, argv);
    Tensor x = Library::leaf(chain.side, 0.5f), a = Library::leaf(chain.side, 0.01f), b = Library::leaf(chain.side, 1.0f);
    print_times(
        name, chain,
        [&] {
          const typename Library::NoGrad guard;
          run_chain(chain, x, a, b);
        },
        [&] {
          for (Tensor* leaf : {&x, &a, &b}) Library::clear(*leaf);
          return run_chain(chain, x, a, b);
        },
        [&](const Tensor& y) { Library::backward(y); });
  });
}

}  // namespace bench
