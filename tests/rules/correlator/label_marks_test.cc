// Marks tell alarms apart without missing one: whatever came, changed, or was restored.

#include "rules/correlator/label_marks.h"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "rules/correlator/alarm_table.h"
#include "rules/field.h"

using namespace deskd::rules;

namespace {

/// An alarm's text of one label beside type and resource.
AlarmText text_of(std::string_view type, std::string_view resource, std::string_view site) {
  const std::array<IdentityPart, 1> identity{{{"resource", resource}}};
  const std::array<Label, 1> labels{{{"site", site}}};
  Alert alert;
  alert.type = type;
  alert.resource = resource;
  alert.labels = labels;
  return AlarmText(identity, alert);
}

WantedMarks site_is(std::string_view site) { return {{label_mark(Field::label, "site", site)}}; }

/// A table and what is in it, alarm by alarm.
struct Alarms {
  AlarmTable table;
  std::vector<AlarmText> texts;

  void put(AlarmId id, AlarmText text) {
    if (id > texts.size()) texts.resize(id);
    REQUIRE(table.restore(AlarmState{.id = id}));
    REQUIRE(table.restore(id, text));
    texts[id - 1] = std::move(text);
  }

  /// Those that a search comes to; each that it passes over is one without `wanted`.
  std::vector<AlarmId> search(bool is_downward, const WantedMarks& wanted) const {
    std::vector<AlarmId> found;
    AlarmId from = is_downward ? table.last() : 1;
    while (from >= 1 && from <= table.last()) {
      const auto next = table.next(from, is_downward, wanted);
      REQUIRE((is_downward ? next.alarm <= from : next.alarm >= from));
      REQUIRE((next.alarm >= 1 && next.alarm <= table.last()));
      if (next.may_match) found.push_back(next.alarm);
      from = is_downward ? next.alarm - 1 : next.alarm + 1;
    }
    if (is_downward) std::ranges::reverse(found);
    return found;
  }

  std::vector<AlarmId> with_site(std::string_view site) const {
    std::vector<AlarmId> found;
    for (AlarmId id = 1; id <= texts.size(); ++id) {
      if (texts[id - 1].value({Field::label, "site"}) == site) found.push_back(id);
    }
    return found;
  }
};

}  // namespace

TEST_CASE("a search by marks misses no alarm, in either direction, while texts change") {
  std::mt19937 random(4711);
  Alarms alarms;
  for (int round = 0; round < 60; ++round) {
    for (int change = 0; change < 100; ++change) {
      const AlarmId last = alarms.table.last();
      const AlarmId id =
          random() % 2 == 0 || last == 0 ? last + 1 + random() % 3 : 1 + random() % last;
      alarms.put(id, text_of(fmt::format("t{}", random() % 5), fmt::format("h{}", id),
                             fmt::format("s{}", random() % 400)));
    }
    for (int question = 0; question < 5; ++question) {
      const auto site = fmt::format("s{}", random() % 420);
      CAPTURE(site);
      const auto expected = alarms.with_site(site);
      for (const bool is_downward : {false, true}) {
        const auto found = alarms.search(is_downward, site_is(site));
        CHECK(std::ranges::includes(found, expected));
      }
    }
  }
}

TEST_CASE("most alarms without a label are passed over, once their texts were read") {
  Alarms alarms;
  constexpr AlarmId count = 10'000;
  for (AlarmId id = 1; id <= count; ++id) {
    alarms.put(id, text_of("t", fmt::format("h{}", id), fmt::format("s{}", id / 10)));
  }
  std::size_t read = 0;
  for (AlarmId from = 1; from <= count; ++from) {
    const auto next = alarms.table.next(from, false, site_is("s500"));
    read += next.texts_read;
    from = next.alarm;
  }
  CHECK(read >= count);
  const auto found = alarms.search(false, site_is("s500"));
  CHECK(std::ranges::includes(found, alarms.with_site("s500")));
  CHECK(found.size() < 100);
  CHECK(alarms.search(true, site_is("s500")) == found);
}

TEST_CASE("who looks for nothing reads nothing") {
  Alarms alarms;
  alarms.put(20, text_of("t", "h", "s"));
  CHECK(alarms.table.next(1, false, {}).alarm == 1);
  CHECK(alarms.table.next(20, true, {}).alarm == 20);
  CHECK(alarms.table.next(20, true, {}).texts_read == 0);
}

TEST_CASE("of several marks all must be there, and of a list one") {
  Alarms alarms;
  // In groups of their own.
  alarms.put(1, text_of("disk", "h1", "fra"));
  alarms.put(101, text_of("disk", "h2", "ber"));
  alarms.put(201, text_of("link", "h3", "fra"));
  const auto found = [&](const WantedMarks& wanted) {
    alarms.search(false, wanted);  // reads
    const auto all = alarms.search(false, wanted);
    std::vector<AlarmId> real;
    for (const auto id : all) {
      if (alarms.table.find(id) != nullptr) real.push_back(id);
    }
    return real;
  };
  const auto disk = label_mark(Field::type, {}, "disk");
  const auto link = label_mark(Field::type, {}, "link");
  const auto fra = label_mark(Field::label, "site", "fra");
  const auto h2 = label_mark(Field::resource, {}, "h2");
  CHECK(found({{disk}, {fra}}) == std::vector<AlarmId>{1});
  CHECK(found({{disk, link}, {fra}}) == std::vector<AlarmId>{1, 201});
  CHECK(found({{fra, h2}}) == std::vector<AlarmId>{1, 101, 201});
  CHECK(found({{label_mark(Field::label, "type", "disk")}}).empty());
  CHECK(found({}) == std::vector<AlarmId>{1, 101, 201});
}

TEST_CASE("a group whose labels changed much is read anew, and tells alarms apart again") {
  LabelMarks marks;
  const std::vector<AlarmText> first{text_of("t", "h", "s")};
  marks.read(0, first);
  const auto has = [&](std::string_view site) {
    return (marks.groups_with(0, site_is(site)) & 1) != 0;
  };
  CHECK(has("s"));
  int changes = 0;
  for (; changes < 1'000 && marks.is_read(0); ++changes) {
    const auto site = fmt::format("s{}", changes);
    marks.add(0, text_of("t", "h", site));
    CHECK(has(site));
  }
  CHECK(changes > 30);
  CHECK(changes < 1'000);
  const std::vector<AlarmText> now{text_of("t", "h", "s0")};
  marks.read(0, now);
  CHECK(has("s0"));
  CHECK_FALSE(has("s"));
  CHECK_FALSE(has("s1"));
}
