#include "daemon/desk/packed_incident.h"

#include <concepts>
#include <type_traits>
#include <utility>

#include "config/check.h"
#include "rules/packing.h"

namespace deskd::desk {

namespace {

using rules::Decision;
using rules::Unpacker;

/// Whether the value of such a decision is a word of the desk or of a rule, the same for many
/// incidents; the others tell of one alert.
bool is_common(Decision decision) {
  switch (decision) {
    case Decision::status:
    case Decision::severity:
    case Decision::type:
    case Decision::klass:
    case Decision::impact:
    case Decision::urgency:
    case Decision::priority:
    case Decision::queue:
    case Decision::runbook:
      return true;
    default:
      return false;
  }
}

std::string_view unpack_own(Unpacker& unpacker, std::string_view title) {
  return unpacker.flag() ? title : unpacker.text();
}

/// Adds up the most bytes that `Packing` needs.
class Measuring {
 public:
  static constexpr bool is_reading = false;

  void number(std::uint64_t /*value*/) { bytes_max_ += rules::packed_number_max; }
  void flag(bool /*value*/) { ++bytes_max_; }
  void one_of(auto /*value*/) { bytes_max_ += rules::packed_number_max; }
  void time(Time /*value*/, Time /*base*/ = {}) { bytes_max_ += rules::packed_number_max; }
  void text(std::string_view value) { bytes_max_ += rules::packed_text_max(value.size()); }
  void shared(std::string_view /*value*/) { bytes_max_ += rules::packed_number_max; }
  void authors(const std::vector<Author>& authors, std::string_view /*title*/) {
    bytes_max_ += rules::packed_number_max;
    for (const auto& author : authors)
      bytes_max_ += 4 * rules::packed_number_max + rules::packed_text_max(author.value.size());
  }

  std::size_t bytes_max() const { return bytes_max_; }

 private:
  std::size_t bytes_max_ = 0;
};

/// Writes from `at` on, where there is as much room as `Measuring` says.
class Packing {
 public:
  static constexpr bool is_reading = false;
  Packing(char* at, SharedTexts& texts) : at_(at), texts_(texts) {}

  void number(std::uint64_t value) { at_ = rules::pack_number(at_, value); }
  void flag(bool value) { *at_++ = value ? 1 : 0; }
  void one_of(auto value) { number(static_cast<std::uint64_t>(value)); }
  void time(Time value, Time base = {}) {
    number(rules::number_of(value) - rules::number_of(base));
  }
  void text(std::string_view value) { at_ = rules::pack_text(at_, value); }
  void shared(std::string_view value) { number(texts_.share(value)); }

  // Who took which decision is one shared text for all incidents that a rule opens.
  void authors(const std::vector<Author>& authors, std::string_view title) {
    char* const handle_at = std::exchange(at_, at_ + rules::packed_number_max);
    const char* const common = at_;
    for (const auto& [decision, rule, setup, value] : authors) {
      number(static_cast<std::uint64_t>(decision));
      number(rules::RuleNumber{rule + 1});  // `no_rule` becomes 0
      number(setup);
      if (is_common(decision)) text(value);
    }
    const auto handle = texts_.share({common, at_});
    at_ = handle_at;
    number(handle);
    for (const auto& author : authors)
      if (!is_common(author.decision)) own(author.value, title);
  }

  char* end() const { return at_; }

 private:
  /// A decision's own value, which often is the title once more: then it takes one byte.
  void own(std::string_view value, std::string_view title) {
    flag(value == title);
    if (value != title) text(value);
  }

  char* at_;
  SharedTexts& texts_;
};

class Unpacking {
 public:
  static constexpr bool is_reading = true;
  Unpacking(std::string_view packed, const SharedTexts& texts) : unpacker_(packed), texts_(texts) {}

  void number(std::unsigned_integral auto& value) {
    value = static_cast<std::remove_reference_t<decltype(value)>>(unpacker_.number());
  }
  void flag(bool& value) { value = unpacker_.flag(); }
  template <typename Enum>
  void one_of(Enum& value) {
    value = static_cast<Enum>(unpacker_.number());
  }
  void time(Time& value, Time base = {}) {
    const auto since = static_cast<std::uint64_t>(base.time_since_epoch().count());
    value = Time{rules::Duration{static_cast<std::int64_t>(unpacker_.number() + since)}};
  }
  void text(std::string& value) { value = unpacker_.text(); }
  void shared(std::string& value) { value = shared(); }

  void authors(std::vector<Author>& authors, std::string_view title) {
    Unpacker common(shared());
    std::size_t count = 0;
    for (; !common.at_end(); ++count) {
      if (count == authors.size()) authors.emplace_back();
      auto& [decision, rule, setup, value] = authors[count];
      decision = static_cast<Decision>(common.number());
      rule = static_cast<rules::RuleNumber>(common.number() - 1);
      setup = static_cast<rules::SetupNumber>(common.number());
      value = is_common(decision) ? common.text() : unpack_own(unpacker_, title);
    }
    authors.resize(count);
    DESKD_CHECK(!common.failed());
  }

  bool whole() const { return !unpacker_.failed() && unpacker_.at_end(); }

 private:
  std::string_view shared() {
    return texts_.text(static_cast<SharedTexts::Handle>(unpacker_.number()));
  }

  Unpacker unpacker_;
  const SharedTexts& texts_;
};

/// Reads on, and gives back the texts that it meets.
class Releasing {
 public:
  static constexpr bool is_reading = true;
  Releasing(std::string_view packed, SharedTexts& texts) : unpacker_(packed), texts_(texts) {}

