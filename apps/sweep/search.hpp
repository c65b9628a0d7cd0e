#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sweep_file.hpp"
#include "tpe.hpp"

namespace xgrad::apps::sweep {

/// The points of a sweep's space: a coordinate for each parameter of the file.
class Space {
 public:
  explicit Space(std::vector<Parameter> parameters);

  const std::vector<Parameter>& parameters() const noexcept { return parameters_; }
  /// How many points there are; 0: no end of them, or more than 2⁵³.
  std::size_t size() const noexcept { return size_; }
  /// Point number n < size(): the last parameter of the file changes fastest.
  Point grid_point(std::size_t n) const;
  std::vector<Json> values(const Point& point) const;
  std::vector<Dimension> dimensions() const;
  /// Whether random search takes every point as often as any other.
  bool equally_likely() const;

 private:
  std::vector<Parameter> parameters_;
  std::size_t size_;
};

/// Decides what the runs of a sweep try, one after the other. No point comes twice.
///   grid    every point, in the order of Space
///   random  from the parameters' distributions; where all are lists of equally likely values or ranges of whole numbers,
///           the grid in a random order
///   bayes   by Tpe
class Search {
 public:
  Search(std::string method, Space space, std::uint64_t seed);

  /// The next point, from the trials of all runs before it in order of creation (only bayes looks at them); nothing when all
  /// points were tried.
  std::optional<Point> suggest(const std::vector<Trial>& trials);

  const Space& space() const noexcept { return space_; }
  /// Whether suggestions depend on what trials cost.
  bool learns() const noexcept { return method_ == "bayes"; }

 private:
  std::optional<Point> from_order(std::size_t n);
  std::optional<Point> untried(const std::vector<Trial>& trials, std::size_t n);
  bool is_new(const Point& point);

  std::string method_;
  Space space_;
  Tpe tpe_;
  Generator generator_;
  std::size_t suggested_ = 0;
  std::vector<std::int64_t> order_;  // of the grid, where random search walks it
  bool walks_ = false;
  std::set<std::string> seen_;
};

}  // namespace xgrad::apps::sweep
