#include "daemon/ledger/states.h"

#include <doctest/doctest.h>

#include "config/limits.h"
#include "tests/support/random_entities.h"

namespace deskd {
namespace {

using test::Collector;
using test::Entity;
using test::RandomValues;

constexpr std::size_t kinds = std::variant_size_v<Entity>;

std::string blob_of(const std::vector<Entity>& entities) {
  ledger::StateWriter writer;
  for (const Entity& entity : entities) test::put(writer, entity);
  return writer.take();
}

std::vector<Entity> random_entities(RandomValues& random, std::size_t count) {
  std::vector<Entity> entities;
  for (std::size_t i = 0; i < count; ++i) {
    entities.push_back(test::random_entity(random, i < kinds ? i : random.below(kinds)));
  }
  return entities;
}

/// Reads a copy of exactly its size, so that a sanitizer sees every byte read past the end.
bool readable(std::string_view bytes) {
  const std::vector<char> exact(bytes.begin(), bytes.end());
  Collector collector;
  return ledger::read_states({exact.data(), exact.size()}, collector);
}

/// Of the first frame's body, behind the version and the kind: four bytes, the least first.
void set_length(std::string& blob, std::size_t length) {
  for (std::size_t i = 0; i < 4; ++i) blob[2 + i] = static_cast<char>(length >> (8 * i));
}

}  // namespace

TEST_CASE("every entity comes back as it was written, in order") {
  RandomValues random(1);
  for (int round = 0; round < 200; ++round) {
    const auto written = random_entities(random, 2 * kinds);
    Collector collector;
    REQUIRE(ledger::read_states(blob_of(written), collector));
    REQUIRE(collector.entities.size() == written.size());
    for (std::size_t i = 0; i < written.size(); ++i) {
      CAPTURE(round);
      CAPTURE(i);
      REQUIRE(test::same(written[i], collector.entities[i]));
    }
  }
}

TEST_CASE("an entity without contents comes back too") {
  const std::vector<Entity> written{rules::AlarmState{}, rules::Origin{}, desk::Incident{},
                                    rules::Tombstone{}, ledger::SetupNames{}};
  Collector collector;
  REQUIRE(ledger::read_states(blob_of(written), collector));
  REQUIRE(collector.entities.size() == written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    CHECK(test::same(written[i], collector.entities[i]));
  }
}

TEST_CASE("a writer starts afresh after its blob was taken") {
  ledger::StateWriter writer;
  CHECK(writer.empty());
  writer.put_gone(7);
  CHECK_FALSE(writer.empty());
  const std::string first = writer.take();
  CHECK(writer.empty());
  CHECK(writer.take().empty());
  writer.put_gone(7);
  CHECK(writer.take() == first);
}

TEST_CASE("a blob that is full is followed by another, and no entity is torn") {
  RandomValues random(4);
  const auto written = random_entities(random, 4 * kinds);
  ledger::StateWriter writer(500);
  for (const Entity& entity : written) test::put(writer, entity);
  Collector collector;
  std::size_t blobs = 0;
  for (std::string blob = writer.take(); !blob.empty(); blob = writer.take(), ++blobs) {
    const std::size_t before = collector.entities.size();
    REQUIRE(ledger::read_states(blob, collector));
    REQUIRE(collector.entities.size() > before);
    // Without its last entity it was not full.
    std::size_t last = 0;
    ledger::FrameReader frames(blob);
    while (const auto frame = frames.next()) last = frame->body.size() + ledger::frame_head_bytes;
    CHECK(blob.size() - last < 500);
  }
  CHECK(blobs > 4);
  CHECK(writer.empty());
  REQUIRE(collector.entities.size() == written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    CHECK(test::same(written[i], collector.entities[i]));
  }
}

TEST_CASE("a buffer keeps the room that most turns need, and no more") {
  std::string buffer(limits::record_room_kept, 'a');
  ledger::keep_room(buffer);
  CHECK(buffer.size() == limits::record_room_kept);
  buffer.push_back('a');
  ledger::keep_room(buffer);
  CHECK(buffer.empty());
  CHECK(buffer.capacity() < 100);
}

TEST_CASE("no bytes are a blob without entities") {
  Collector collector;
  CHECK(ledger::read_states({}, collector));
  CHECK(collector.entities.empty());
  CHECK(ledger::states_problem({}).empty());
}

TEST_CASE("a blob cut short is damaged, unless it was cut between two entities") {
  RandomValues random(2);
  const auto entities = random_entities(random, kinds);
  const std::string blob = blob_of(entities);
  std::vector<std::size_t> ends{0, 1};  // nothing, and a version alone
  for (std::size_t count = 1; count <= entities.size(); ++count) {
    ends.push_back(blob_of({entities.begin(), entities.begin() + static_cast<long>(count)}).size());
  }
  for (std::size_t size = 0; size <= blob.size(); ++size) {
    CAPTURE(size);
    const bool between = std::find(ends.begin(), ends.end(), size) != ends.end();
    CHECK(readable(std::string_view(blob).substr(0, size)) == between);
  }
}

TEST_CASE("bytes changed at random never crash the reader") {
  RandomValues random(3);
  std::size_t refused = 0;
  for (int round = 0; round < 3'000; ++round) {
    std::string blob = blob_of({test::random_entity(random, random.below(kinds))});
    for (std::uint64_t i = 0; i <= random.below(4); ++i) {
      blob[random.below(blob.size())] = static_cast<char>(random.number());
    }
    refused += readable(blob) ? 0 : 1;
  }
  CHECK(refused > 300);
}

TEST_CASE("values out of range are refused") {
  struct Row {
    const char* name;
    Entity entity;
  };
  rules::AlarmState severity;
  severity.severity = static_cast<rules::Severity>(6);
  rules::AlarmState cause;
  cause.cleared_by = static_cast<rules::ClearCause>(7);
  rules::Origin status;
  status.status = static_cast<rules::Status>(2);
  desk::Incident state;
  state.state = static_cast<desk::State>(7);
  desk::Incident level;
  level.impact = static_cast<rules::Level>(4);
  desk::Incident decision;
  decision.verdict.push_back({static_cast<rules::Decision>(21)});

  for (const Row& row : {Row{"severity", severity}, Row{"cause", cause}, Row{"status", status},
                         Row{"state", state}, Row{"level", level}, Row{"decision", decision}}) {
    CAPTURE(row.name);
    CHECK_FALSE(readable(blob_of({row.entity})));
  }
}

TEST_CASE("bytes after the last field of an entity are damage") {
  std::string blob = blob_of({test::GoneOrigin{5}});
  ++blob[2];  // the length of its body, little endian
  blob += '\0';
  CHECK_FALSE(readable(blob));
}

TEST_CASE("an incident written before it had pins, a resource and a time to wake is read") {
  RandomValues random(4);
  for (int round = 0; round < 50; ++round) {
    auto incident = std::get<desk::Incident>(test::random_entity(random, 5));
    incident.pinned = {};
    incident.resource.clear();
    incident.pending_until = {};
    const std::string blob = blob_of({incident});
    // Six flags, an empty text and no time: a byte each, at the end.
    for (std::size_t cut = 0; cut <= 9; ++cut) {
      CAPTURE(cut);
      std::string older = blob.substr(0, blob.size() - cut);
      set_length(older, older.size() - 6);
      Collector collector;
      // Between the fields that came together an incident does not end; the ninth byte is an
      // earlier field's.
      REQUIRE(ledger::read_states(older, collector) == (cut == 0 || cut == 8));
      if (cut == 8) CHECK(test::same(collector.entities.front(), Entity{incident}));
    }
  }
}

TEST_CASE("what a newer deskd wrote is refused by name") {
  std::string newer_kind = blob_of({test::GoneOrigin{5}});
  newer_kind[1] = static_cast<char>(200);
  CHECK_FALSE(readable(newer_kind));
  CHECK(ledger::states_problem(newer_kind).find("kind 200") != std::string::npos);

  std::string newer_version = blob_of({test::GoneOrigin{5}});
  newer_version[0] = 2;
  CHECK_FALSE(readable(newer_version));
  CHECK(ledger::states_problem(newer_version).find("format version 2") != std::string::npos);

  std::string zero_version = newer_version;
  zero_version[0] = 0;
  CHECK_FALSE(readable(zero_version));
  CHECK(ledger::states_problem(zero_version).find("damaged") != std::string::npos);
}

}  // namespace deskd
