#pragma once
// What the sources that call LAPACK share: its Fortran symbols by one name for float and double, and the checks before a call.
// LAPACK's memory is column-major: it sees our matrices transposed.

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "xgrad/tensor/array.hpp"
#include "xgrad/tensor/blas_threads.hpp"

// Fortran compilers pass the lengths of character arguments behind all others; leaving them out may corrupt the stack.
extern "C" {
#define XGRAD_DECLARE(T, prefix)                                                                                               \
  void prefix##getrf_(const int* m, const int* n, T* a, const int* lda, int* pivots, int* info);                               \
  void prefix##getrs_(const char* trans, const int* n, const int* nrhs, const T* a, const int* lda, const int* pivots, T* b,   \
                      const int* ldb, int* info, std::size_t);                                                                 \
  void prefix##getri_(const int* n, T* a, const int* lda, const int* pivots, T* work, const int* lwork, int* info);            \
  void prefix##potrf_(const char* uplo, const int* n, T* a, const int* lda, int* info, std::size_t);                           \
  void prefix##syevd_(const char* jobz, const char* uplo, const int* n, T* a, const int* lda, T* w, T* work, const int* lwork, \
                      int* iwork, const int* liwork, int* info, std::size_t, std::size_t);                                     \
  void prefix##gesdd_(const char* jobz, const int* m, const int* n, T* a, const int* lda, T* s, T* u, const int* ldu, T* vt,   \
                      const int* ldvt, T* work, const int* lwork, int* iwork, int* info, std::size_t);
XGRAD_DECLARE(float, s)
XGRAD_DECLARE(double, d)
#undef XGRAD_DECLARE
}

namespace xgrad::lapack {

template <class T>
struct Calls;

template <>
struct Calls<float> {
  static constexpr auto getrf = sgetrf_;
  static constexpr auto getrs = sgetrs_;
  static constexpr auto getri = sgetri_;
  static constexpr auto potrf = spotrf_;
  static constexpr auto syevd = ssyevd_;
  static constexpr auto gesdd = sgesdd_;
};

template <>
struct Calls<double> {
  static constexpr auto getrf = dgetrf_;
  static constexpr auto getrs = dgetrs_;
  static constexpr auto getri = dgetri_;
  static constexpr auto potrf = dpotrf_;
  static constexpr auto syevd = dsyevd_;
  static constexpr auto gesdd = dgesdd_;
};

/// The part of a matrix that a factorisation reads.
enum class Part { All, Lower, Upper };

/// Throws NumericError that names `operation` and the first value in that part which is not finite.
template <class T>
void check_finite(const Array<T>& a, Part part, std::string_view operation);

/// Throws ShapeError unless the last two extents are equal.
void check_square(const Shape& shape, std::string_view operation);

/// How many matrices a batch of this shape holds.
std::size_t matrix_count(const Shape& shape);

/// "the matrix", or which one of a batch.
std::string describe_matrix(std::size_t number, const Shape& shape);

/// The length of the workspace for which LAPACK asked: it answers in floating point, which may have rounded it down.
template <class T>
int workspace_length(T answer) {
  return static_cast<int>(answer * (1 + 2 * std::numeric_limits<T>::epsilon())) + 1;
}

}  // namespace xgrad::lapack
