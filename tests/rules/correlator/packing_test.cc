// Packed values and the texts of alarms, whole and damaged.

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "rules/alarm.h"
#include "rules/field.h"
#include "rules/packing.h"

using namespace deskd::rules;

namespace {

/// LEB128 as it is explained: seven bits a byte, the least first.
std::string plain_number(std::uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  bytes += static_cast<char>(value);
  return bytes;
}

}  // namespace

TEST_CASE("a number is packed as LEB128, at every length") {
  for (int bits = 0; bits <= 64; ++bits) {
    const std::uint64_t power = bits == 64 ? 0 : std::uint64_t{1} << bits;
    for (const std::uint64_t value :
         {power - 1, power, power + 1, power | 0x5a5a5a5a5a5a5a5a % (power + 1)}) {
      CAPTURE(value);
      std::string bytes = "before";
      Packer(bytes).number(value);
      CHECK(bytes == "before" + plain_number(value));
    }
  }
}

TEST_CASE("a number keeps within its room, at every length") {
  for (int bits = 0; bits <= 64; ++bits) {
    CAPTURE(bits);
    std::string room(packed_number_max + 8, '#');
    const char* const end =
        pack_number(room.data(), bits == 0 ? 0 : ~std::uint64_t{0} >> (64 - bits));
    CHECK(end <= room.data() + packed_number_max);
    CHECK(room.substr(packed_number_max) == "########");
  }
}

TEST_CASE("a text is packed as its length and its bytes, at every length") {
  std::string text;
  for (std::size_t size = 0; size <= 300; ++size, text += static_cast<char>('a' + size % 26)) {
    CAPTURE(size);
    std::string bytes;
    Packer(bytes).text(text);
    CHECK(bytes == plain_number(size) + text);
  }
}

TEST_CASE("numbers, texts, times and flags come back as they were packed") {
  const std::uint64_t numbers[] = {
      0, 1, 127, 128, 16'383, 16'384, std::numeric_limits<std::uint64_t>::max()};
  const Time times[] = {Time{}, Time{Duration{-5}}, Time::min(), Time::max()};
  std::string bytes;
  Packer packer(bytes);
  for (const auto number : numbers) packer.number(number);
  for (const auto time : times) packer.time(time);
  packer.text("");
  packer.text(std::string_view("a\0b", 3));
  packer.flag(true);
  packer.flag(false);

  Unpacker unpacker(bytes);
  for (const auto number : numbers) CHECK(unpacker.number() == number);
  for (const auto time : times) CHECK(unpacker.time() == time);
  CHECK(unpacker.text().empty());
  CHECK(unpacker.text() == std::string_view("a\0b", 3));
  CHECK(unpacker.flag());
  CHECK_FALSE(unpacker.flag());
  CHECK(unpacker.at_end());
  CHECK_FALSE(unpacker.failed());
}

TEST_CASE("a number of any size is read whatever stands behind it, and not when it is cut") {
  for (int bits = 0; bits <= 64; ++bits) {
    for (const std::uint64_t low : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0} >> 1}) {
      const std::uint64_t top = bits == 0 ? 0 : std::uint64_t{1} << (bits - 1);
      const std::uint64_t number = bits == 0 ? 0 : top | (low & (top - 1));
      std::string packed;
      Packer(packed).number(number);
      for (const char behind : {'\0', '\x01', '\x7f', '\x80', '\xff'}) {
        for (std::size_t more = 0; more <= 12; ++more) {
          CAPTURE(number);
          CAPTURE(more);
          const std::string bytes = packed + std::string(more, behind);
          Unpacker unpacker(bytes);
          CHECK(unpacker.number() == number);
          CHECK(unpacker.left() == more);
        }
      }
      for (std::size_t size = 0; size < packed.size(); ++size) {
        Unpacker cut(std::string_view(packed).substr(0, size));
        CHECK(cut.number() == 0);
        CHECK(cut.failed());
      }
      if (packed.size() == 10) continue;
      std::string longer = packed;
      longer.back() = static_cast<char>(longer.back() | 0x80);
      longer += '\0';
      Unpacker unpacker(longer);
      CHECK(unpacker.number() == 0);
      CHECK(unpacker.failed());
    }
  }
}

