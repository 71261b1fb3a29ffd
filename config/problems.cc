#include "config/problems.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "config/concealed.h"
#include "config/encoding.h"
#include "config/limits.h"

namespace deskd::config {

namespace {

/// How much of a long line stands before the caret, and how much is shown at all.
constexpr std::size_t before_caret_max = 120;
constexpr std::size_t excerpt_max = 200;

bool same_place(const Place& a, const Place& b) {
  return a.file == b.file && a.line == b.line && a.column == b.column;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// A piece of the line around the place: where it begins and how much of it is shown.
std::string_view piece_of(std::string_view line, std::size_t& caret) {
  std::size_t begin = caret > before_caret_max ? caret - before_caret_max : 0;
  while (begin > 0 && begin < caret && (line[begin] & 0xC0) == 0x80) ++begin;
  std::size_t end = std::min(line.size(), begin + excerpt_max);
  while (end < line.size() && end > caret && (line[end] & 0xC0) == 0x80) --end;
  caret -= begin;
  return line.substr(begin, end - begin);
}

/// The lines that places stand in, without secrets. Each file is looked through once as long as its
/// places come one after another.
class Excerpts {
 public:
  /// The line and the caret under the place, or nothing for a file as a whole.
  std::string at(const Place& place) {
    if (!place.file || place.line == 0) return {};
    if (file_ != place.file) {
      file_ = place.file;
      shown_ = {file_->name, concealed(file_->text)};
    }
    const std::string_view line = whole_line(shown_, place.line);
    const std::size_t column = place.column > 0 ? place.column - 1 : 0;
    std::size_t caret = std::min(column, line.size());
    std::string piece(piece_of(line, caret));
    std::replace(piece.begin(), piece.end(), '\t', ' ');
    const std::string before = printable(std::string_view(piece).substr(0, caret));
    return fmt::format("    {}{}\n    {:{}}^\n", before,
                       printable(std::string_view(piece).substr(caret)), "", characters(before));
  }

 private:
  std::shared_ptr<const SourceFile> file_;
  SourceFile shown_;
};

/// Files in order of first mention, then places within each.
std::vector<const Problem*> sorted(const std::vector<Problem>& problems) {
  std::vector<const SourceFile*> files;
  const auto rank = [&files](const Problem* problem) {
    return std::find(files.begin(), files.end(), problem->place.file.get()) - files.begin();
  };
  std::vector<const Problem*> order;
  for (const Problem& problem : problems) {
    order.push_back(&problem);
    const SourceFile* file = problem.place.file.get();
    if (std::find(files.begin(), files.end(), file) == files.end()) files.push_back(file);
  }
  std::sort(order.begin(), order.end(), [&](const Problem* a, const Problem* b) {
    // Of one place the first found, which stands before the others in memory.
    return std::tuple(rank(a), a->place.line, a->place.column, a) <
           std::tuple(rank(b), b->place.line, b->place.column, b);
  });
  return order;
}

}  // namespace

void Problems::error(const Place& place, std::string message) {
  add({Level::error, place, std::move(message)});
}

void Problems::warning(const Place& place, std::string message) {
  add({Level::warning, place, std::move(message)});
}

void Problems::append(Problems other) {
  for (Problem& problem : other.problems_) add(std::move(problem));
  unsaid_ += other.unsaid_;
  errors_ += other.unsaid_errors_;
  unsaid_errors_ += other.unsaid_errors_;
}

void Problems::add(Problem problem) {
  const bool is_said = std::any_of(problems_.begin(), problems_.end(), [&](const Problem& said) {
    return same_place(said.place, problem.place) && said.message == problem.message;
  });
  if (is_said) return;
  const bool is_error = problem.level == Level::error;
  if (is_error) ++errors_;
  if (problems_.size() == limits::problems_max && !make_room(is_error)) return;
  problems_.push_back(std::move(problem));
}

bool Problems::make_room(bool for_error) {
  ++unsaid_;
  const auto last_warning =
      std::find_if(problems_.rbegin(), problems_.rend(),
                   [](const auto& said) { return said.level == Level::warning; });
  if (for_error && last_warning != problems_.rend()) {
    problems_.erase(std::next(last_warning).base());
    return true;
  }
  if (for_error) ++unsaid_errors_;
  return false;
}

std::string Problems::text() const {
  std::string text;
  Excerpts excerpts;
  for (const Problem* problem : sorted(problems_)) {
    text += headline(*problem) + "\n" + excerpts.at(problem->place);
  }
  if (unsaid_ > 0) text += fmt::format("and {} more\n", unsaid_);
  return text;
}

std::string headline(const Problem& problem) {
  const std::string_view level = problem.level == Level::error ? "error" : "warning";
  const Place& place = problem.place;
  std::string where;
  if (place.file) where = place.file->name + ":";
  if (place.file && place.line > 0) where += fmt::format("{}:{}:", place.line, place.column);
  if (!where.empty()) where += " ";
  return printable(fmt::format("{}{}: {}", where, level, problem.message));
}

}  // namespace deskd::config
