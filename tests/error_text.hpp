#pragma once

#include <exception>
#include <string>
#include <vector>

#include <boost/test/unit_test.hpp>

/// For BOOST_CHECK_EXCEPTION: whether the error's text contains every part, and is one line.
inline auto says(std::vector<std::string> parts) {
  return [parts](const std::exception& error) {
    const std::string text = error.what();
    bool right = text.find('\n') == text.npos;
    for (const std::string& part : parts)
      if (text.find(part) == text.npos) {
        BOOST_TEST_MESSAGE("'" << part << "' is not in: " << text);
        right = false;
      }
    return right;
  };
}
