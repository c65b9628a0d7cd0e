#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>

#include "xgrad/tensor/array.hpp"

namespace xgrad::data {

/// Raw pixels, or whatever else a file holds as bytes.
using Bytes = Array<std::uint8_t>;

/// Reads an IDX file of unsigned bytes, plain or gzip. The header is two zero bytes, the type 0x08, the rank, and the extents
/// as big-endian 32-bit numbers; as many bytes as their product follow, and nothing else. Shapes: `rank` extents. Throws:
/// IoError for a header that says anything else, and for a file shorter or longer than its extents ask for.
Bytes read_idx(const std::filesystem::path& path, std::size_t rank);

/// Images from an IDX file of rank 3.
/// Shapes: (images, height, width), all at least 1.  Throws: IoError.
Bytes read_idx_images(const std::filesystem::path& path);

/// Class labels from an IDX file of rank 1.
/// Shapes: (labels,), at least 1.  Throws: IoError, also for a label that is not below `classes`.
Indices read_idx_labels(const std::filesystem::path& path, std::size_t classes = 256);

/// Writes an IDX file of unsigned bytes; gzip if the name ends in ".gz". The file appears whole or not at all.
/// Shapes: rank 1 to 255, extents below 2³².  Throws: ShapeError, IoError.
void write_idx(const std::filesystem::path& path, const Bytes& bytes);

}  // namespace xgrad::data
