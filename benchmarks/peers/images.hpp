#pragma once

#include <cstddef>
#include <cstdint>

namespace bench {

/// Reads the first `count` training images and labels of Fashion-MNIST, from Debian's package.
/// Shapes: pixels (count, 784), from 0 to 1; labels (count,).  Throws: std::runtime_error.
void read_images(std::size_t count, float* pixels, std::int64_t* labels);

}  // namespace bench
