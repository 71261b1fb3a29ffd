#include "rules/index/rule_index.h"

#include <algorithm>
#include <optional>
#include <tuple>

namespace deskd::rules {
namespace {

using Kind = IndexKey::Kind;

/// The part of `value` that a key of `kind` with a text of `bytes` must equal; nothing when the
/// value is too short.
std::optional<std::string_view> stretch_of(std::string_view value, Kind kind, std::size_t bytes) {
  if (kind == Kind::under && value.starts_with('.')) value.remove_prefix(1);
  if (value.size() < bytes) return std::nullopt;
  return kind == Kind::suffix ? value.substr(value.size() - bytes) : value.substr(0, bytes);
}

}  // namespace

void RuleIndex::look_up(Subject& subject, Candidates& candidates) const {
  add(always_, candidates);
  const std::span all(fields_);
  for (const FieldIndex& field : all.first(plain_end_)) {
    look_up(field, subject.value(field.slot), candidates);
  }
  const Alert& alert = subject.alert();
  look_up(all.subspan(plain_end_, labels_end_ - plain_end_), alert.labels, subject, candidates);
  look_up(all.subspan(labels_end_), alert.annotations, subject, candidates);
}

void RuleIndex::look_up(std::span<const FieldIndex> fields, std::span<const Label> labels,
                        Subject& subject, Candidates& candidates) const {
  if (fields.size() <= labels.size()) {
    for (const FieldIndex& field : fields) {
      look_up(field, subject.value(field.slot), candidates);
    }
    return;
  }
  const auto name_of = [](const FieldIndex& field) { return std::string_view(field.name.name); };
  auto field = fields.begin();
  for (const Label& label : labels) {
    field = std::ranges::lower_bound(field, fields.end(), label.name, {}, name_of);
    if (field == fields.end()) return;
    if (name_of(*field) == label.name) look_up(*field, label.value, candidates);
  }
}

void RuleIndex::look_up(const FieldIndex& field, std::string_view value,
                        Candidates& candidates) const {
  if (value.empty()) return;
  if (value.size() <= field.literal_bytes_max) find({field.slot, Kind::equal, value}, candidates);
  for (const auto& [kind, bytes] : field.stretches) {
    if (const auto stretch = stretch_of(value, kind, bytes)) {
      find({field.slot, kind, *stretch}, candidates);
    }
  }
  for (const Expressions& expressions : field.expressions) {
    const bool is_sure = expressions.set.match(
        value, [&](std::size_t pattern) { add(expressions.postings[pattern], candidates); });
    if (!is_sure) add(expressions.all, candidates);
  }
}

void RuleIndex::find(const IndexKey& key, Candidates& candidates) const {
  const auto found = postings_.find(key.hash());
  if (found != postings_.end()) add(found->second, candidates);
}

void RuleIndex::add(Postings postings, Candidates& candidates) const {
  const std::span rules(numbers_);
  for (const RuleNumber rule : rules.subspan(postings.first, postings.count)) candidates.add(rule);
}

}  // namespace deskd::rules
