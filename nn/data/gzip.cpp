#include "xgrad/nn/data/gzip.hpp"

#include <algorithm>
#include <limits>
#include <new>

#include <zlib.h>

namespace xgrad::data {
namespace {

constexpr int gzip_window = 15 + 16;  // the largest window; 16 asks for the gzip container
constexpr int memory_level = 8;       // zlib's default
constexpr std::size_t piece = std::size_t{1} << 16;

struct End {
  z_stream& z;
  ~End() { deflateEnd(&z); }
};

}  // namespace

std::string gzip(std::string_view bytes) {
  z_stream z{};
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  const End end{z};
  std::string result;
  // Input and output go in pieces, because zlib counts both in 32 bits.
  for (int status = Z_OK; status != Z_STREAM_END;) {
    if (z.avail_in == 0) {
      const std::size_t n = std::min(bytes.size(), std::size_t{std::numeric_limits<uInt>::max()});
      z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
      z.avail_in = static_cast<uInt>(n);
      bytes.remove_prefix(n);
    }
    const std::size_t done = result.size();
    result.resize(done + piece);
    z.next_out = reinterpret_cast<Bytef*>(result.data() + done);
    z.avail_out = piece;
    status = deflate(&z, bytes.empty() ? Z_FINISH : Z_NO_FLUSH);
    result.resize(done + piece - z.avail_out);
  }
  return result;
}

}  // namespace xgrad::data
