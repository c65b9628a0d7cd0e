#include "nn/reference_file.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <vector>

#include "paths.hpp"

using namespace xgrad;

nlohmann::json read_reference(const std::string& name) {
  const std::string path = test::data_path("torch/" + name);
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  return nlohmann::json::parse(file);
}

Array<double> array_of(const nlohmann::json& json) {
  const auto extents = json.at("shape").get<std::vector<std::size_t>>();
  const auto data = json.at("data").get<std::vector<double>>();
  Array<double> array = empty_array<double>(Shape(extents.begin(), extents.end()));
  if (data.size() != array.size()) throw std::runtime_error("the data of an array of the reference do not fill its shape");
  std::copy(data.begin(), data.end(), array.data());
  return array;
}

double relative_error(double got, double expected, double floor) {
  if (got == expected) return 0;
  const double error = std::abs(got - expected) / std::max(std::abs(expected), floor);
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

double relative_error(const Array<double>& got, const nlohmann::json& expected, double floor) {
  const Array<double> reference = array_of(expected);
  if (got.shape() != reference.shape()) return std::numeric_limits<double>::infinity();
  double worst = 0;
  for (std::size_t i = 0; i < reference.size(); ++i)
    worst = std::max(worst, relative_error(got.data()[i], reference.data()[i], floor));
  return worst;
}
