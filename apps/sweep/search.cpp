#include "search.hpp"

#include <algorithm>
#include <cmath>

namespace xgrad::apps::sweep {
namespace {

constexpr std::size_t largest_shuffled = 1 << 22;
constexpr std::size_t attempts = 200;  // to draw a point that was not tried yet
constexpr std::uint64_t order_stream = 0, draw_stream = 1;

std::size_t product_of_counts(const std::vector<Parameter>& parameters) {
  double product = 1;
  for (const Parameter& p : parameters) product *= static_cast<double>(p.count());
  return product <= 0x1p53 ? static_cast<std::size_t>(product) : 0;
}

}  // namespace

Space::Space(std::vector<Parameter> parameters) : parameters_(std::move(parameters)), size_(product_of_counts(parameters_)) {}

Point Space::grid_point(std::size_t n) const {
  Point point(parameters_.size());
  for (std::size_t i = parameters_.size(); i-- > 0;) {
    const std::size_t count = parameters_[i].count();
    point[i] = parameters_[i].coordinate(n % count);
    n /= count;
  }
  return point;
}

std::vector<Json> Space::values(const Point& point) const {
  std::vector<Json> values;
  for (std::size_t i = 0; i < point.size(); ++i) values.push_back(parameters_[i].value(point[i]));
  return values;
}

std::vector<Dimension> Space::dimensions() const {
  std::vector<Dimension> dimensions;
  for (const Parameter& p : parameters_) dimensions.push_back(p.is_listed() ? Dimension{p.probabilities()} : Dimension{});
  return dimensions;
}

bool Space::equally_likely() const {
  return std::all_of(parameters_.begin(), parameters_.end(),
                     [](const Parameter& p) { return p.is_listed() ? p.equally_likely() : p.distribution() == "int_uniform"; });
}

Search::Search(std::string method, Space space, std::uint64_t seed)
    : method_(std::move(method)), space_(std::move(space)), tpe_(space_.dimensions()), generator_(seed) {
  walks_ = method_ == "grid" ||
           (method_ == "random" && space_.equally_likely() && space_.size() > 0 && space_.size() <= largest_shuffled);
  if (!walks_ || method_ == "grid") return;
  Generator order = generator_.split(order_stream);
  order_.resize(space_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) order_[i] = static_cast<std::int64_t>(i);
  random::shuffle(order, order_.data(), order_.size());
}

std::optional<Point> Search::suggest(const std::vector<Trial>& trials) {
  const std::size_t n = suggested_++;
  return walks_ ? from_order(n) : untried(trials, n);
}

std::optional<Point> Search::from_order(std::size_t n) {
  if (n >= space_.size()) return std::nullopt;
  return space_.grid_point(order_.empty() ? n : static_cast<std::size_t>(order_[n]));
}

bool Search::is_new(const Point& point) { return seen_.insert(Json(space_.values(point)).dump()).second; }

std::optional<Point> Search::untried(const std::vector<Trial>& trials, std::size_t n) {
  if (space_.size() > 0 && seen_.size() >= space_.size()) return std::nullopt;
  const Generator draws = generator_.split(draw_stream).split(n);
  for (std::size_t i = 0; i < attempts; ++i) {
    // What seems best was tried: after some attempts, anything else will do.
    const bool asks = learns() && i < attempts / 4;
    const Point point = asks ? tpe_.suggest(trials, draws.split(i)) : tpe_.draw(draws.split(i));
    if (is_new(point)) return point;
  }
  for (std::size_t i = 0; i < space_.size(); ++i)
    if (const Point point = space_.grid_point(i); is_new(point)) return point;
  return std::nullopt;
}

}  // namespace xgrad::apps::sweep
