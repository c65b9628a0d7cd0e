#include "images.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <zlib.h>

namespace bench {
namespace {

// The first `count` bytes after the header of an IDX file.
std::vector<unsigned char> read_bytes(const std::string& name, std::size_t header, std::size_t count) {
  const std::string path = "/usr/share/datasets/fashion-mnist/" + name;
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file) throw std::runtime_error(path + " cannot be read; install dataset-fashion-mnist");
  std::vector<unsigned char> bytes(header + count);
  if (gzread(file.get(), bytes.data(), static_cast<unsigned>(bytes.size())) != static_cast<int>(bytes.size()))
    throw std::runtime_error(path + " is shorter than it should be");
  bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(header));
  return bytes;
}

}  // namespace

void read_images(std::size_t count, float* pixels, std::int64_t* labels) {
  const auto image_bytes = read_bytes("train-images-idx3-ubyte.gz", 16, count * 784);
  const auto label_bytes = read_bytes("train-labels-idx1-ubyte.gz", 8, count);
  for (std::size_t i = 0; i < image_bytes.size(); ++i) pixels[i] = static_cast<float>(image_bytes[i]) / 255.0f;
  for (std::size_t i = 0; i < count; ++i) labels[i] = label_bytes[i];
}

}  // namespace bench
