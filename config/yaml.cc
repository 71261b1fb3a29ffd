#include "config/yaml.h"

#include <algorithm>
#include <array>
#include <istream>
#include <streambuf>
#include <string_view>

#include <fmt/core.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "config/encoding.h"
#include "config/limits.h"
#include "config/raw_file.h"
#include "config/yaml_tree.h"

namespace deskd::config {

namespace {

/// Reads a text where it stands; std::istringstream would copy it.
class TextBuffer : public std::streambuf {
 public:
  explicit TextBuffer(const std::string& text) {
    char* begin = const_cast<char*>(text.data());  // streambuf's interface; nothing is written
    setg(begin, begin, begin + text.size());
  }
};

/// What the parser says, and what we say instead.
struct Phrase {
  std::string_view theirs;
  std::string_view ours;
};

const std::array phrases{
    Phrase{YAML::ErrorMsg::END_OF_MAP,
           "this does not fit into the map above: a wrong indentation, or a missing ':'"},
    Phrase{YAML::ErrorMsg::END_OF_SEQ,
           "this does not fit into the list above: a wrong indentation, or a missing '-'"},
    Phrase{YAML::ErrorMsg::END_OF_MAP_FLOW, "a '}' or ',' is missing before this"},
    Phrase{YAML::ErrorMsg::END_OF_SEQ_FLOW, "a ']' or ',' is missing before this"},
    Phrase{YAML::ErrorMsg::FLOW_END, "this bracket does not close what is open"},
    Phrase{YAML::ErrorMsg::MAP_VALUE,
           "a ':' can't stand here: quote the text, or check the indentation and the line above"},
    Phrase{YAML::ErrorMsg::MAP_KEY, "a '?' can't stand here"},
    Phrase{YAML::ErrorMsg::BLOCK_ENTRY, "a '-' can't stand here: check the indentation"},
    Phrase{YAML::ErrorMsg::UNKNOWN_TOKEN, "a text can't begin with this character: quote it"},
    Phrase{YAML::ErrorMsg::EOF_IN_SCALAR, "a quoted text is not closed"},
    Phrase{YAML::ErrorMsg::DOC_IN_SCALAR, "a quoted text is not closed before this"},
    Phrase{YAML::ErrorMsg::TAB_IN_INDENTATION, "a tab can't indent: use spaces"},
    Phrase{YAML::ErrorMsg::UNKNOWN_ANCHOR, "no anchor (&) of this name stands above"},
    Phrase{YAML::ErrorMsg::BAD_FILE, "nested too deep"},
};

std::string in_our_words(const std::string& theirs) {
  for (const Phrase& phrase : phrases) {
    if (theirs == phrase.theirs) return std::string(phrase.ours);
  }
  return theirs;
}

Place place_of_offset(const std::shared_ptr<const SourceFile>& file, std::size_t offset) {
  const std::string_view before = std::string_view(file->text).substr(0, offset);
  const auto lines = std::count(before.begin(), before.end(), '\n');
  const std::size_t line_break = before.rfind('\n');
  const std::size_t begin = line_break == std::string_view::npos ? 0 : line_break + 1;
  return {file, static_cast<std::uint32_t>(lines) + 1,
          static_cast<std::uint32_t>(offset - begin) + 1};
}

/// Where the parser stopped; at the end of the file that is behind the last thing written.
Place place_of(const std::shared_ptr<const SourceFile>& file, const YAML::Mark& mark) {
  if (mark.is_null()) return {file, 1, 1};
  const Place place{file, static_cast<std::uint32_t>(mark.line) + 1,
                    static_cast<std::uint32_t>(mark.column) + 1};
  const std::size_t last = file->text.find_last_not_of(" \t\r\n");
  const Place end = place_of_offset(file, last == std::string::npos ? 0 : last + 1);
  return place.line > end.line ? end : place;
}

/// A tab in the indentation of the line is the likely cause of any other complaint about it.
void report_syntax(const std::shared_ptr<const SourceFile>& file, const YAML::Exception& fault,
                   Problems& problems) {
  Place place = place_of(file, fault.mark);
  const std::string_view line = whole_line(*file, place.line);
  const std::size_t tab = line.find_first_not_of(' ');
  if (tab != std::string_view::npos && line[tab] == '\t') {
    place.column = static_cast<std::uint32_t>(tab) + 1;
    problems.error(place, in_our_words(YAML::ErrorMsg::TAB_IN_INDENTATION));
    return;
  }
  problems.error(place, in_our_words(fault.msg));
}

/// Refuses whatever comes after the first document.
class SecondDocument : public YamlTree {
 public:
  using YamlTree::YamlTree;
  void OnDocumentStart(const YAML::Mark& mark) override {
    throw YAML::ParserException(mark, "the document has ended before this: one file, one document");
  }
};

std::optional<Node> parse(const std::shared_ptr<const SourceFile>& file, Problems& problems) {
  TextBuffer buffer(file->text);
  std::istream stream(&buffer);
  try {
    YAML::Parser parser(stream);
    YamlTree tree(file, problems);
    if (parser.HandleNextDocument(tree)) {
      SecondDocument second(file, problems);
      parser.HandleNextDocument(second);
    }
    return tree.take();
  } catch (const YAML::Exception& fault) {
    report_syntax(file, fault, problems);
    return std::nullopt;
  }
}

}  // namespace

Node::Node() = default;
Node::Node(const Node& other) = default;
Node::Node(Node&& other) noexcept = default;
Node& Node::operator=(const Node& other) = default;
Node& Node::operator=(Node&& other) noexcept = default;
Node::~Node() = default;

const Node* Node::find(std::string_view key) const {
  for (const auto& [name, value] : entries) {
    if (name.text == key) return &value;
  }
  return nullptr;
}

std::string_view kind_name(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return "nothing";
    case Node::Kind::scalar:
      return "a text";
    case Node::Kind::sequence:
      return "a list";
    case Node::Kind::map:
      return "a map";
  }
  return "nothing";
}

std::optional<Node> parse_yaml(std::shared_ptr<const SourceFile> file, Problems& problems) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (file->text.starts_with(byte_order_mark)) {
    file = std::make_shared<const SourceFile>(
        SourceFile{file->name, file->text.substr(byte_order_mark.size())});
  }
  if (const auto fault = find_encoding_fault(file->text)) {
    problems.error(place_of_offset(file, fault->offset), fault->message);
    return std::nullopt;
  }
  std::optional<Node> document = parse(file, problems);
  if (document && document->is_null()) {
    document->kind = Node::Kind::map;
    document->line = 1;
    document->column = 1;
    document->file = file;
  }
  return document;
}

std::shared_ptr<const SourceFile> read_file(const std::string& path, std::string shown_name,
                                            Problems& problems) {
  auto raw = read_raw_file(path, limits::config_file_bytes_max);
  if (!raw) {
    const auto unread = std::make_shared<const SourceFile>(SourceFile{std::move(shown_name), {}});
    problems.error({unread, 0, 0}, "this file " + raw.error());
    return nullptr;
  }
  const auto file =
      std::make_shared<const SourceFile>(SourceFile{std::move(shown_name), std::move(raw->bytes)});
  if (const auto fault = find_encoding_fault(file->text)) {
    problems.error(place_of_offset(file, fault->offset), fault->message);
    return nullptr;
  }
  return file;
}

}  // namespace deskd::config
