#pragma once

#include <stdexcept>
#include <string>

namespace xgrad {

/// Whatever xgrad throws. The message says what was given, what was expected and what to do.
class Error : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Shapes, axes or ranks that do not fit each other or the operation.
class ShapeError : public Error {
  using Error::Error;
};

/// The graph was used in a way that cannot give a right gradient: a second backward, a value changed in place, no derivative.
class GraphError : public Error {
  using Error::Error;
};

/// A file that cannot be read or written, or does not hold what its format demands.
class IoError : public Error {
  using Error::Error;
};

/// An option, a name or a value out of its range.
class ConfigError : public Error {
  using Error::Error;
};

/// A computation without a finite or unique result: a singular matrix, a loss that is not finite.
class NumericError : public Error {
  using Error::Error;
};

}  // namespace xgrad
