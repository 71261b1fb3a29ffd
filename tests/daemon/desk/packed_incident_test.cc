// What is packed comes back as it was, and leaves no text behind.

#include <tuple>

#include <doctest/doctest.h>

#include "daemon/desk/packed_incident.h"
#include "tests/support/random_entities.h"

namespace deskd::desk::test {
namespace {

bool same(const Incident& left, const Incident& right) {
  return deskd::test::fields(left) == deskd::test::fields(right);
}

bool same(const Incident& incident, const PackedIncidentView& view, const SharedTexts& texts) {
  const auto numbers = [](const auto& it) {
    return std::tie(it.id, it.version, it.state, it.resolved_by_hand, it.impact, it.urgency,
                    it.severity, it.severity_worst, it.pinned, it.opened_at, it.updated_at,
                    it.acknowledged_at, it.resolved_at, it.closed_at, it.pending_until,
                    it.quiet_since, it.alarm_count, it.alert_count_left, it.timeline_count);
  };
  return numbers(incident) == numbers(view) && view.title == incident.title &&
         view.resource == incident.resource && texts.text(view.klass) == incident.klass &&
         texts.text(view.priority) == incident.priority &&
         texts.text(view.queue) == incident.queue && texts.text(view.runbook) == incident.runbook &&
         texts.text(view.person) == incident.person &&
         texts.text(view.acknowledged_by) == incident.acknowledged_by;
}

TEST_CASE("an incident comes back as it was packed, also into one that was another") {
  deskd::test::RandomValues random(1);
  SharedTexts texts;
  Incident unpacked;
  for (int i = 0; i < 500; ++i) {
    auto incident = deskd::test::random_incident(random);
    // A decision's value is often the title, and most incidents are as they were opened.
    if (random.flag() && !incident.verdict.empty()) incident.verdict.back().value = incident.title;
    if (random.flag()) {
      incident = Incident{.id = incident.id,
                          .title = incident.title,
                          .queue = incident.queue,
                          .opened_at = incident.opened_at,
                          .verdict = incident.verdict};
    }
    std::string packed;
    pack(incident, texts, packed);
    unpack(packed, texts, unpacked);
    REQUIRE(same(incident, unpacked));
    REQUIRE(opened_at(packed) == incident.opened_at);
    REQUIRE(same(incident, view(packed), texts));
    release(packed, texts);
    REQUIRE(texts.size() == 0);
  }
}

TEST_CASE("a text is kept once, and as long as somebody uses it") {
  SharedTexts texts;
  const auto first = texts.share("network");
  CHECK(texts.share("network") == first);
  CHECK(texts.share("servers") != first);
  CHECK(texts.share("") == 0);
  CHECK(texts.text(0).empty());
  CHECK(texts.size() == 2);
  texts.release(first);
  CHECK(texts.text(first) == "network");
  texts.release(first);
  CHECK(texts.size() == 1);
  CHECK(texts.share("triage") == first);  // its place is used again
  CHECK(texts.text(first) == "triage");
}

TEST_CASE("packed bytes hold what was put there, whatever room they take") {
  PackedBytes bytes;
  std::string expected;
  for (int i = 0; i < 3'000; ++i) {
    const std::string more(static_cast<std::size_t>(i % 37), static_cast<char>('a' + i % 26));
    bytes.append(more);
    expected += more;
    if (i % 5 == 0) {
      const auto gone = expected.size() / 3;
      bytes.remove_prefix(gone);
      expected.erase(0, gone);
    }
    REQUIRE(bytes.view() == expected);
    REQUIRE(bytes.empty() == expected.empty());
  }
  bytes.assign("other");
  CHECK(bytes.view() == "other");
  bytes.assign("");
  CHECK(bytes.empty());
}

}  // namespace
}  // namespace deskd::desk::test
