#include "xgrad/autograd/dot.hpp"

#include <iterator>
#include <set>
#include <string_view>
#include <unordered_map>

#include <fmt/format.h>

namespace xgrad {
namespace {

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n')
      result += "\\n";
    else
      result += c;
  }
  return result;
}

template <class T>
class DotWriter {
 public:
  DotWriter(const std::vector<Tensor<T>>& outputs, const NamedTensors<T>& names) {
    for (const auto& [name, tensor] : names) names_.emplace(tensor.node(), name);
    for (const Tensor<T>& output : outputs) {
      outputs_.insert(output.node());
      if (output.node()) number_from(output.node());
    }
  }

  std::string run() {
    text_ = "digraph xgrad {\n  rankdir=TB;\n  node [fontname=\"Helvetica\"];\n";
    for (Node<T>* node : nodes_) write_node(*node);
    for (Node<T>* node : nodes_) write_edges(*node);
    return text_ + "}\n";
  }

 private:
  // Numbers what lies behind a node in the order of a depth-first walk, with a stack of its own: graphs may be deep.
  void number_from(Node<T>* root) {
    std::vector<Node<T>*> waiting{root};
    while (!waiting.empty()) {
      Node<T>* node = waiting.back();
      waiting.pop_back();
      if (!numbers_.emplace(node, nodes_.size()).second) continue;
      nodes_.push_back(node);
      const auto edges = node->edges();
      for (auto edge = edges.rbegin(); edge != edges.rend(); ++edge)
        if (edge->target) waiting.push_back(edge->target.get());
    }
  }

  void write_node(Node<T>& node) {
    std::string label;
    if (const auto name = names_.find(&node); name != names_.end()) label = escaped(name->second) + "\\n";
    if (!node.is_leaf() || label.empty()) label += escaped(node.name()) + "\\n";
    for (std::uint32_t i = 0; i < node.output_count(); ++i) label += (i ? ", " : "") + to_string(node.output_shape(i));
    fmt::format_to(std::back_inserter(text_), "  n{} [label=\"{}\", shape={}{}];\n", numbers_.at(&node), label,
                   node.is_leaf() ? "ellipse" : "box", outputs_.contains(&node) ? ", peripheries=2" : "");
  }

  void write_edges(Node<T>& node) {
    const auto edges = node.edges();
    for (std::size_t i = 0; i < edges.size(); ++i) {
      if (!edges[i].target) continue;
      std::string attributes;
      if (edges.size() > 1) attributes += fmt::format("headlabel=\"{}\"", i);
      if (edges[i].output > 0) attributes += fmt::format("{}taillabel=\"{}\"", attributes.empty() ? "" : ", ", edges[i].output);
      fmt::format_to(std::back_inserter(text_), "  n{} -> n{}{};\n", numbers_.at(edges[i].target.get()), numbers_.at(&node),
                     attributes.empty() ? "" : " [" + attributes + "]");
    }
  }

  std::unordered_map<const Node<T>*, std::string> names_;
  std::set<const Node<T>*> outputs_;
  std::unordered_map<const Node<T>*, std::size_t> numbers_;
  std::vector<Node<T>*> nodes_;
  std::string text_;
};

}  // namespace

template <class T>
std::string to_dot(const std::vector<Tensor<T>>& outputs, const NamedTensors<T>& names) {
  return DotWriter<T>(outputs, names).run();
}

template std::string to_dot(const std::vector<Tensor<float>>&, const NamedTensors<float>&);
template std::string to_dot(const std::vector<Tensor<double>>&, const NamedTensors<double>&);

}  // namespace xgrad