  void number(auto& /*value*/) { unpacker_.number(); }
  void flag(bool& value) { value = unpacker_.flag(); }
  void one_of(auto& /*value*/) { unpacker_.number(); }
  void time(Time& /*value*/, Time /*base*/ = {}) { unpacker_.number(); }
  void text(std::string_view& /*value*/) { unpacker_.text(); }
  void shared(SharedTexts::Handle& /*value*/) { release(); }
  void release() { texts_.release(static_cast<SharedTexts::Handle>(unpacker_.number())); }

 private:
  Unpacker unpacker_;
  SharedTexts& texts_;
};

/// Reads what needs no looking up.
class Viewing {
 public:
  static constexpr bool is_reading = true;
  explicit Viewing(std::string_view packed) : unpacker_(packed) {}

  void number(std::unsigned_integral auto& value) {
    value = static_cast<std::remove_reference_t<decltype(value)>>(unpacker_.number());
  }
  void flag(bool& value) { value = unpacker_.number() != 0; }
  template <typename Enum>
  void one_of(Enum& value) {
    value = static_cast<Enum>(unpacker_.number());
  }
  void time(Time& value, Time base = {}) {
    const auto number = unpacker_.number() + rules::number_of(base);
    value = Time{rules::Duration{static_cast<std::int64_t>(number)}};
  }
  void text(std::string_view& value) { value = unpacker_.text(); }
  void shared(SharedTexts::Handle& value) { number(value); }
  bool failed() const { return unpacker_.failed(); }

 private:
  Unpacker unpacker_;
};

/// Whether there is anything that an incident gets later in its life, or never.
bool has_more(const Incident& it) {
  const bool has_person = !it.person.empty() || !it.acknowledged_by.empty();
  const bool has_times = is_known(it.acknowledged_at) || is_known(it.resolved_at) ||
                         is_known(it.closed_at) || is_known(it.pending_until) ||
                         is_known(it.quiet_since);
  return has_person || has_times || it.resolved_by_hand || it.alert_count_left != 0 ||
         !it.resource.empty() || it.pinned != Pins{};
}

void walk_more(auto& codec, auto& incident) {
  codec.flag(incident.resolved_by_hand);
  codec.shared(incident.person);
  codec.shared(incident.acknowledged_by);
  codec.text(incident.resource);
  codec.flag(incident.pinned.priority);
  codec.flag(incident.pinned.klass);
  codec.flag(incident.pinned.title);
  codec.flag(incident.pinned.impact);
  codec.flag(incident.pinned.urgency);
  codec.flag(incident.pinned.runbook);
  codec.time(incident.acknowledged_at);
  codec.time(incident.resolved_at);
  codec.time(incident.closed_at);
  codec.time(incident.pending_until);
  codec.time(incident.quiet_since);
  codec.number(incident.alert_count_left);
}

void forget_more(Incident& it) {
  it.resolved_by_hand = false;
  for (auto* text : {&it.person, &it.acknowledged_by, &it.resource}) text->clear();
  it.pinned = {};
  for (auto* time :
       {&it.acknowledged_at, &it.resolved_at, &it.closed_at, &it.pending_until, &it.quiet_since})
    *time = {};
  it.alert_count_left = 0;
}

void forget_more(PackedIncidentView& /*fresh*/) {}

/// Names the fields in their order, but for the verdict.
template <typename Codec>
void walk_head(Codec& codec, auto& incident) {
  codec.time(incident.opened_at);
  codec.time(incident.updated_at, incident.opened_at);
  codec.number(incident.id);
  codec.number(incident.version);
  codec.one_of(incident.state);
  codec.one_of(incident.impact);
  codec.one_of(incident.urgency);
  codec.one_of(incident.severity);
  codec.one_of(incident.severity_worst);
  codec.number(incident.alarm_count);
  codec.number(incident.timeline_count);
  codec.shared(incident.klass);
  codec.shared(incident.priority);
  codec.shared(incident.queue);
  codec.shared(incident.runbook);
  codec.text(incident.title);
  if constexpr (Codec::is_reading) {
    bool more = false;
    codec.flag(more);
    if (more)
      walk_more(codec, incident);
    else
      forget_more(incident);
  } else {
    const bool more = has_more(incident);
    codec.flag(more);
    if (more) walk_more(codec, incident);
  }
}

void walk(auto& codec, auto& incident) {
  walk_head(codec, incident);
  codec.authors(incident.verdict, incident.title);
}

}  // namespace

void pack(const Incident& incident, SharedTexts& texts, std::string& out) {
  Measuring measuring;
  walk(measuring, incident);
  const auto size = out.size();
  out.resize_and_overwrite(size + measuring.bytes_max(), [&](char* bytes, std::size_t) {
    Packing packing(bytes + size, texts);
    walk(packing, incident);
    return static_cast<std::size_t>(packing.end() - bytes);
  });
}

void unpack(std::string_view packed, const SharedTexts& texts, Incident& incident) {
  Unpacking unpacking(packed, texts);
  walk(unpacking, incident);
  DESKD_CHECK(unpacking.whole());
}

PackedIncidentView view(std::string_view packed) {
  PackedIncidentView incident;
  Viewing viewing(packed);
  walk_head(viewing, incident);
  DESKD_CHECK(!viewing.failed());
  return incident;
}

void release(std::string_view packed, SharedTexts& texts) {
  Releasing releasing(packed, texts);
  PackedIncidentView passed_over;
  walk_head(releasing, passed_over);
  releasing.release();  // of the verdict
}

Time opened_at(std::string_view packed) { return Unpacker(packed).time(); }

Time updated_at(std::string_view packed) {
  PackedIncidentView head;
  Viewing viewing(packed);
  viewing.time(head.opened_at);
  viewing.time(head.updated_at, head.opened_at);
  return head.updated_at;
}

}  // namespace deskd::desk
