#include "xgrad/tensor/fastest_way.hpp"

#include <array>
#include <chrono>

namespace xgrad::detail {

double FastestWay::now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

FastestWay& fastest_way(const Likeness& product) {
  struct Known {
    Likeness product;
    FastestWay way;
  };
  thread_local std::array<Known, 128> table{};
  std::size_t hash = 0;
  for (const std::size_t part :
       {product.m, product.n, product.k, product.threads, std::size_t{product.flips}, std::size_t{product.zeros}})
    hash = (hash ^ part) * 0x9e3779b97f4a7c15u;
  Known& known = table[(hash >> 40) % table.size()];  // two whose places fall together forget each other
  if (known.product != product) known = {product, {}};
  return known.way;
}

}  // namespace xgrad::detail
