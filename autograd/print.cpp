#include "xgrad/autograd/print.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <ostream>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

namespace xgrad {
namespace {

/// One way to write all values of an array.
class NumberFormat {
 public:
  NumberFormat(const std::vector<double>& values, int precision) : precision_(precision) {
    double largest = 0, smallest = INFINITY;
    bool whole = true;
    for (const double value : values) {
      if (!std::isfinite(value)) continue;
      const double magnitude = std::abs(value);
      largest = std::max(largest, magnitude);
      if (value != 0) smallest = std::min(smallest, magnitude);
      whole = whole && value == std::trunc(value);
    }
    form_ = largest >= 1e5 || smallest < 1e-4 ? Form::Scientific : whole ? Form::Whole : Form::Fixed;
    for (const double value : values) width_ = std::max(width_, write(value).size());
  }

  std::size_t width() const { return width_; }
  std::string padded(double value) const { return fmt::format("{:>{}}", write(value), width_); }

 private:
  enum class Form { Whole, Fixed, Scientific };

  std::string write(double value) const {
    if (!std::isfinite(value)) return std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf";
    if (form_ == Form::Scientific) return fmt::format("{:.{}e}", value, precision_);
    if (form_ == Form::Whole) return fmt::format("{:.0f}.", value);
    return fmt::format("{:.{}f}", value, precision_);
  }

  int precision_;
  Form form_ = Form::Fixed;
  std::size_t width_ = 0;
};

template <class T>
class Printer {
 public:
  Printer(const Array<T>& array, const PrintOptions& options, std::size_t indent)
      : array_(array),
        options_(options),
        indent_(indent),
        cut_(array.size() > options.threshold),
        format_(shown_values(), std::max(0, options.precision)) {}

  std::string run() {
    if (array_.size() == 0) return "[]";
    brackets(0, 0, array_.size());
    return std::move(text_);
  }

 private:
  bool is_cut(std::size_t extent) const { return cut_ && extent > 2 * options_.edge_items; }

  /// Calls show(i) for the places of an axis that are shown, and gap() where some are left out.
  template <class Show, class Gap>
  void along(std::size_t extent, Show&& show, Gap&& gap) const {
    const std::size_t head = is_cut(extent) ? options_.edge_items : extent;
    for (std::size_t i = 0; i < head; ++i) show(i);
    if (head == extent) return;
    gap();
    for (std::size_t i = extent - options_.edge_items; i < extent; ++i) show(i);
  }

  std::vector<double> shown_values() const {
    std::vector<double> values;
    if (array_.size() > 0) collect(0, 0, array_.size(), values);
    return values;
  }

  void collect(std::size_t axis, std::size_t offset, std::size_t size, std::vector<double>& values) const {
    if (axis == array_.dimension()) return values.push_back(static_cast<double>(array_.data()[offset]));
    const std::size_t extent = array_.shape()[axis], stride = size / extent;
    along(
        extent, [&](std::size_t i) { collect(axis + 1, offset + i * stride, stride, values); }, [] {});
  }

  // The elements from `offset` on, `size` of them, which axis `axis` and those after it span.
  void brackets(std::size_t axis, std::size_t offset, std::size_t size) {
    if (axis == array_.dimension()) {
      text_ += format_.padded(static_cast<double>(array_.data()[offset]));
      return;
    }
    const std::size_t extent = array_.shape()[axis], stride = size / extent;
    const bool innermost = axis + 1 == array_.dimension();
    const std::size_t per_line = numbers_per_line(axis);
    std::size_t written = 0;
    const auto separate = [&] {
      if (written++ == 0) return;
      text_ += ',';
      if (innermost && (written - 1) % per_line != 0)
        text_ += ' ';
      else
        new_line(axis);
    };
    text_ += '[';
    along(
        extent,
        [&](std::size_t i) {
          separate();
          brackets(axis + 1, offset + i * stride, stride);
        },
        [&] {
          separate();
          text_ += "...";
        });
    text_ += ']';
  }

  std::size_t numbers_per_line(std::size_t axis) const {
    const std::size_t used = indent_ + axis + 1, room = options_.line_width > used ? options_.line_width - used : 0;
    return std::max<std::size_t>(1, room / (format_.width() + 2));
  }

  // Blocks of more than one axis are set apart by empty lines.
  void new_line(std::size_t axis) {
    const std::size_t inner_axes = array_.dimension() - 1 - axis;
    text_.append(std::max<std::size_t>(1, inner_axes), '\n');
    text_.append(indent_ + axis + 1, ' ');
  }

  const Array<T>& array_;
  const PrintOptions& options_;
  std::size_t indent_;
  bool cut_;
  NumberFormat format_;
  std::string text_;
};

}  // namespace

template <class T>
std::string to_string(const Tensor<T>& tensor, const PrintOptions& options) {
  constexpr std::string_view opening = "tensor(";
  if (!tensor.defined()) return "tensor(undefined)";
  std::string text(opening);
  text += Printer<T>(tensor.value(), options, opening.size()).run();
  text += fmt::format(", shape={}, dtype={}", to_string(tensor.shape()), std::is_same_v<T, float> ? "float32" : "float64");
  if (tensor.requires_grad())
    text += tensor.is_leaf() ? ", requires_grad" : fmt::format(", result of '{}'", tensor.node()->name());
  return text + ')';
}

template <class T>
std::ostream& operator<<(std::ostream& out, const Tensor<T>& tensor) {
  return out << to_string(tensor);
}

template std::string to_string(const Tensor<float>&, const PrintOptions&);
template std::string to_string(const Tensor<double>&, const PrintOptions&);
template std::ostream& operator<<(std::ostream&, const Tensor<float>&);
template std::ostream& operator<<(std::ostream&, const Tensor<double>&);

}  // namespace xgrad