TEST_CASE("bytes that no Packer wrote are a failure for good") {
  struct Row {
    const char* name;
    std::string bytes;
  };
  const Row rows[] = {
      {"nothing", ""},
      {"ends in the middle of a number", "\x80"},
      {"more than 64 bits", std::string("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02")},
      {"too many bytes", std::string("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")},
      {"longer than needed", std::string("\x81\x00", 2)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.name);
    Unpacker unpacker(row.bytes);
    CHECK(unpacker.number() == 0);
    CHECK(unpacker.failed());
    CHECK(unpacker.text().empty());
    CHECK(unpacker.number() == 0);
  }
  Unpacker greedy("\x05hell");
  CHECK(greedy.text().empty());
  CHECK(greedy.failed());
  Unpacker flag("\x02");
  CHECK_FALSE(flag.flag());
  CHECK(flag.failed());
  Unpacker small("\x07\x01");
  CHECK(small.number_up_to(6) == 0);
  CHECK(small.failed());
}

namespace {

Alert sample_alert() {
  static const Label labels[] = {{"env", "live"}, {"site", "fra"}};
  static const Label annotations[] = {{"url", "https://wiki.example/"}};
  Alert alert;
  alert.type = "linkDown";
  alert.resource = "edge-7";
  alert.qualifier = "3";
  alert.summary = "Link down";
  alert.labels = labels;
  alert.annotations = annotations;
  return alert;
}

AlarmText sample() {
  static const IdentityPart identity[] = {{"resource", "edge-7"}, {"labels.none", ""}};
  return AlarmText(identity, sample_alert());
}

}  // namespace

TEST_CASE("the texts of an alarm are viewed as they were given") {
  const AlarmText text = sample();
  const AlarmTextView view = text.view();
  CHECK(view.identity == std::vector<IdentityPart>{{"resource", "edge-7"}, {"labels.none", ""}});
  CHECK(view.summary == "Link down");
  CHECK(view.labels == std::vector<Label>{{"env", "live"}, {"site", "fra"}});
  CHECK(view.annotations == std::vector<Label>{{"url", "https://wiki.example/"}});
  CHECK(AlarmText(text.bytes()) == text);

  struct Row {
    FieldName field;
    std::string_view value;
  };
  const Row rows[] = {
      {{Field::type, ""}, "linkDown"},
      {{Field::resource, ""}, "edge-7"},
      {{Field::qualifier, ""}, "3"},
      {{Field::summary, ""}, "Link down"},
      {{Field::label, "site"}, "fra"},
      {{Field::label, "url"}, ""},
      {{Field::annotation, "url"}, "https://wiki.example/"},
      {{Field::annotation, "site"}, ""},
      {{Field::sender, ""}, ""},
      {{Field::severity, ""}, ""},
      {{Field::queue, ""}, ""},
  };
  for (const Row& row : rows) CHECK(text.value(row.field) == row.value);
}

TEST_CASE("two texts have one identity exactly when its packed bytes are equal") {
  const AlarmText text = sample();
  std::string packed;
  Packer packer(packed);
  AlarmText::pack_identity(packer, text.view().identity);
  CHECK(text.identity() == packed);
}

TEST_CASE("an alarm and an alert have one hash exactly when they say the same") {
  const std::uint64_t hash = sample().texts_hash();
  Alert alert = sample_alert();
  CHECK(AlarmText::texts_hash(alert) == hash);
  alert.resource = "edge-";
  alert.qualifier = "73";
  CHECK(AlarmText::texts_hash(alert) != hash);
  alert = sample_alert();
  alert.summary = "";
  CHECK(AlarmText::texts_hash(alert) != hash);
  alert = sample_alert();
  alert.labels = alert.labels.first(1);
  CHECK(AlarmText::texts_hash(alert) != hash);
  alert = sample_alert();
  std::swap(alert.labels, alert.annotations);
  CHECK(AlarmText::texts_hash(alert) != hash);
}

TEST_CASE("damaged texts are empty, never read beyond") {
  const std::string bytes = sample().bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const AlarmText cut(bytes.substr(0, size));
    CHECK(cut.view().labels.empty());
    CHECK(cut.value({Field::annotation, "url"}).empty());
  }
  CHECK(AlarmText(bytes + "x").view().type.empty());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = '\xff';
    const AlarmText text(damaged);
    text.view();
    text.identity();
    text.texts_hash();
    text.value({Field::label, "site"});
  }
  CHECK(AlarmText(std::string("\xff\xff\xff\xff\x0f", 5)).view().identity.empty());
}

TEST_CASE("each cause has a name of its own") {
  CHECK(name(ClearCause::none).empty());
  CHECK(name(ClearCause::resolved) == "resolved");
  CHECK(name(ClearCause::by_hand) == "by hand");
}
