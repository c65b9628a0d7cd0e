#include "xgrad/nn/data/sha256.hpp"

#include <array>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "xgrad/nn/data/input_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::data {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{1} << 16;

void check(int status) {
  if (status != 1) throw Error("SHA-256 failed in OpenSSL; check how OpenSSL is set up on this machine");
}

class Digest {
 public:
  Digest() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) { check(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr)); }

  void add(const void* data, std::size_t count) { check(EVP_DigestUpdate(context_.get(), data, count)); }

  std::string hexadecimal() {
    std::array<std::uint8_t, EVP_MAX_MD_SIZE> bytes;
    unsigned count = 0;
    check(EVP_DigestFinal_ex(context_.get(), bytes.data(), &count));
    return fmt::format("{:02x}", fmt::join(bytes.begin(), bytes.begin() + count, ""));
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string sha256(std::string_view bytes) {
  Digest digest;
  digest.add(bytes.data(), bytes.size());
  return digest.hexadecimal();
}

std::string sha256_of_contents(const std::filesystem::path& path) {
  InputFile file(path);
  return sha256_of_contents(file);
}

std::string sha256_of_contents(InputFile& file) {
  Digest digest;
  std::vector<std::uint8_t> chunk(chunk_bytes);
  while (const std::size_t got = file.read(chunk.data(), chunk.size())) digest.add(chunk.data(), got);
  return digest.hexadecimal();
}

}  // namespace xgrad::data
