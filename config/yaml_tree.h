#pragma once
// Builds the tree of one YAML document from the parser's events; the only header that knows
// yaml-cpp.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/mark.h>

#include "config/yaml.h"

namespace deskd::config {

/// Lives while one document is parsed. Mistakes that leave the document readable become problems;
/// what can't be gone on from (a bound, an alias inside its own anchor) is thrown as
/// YAML::ParserException, as the parser throws its own, and caught by `parse_yaml`.
class YamlTree : public YAML::EventHandler {
 public:
  YamlTree(std::shared_ptr<const SourceFile> file, Problems& problems);

  /// The whole document, once it was parsed.
  Node take();

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override;
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override;

 private:
  /// A list or map that is not finished; of a map also the key whose value comes next.
  struct Open {
    Node node;
    YAML::anchor_t anchor = 0;
    bool has_key = false;
    Node key;
    std::unordered_set<std::string> keys;
  };

  Node make(Node::Kind kind, const YAML::Mark& mark) const;
  void open(Node node, YAML::anchor_t anchor);
  void close();
  /// A finished node is remembered under its anchor, and goes to where it belongs.
  void finish(Node node, YAML::anchor_t anchor);
  void add(Node node, bool is_alias);
  void add_value(Open& map, Node value, bool is_alias);
  /// Says what is wrong with the key of a map; false: its value is left out.
  bool take_key(Open& map);
  /// A copy, counted as if all of it were written at `use`, inside of `depth` lists and maps.
  Node copy(const Node& node, const Node& use, std::size_t depth);
  void count(const Node& node, const Node& use);
  void refuse_tag(const std::string& tag, const Node& node);
  void check_text(const Node& node);

  std::shared_ptr<const SourceFile> file_;
  Problems& problems_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Node> anchored_;
  Node root_;
  std::size_t nodes_ = 0;
  std::size_t text_bytes_ = 0;
};

}  // namespace deskd::config
