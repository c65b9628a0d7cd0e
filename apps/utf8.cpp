#include "utf8.hpp"

#include <string>

#include <nlohmann/json.hpp>

namespace xgrad::apps {

bool is_utf8(std::string_view bytes) try {
  (void)nlohmann::json(std::string(bytes)).dump();
  return true;
} catch (const nlohmann::json::type_error&) { return false; }

}  // namespace xgrad::apps
