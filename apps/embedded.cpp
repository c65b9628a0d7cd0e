#include "embedded.hpp"

#include <stdexcept>

namespace xgrad::apps {

std::string_view embedded_text(std::string_view name) {
  for (const EmbeddedFile& file : embedded_files())
    if (file.name == name) return file.text;
  throw std::logic_error("no file " + std::string(name) + " was built into the program");
}

}  // namespace xgrad::apps
