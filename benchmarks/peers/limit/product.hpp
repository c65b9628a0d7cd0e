#pragma once

#include <cstddef>
#include <vector>

namespace limit {

/// Which factor of C = A·B is stored transposed. All matrices are row-major, without gaps.
enum class Layout { Plain, FirstTransposed, SecondTransposed };

/// A matrix product at one place of a program: C (m, n) from A (m, k) and B (k, n). The first call measures every way to
/// compute it (OpenBLAS in one call, OpenBLAS in pieces small enough for its kernels for small matrices, oneDNN if it is
/// there), and later calls take the fastest.
class Product {
 public:
  Product(Layout layout, std::size_t m, std::size_t n, std::size_t k) : layout_(layout), m_(m), n_(n), k_(k) {}

  void operator()(const float* a, const float* b, float* c) {
    if (way_ == Way::Unknown) choose(a, b, c);
    compute(way_, a, b, c);
  }

 private:
  enum class Way { Whole, Pieces, OneDnn, Unknown };

  void choose(const float* a, const float* b, float* c);
  void compute(Way way, const float* a, const float* b, float* c);
  void pieces(const float* a, const float* b, float* c);
  void pieces_of_plain(const float* a, const float* b, float* c) const;
  const float* transposed(const float* b);

  Layout layout_;
  std::size_t m_, n_, k_;
  Way way_ = Way::Unknown;
  std::vector<float> scratch_;
};

/// From now on the libraries of products use one thread only, on the calling thread.
void use_one_thread();

}  // namespace limit
