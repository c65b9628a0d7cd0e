#include "report/pictures.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "report/browser.hpp"
#include "report/run_record.hpp"
#include "xgrad/tensor/atomic_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::apps {
namespace fs = std::filesystem;

namespace {

constexpr std::string_view png_prefix = "data:image/png;base64,";

std::string decode_base64(std::string_view text) {
  std::string bytes(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (length < 0) throw IoError("a figure that Chromium drew is no base64 text");
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(length) - padding);
  return bytes;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> pictures_in(const std::string& document) {
  constexpr std::string_view opening = "id=\"pictures\">";
  const std::size_t at = document.find(opening);
  const std::size_t end = document.find("</script>", at);
  if (at == document.npos || end == document.npos)
    throw IoError(
        "Chromium drew the report, but its figures are not in what it printed; open the report in a browser to see why");
  const std::size_t begin = at + opening.size();
  std::vector<std::pair<std::string, std::string>> pictures;
  try {
    for (const Json& picture : Json::parse(document.substr(begin, end - begin)))
      pictures.emplace_back(picture.at("name").get<std::string>(), picture.at("url").get<std::string>());
  } catch (const nlohmann::json::exception& error) {
    throw IoError(fmt::format("Chromium drew the report, but its list of figures is damaged: {}", error.what()));
  }
  return pictures;
}

std::vector<std::string> write_pictures(const fs::path& report, const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw IoError(fmt::format("{}: the folder for the pictures cannot be made: {}", folder.string(), error.message()));
  std::vector<std::string> names;
  for (const auto& [name, url] : pictures_in(document_after_scripts(report, "png"))) {
    if (!url.starts_with(png_prefix)) throw IoError(fmt::format("the figure {} was not drawn: {}", name, url.substr(0, 200)));
    names.push_back(name + ".png");
    write_file_atomically(folder / names.back(), decode_base64(std::string_view(url).substr(png_prefix.size())));
  }
  return names;
}

}  // namespace xgrad::apps
