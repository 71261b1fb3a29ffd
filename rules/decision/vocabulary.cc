#include "rules/decision/vocabulary.h"

#include <algorithm>
#include <array>

#include "config/reader.h"

namespace deskd::rules {
namespace {

constexpr std::array<std::string_view, 2> statuses{name(Status::firing), name(Status::resolved)};
constexpr std::array<std::string_view, 3> levels{"low", "medium", "high"};

template <typename Words>
std::optional<std::int64_t> index_in(const Words& words, std::string_view text) {
  const auto found = std::ranges::find(words, text);
  if (found == words.end()) return std::nullopt;
  return found - words.begin();
}

std::optional<std::int64_t> time_number(std::string_view text) {
  auto time = parse_rfc3339(text);
  if (!time) time = parse_epoch(text);
  if (!time || !is_known(*time)) return std::nullopt;
  return time->time_since_epoch().count();
}

}  // namespace

bool is_class(std::string_view text) {
  bool at_part_begin = true;
  for (const char c : text) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (!is_word && (c != '.' || at_part_begin)) return false;
    at_part_begin = c == '.';
  }
  return !at_part_begin;
}

Vocabulary::Vocabulary(DeskWords desk) : desk_(std::move(desk)) {
  for (std::size_t i = 0; i < desk_.queues.size(); ++i) {
    queues_.emplace_back(desk_.queues[i], static_cast<std::uint16_t>(i));
  }
  std::ranges::sort(queues_);
}

std::optional<std::int64_t> Vocabulary::number_of(Decision decision, std::string_view text) const {
  switch (decision) {
    case Decision::status:
      return index_in(statuses, text);
    case Decision::severity:
      return index_in(severity_names, text);
    case Decision::event_at:
      return time_number(text);
    case Decision::klass:
      return is_class(text) ? std::optional<std::int64_t>(0) : std::nullopt;
    case Decision::impact:
    case Decision::urgency: {
      const auto index = index_in(levels, text);
      return index ? std::optional(*index + 1) : std::nullopt;
    }
    case Decision::priority:
      return index_in(desk_.priorities.levels, text);
    case Decision::queue: {
      const auto found = std::ranges::lower_bound(
          queues_, text, {}, [](const auto& queue) { return std::string_view(queue.first); });
      if (found == queues_.end() || found->first != text) return std::nullopt;
      return found->second;
    }
    case Decision::title:
      return text.empty() ? std::nullopt : std::optional<std::int64_t>(0);
    default:
      return 0;
  }
}

std::optional<std::int64_t> Vocabulary::check(Decision decision, const Text& literal,
                                              config::Problems& problems) const {
  const auto number = number_of(decision, literal.text);
  if (number) return number;
  const auto words = words_of(decision);
  std::string message;
  if (decision == Decision::klass) {
    message = "'" + literal.text + "' is no class: lower-case words with dots, as in network.link";
  } else if (decision == Decision::event_at) {
    message = "'" + literal.text + "' is no time";
  } else if (decision == Decision::title) {
    message = "a title can't be empty";
  } else {
    message = "no " + std::string(name(decision)) + " is named '" + literal.text + "'" +
              config::nearest_hint(literal.text, words);
  }
  problems.error(literal.place, std::move(message));
  return std::nullopt;
}

std::vector<std::string_view> Vocabulary::words_of(Decision decision) const {
  switch (decision) {
    case Decision::status:
      return {statuses.begin(), statuses.end()};
    case Decision::severity:
      return {severity_names.begin(), severity_names.end()};
    case Decision::impact:
    case Decision::urgency:
      return {levels.begin(), levels.end()};
    case Decision::priority:
      return {desk_.priorities.levels.begin(), desk_.priorities.levels.end()};
    case Decision::queue:
      return {desk_.queues.begin(), desk_.queues.end()};
    default:
      return {};
  }
}

}  // namespace deskd::rules
