#include "daemon/desk/packed_incident.h"

#include <concepts>
#include <type_traits>

#include "config/check.h"
#include "rules/packing.h"

namespace deskd::desk {

namespace {

using rules::Decision;
using rules::Packer;
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

/// A decision's own value, which often is the title once more: then it takes one byte.
void pack_own(Packer& packer, std::string_view value, std::string_view title) {
  packer.flag(value == title);
  if (value != title) packer.text(value);
}

std::string_view unpack_own(Unpacker& unpacker, std::string_view title) {
  return unpacker.flag() ? title : unpacker.text();
}

class Packing {
 public:
  static constexpr bool is_reading = false;
  Packing(std::string& out, SharedTexts& texts) : packer_(out), texts_(texts) {}

  void number(std::uint64_t value) { packer_.number(value); }
  void flag(bool value) { packer_.flag(value); }
  void one_of(auto value) { packer_.number(static_cast<std::uint64_t>(value)); }
  void time(Time value, Time base = {}) {
    packer_.number(static_cast<std::uint64_t>(value.time_since_epoch().count()) -
                   static_cast<std::uint64_t>(base.time_since_epoch().count()));
  }
  void text(std::string_view value) { packer_.text(value); }
  void shared(std::string_view value) { packer_.number(texts_.share(value)); }

  // Who took which decision is one shared text for all incidents that a rule opens.
  void authors(const std::vector<Author>& authors, std::string_view title) {
    std::string common;
    common.reserve(authors.size() * 24);
    Packer packer(common);
    for (const auto& [decision, rule, setup, value] : authors) {
      packer.number(static_cast<std::uint64_t>(decision));
      packer.number(rules::RuleNumber{rule + 1});  // `no_rule` becomes 0
      packer.number(setup);
      if (is_common(decision)) packer.text(value);
    }
    shared(common);
    for (const auto& author : authors)
      if (!is_common(author.decision)) pack_own(packer_, author.value, title);
  }

 private:
  Packer packer_;
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
  void text(std::string& /*value*/) { unpacker_.text(); }
  void shared(std::string& /*value*/) { release(); }
  void authors(std::vector<Author>& /*authors*/, std::string_view /*title*/) { release(); }

 private:
  void release() { texts_.release(static_cast<SharedTexts::Handle>(unpacker_.number())); }

  Unpacker unpacker_;
  SharedTexts& texts_;
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

/// Names the fields in their order.
template <typename Codec>
void walk(Codec& codec, auto& incident) {
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
  codec.authors(incident.verdict, incident.title);
}

}  // namespace

void pack(const Incident& incident, SharedTexts& texts, std::string& out) {
  Packing packing(out, texts);
  walk(packing, incident);
}

void unpack(std::string_view packed, const SharedTexts& texts, Incident& incident) {
  Unpacking unpacking(packed, texts);
  walk(unpacking, incident);
  DESKD_CHECK(unpacking.whole());
}

void release(std::string_view packed, SharedTexts& texts) {
  Releasing releasing(packed, texts);
  Incident passed_over;
  walk(releasing, passed_over);
}

Time opened_at(std::string_view packed) { return Unpacker(packed).time(); }

Time updated_at(std::string_view packed) {
  Unpacker unpacker(packed);
  const Time opened_at = unpacker.time();
  return opened_at + unpacker.time().time_since_epoch();
}

}  // namespace deskd::desk
