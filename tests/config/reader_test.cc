#include "config/reader.h"

#include <array>

#include <doctest/doctest.h>

#include "tests/support/yaml_text.h"

using namespace deskd;
using namespace std::chrono_literals;
using config::MapReader;
using test::YamlText;

namespace {

constexpr std::array<std::string_view, 6> severities{"critical", "major",   "minor",
                                                     "warning",  "unknown", "info"};

}  // namespace

TEST_CASE("a key nobody asked for is refused with the nearest that somebody did") {
  YamlText yaml("nmae: a\nteam: b\ncalender: c\ntier: 1\nfoo: 2\n");
  MapReader reader(yaml.root(), yaml.problems, "a queue");
  reader.optional("name");
  CHECK(reader.optional("team")->text == "b");
  reader.optional("tier");
  reader.not_yet("calendar");
  reader.finish();
  CHECK(yaml.said() ==
        "1:1: unknown key 'nmae' (nearest: 'name')\n"
        "3:1: unknown key 'calender': a queue takes name, team, tier\n"
        "5:1: unknown key 'foo': a queue takes name, team, tier\n");
}

TEST_CASE("a key whose time has not come is refused by name") {
  YamlText yaml("calendar: office\n");
  MapReader reader(yaml.root(), yaml.problems, "a queue");
  reader.not_yet("calendar");
  reader.finish();
  CHECK(yaml.said() == "1:1: 'calendar' is not supported yet\n");
}

TEST_CASE("what is missing is told at the key that lacks it") {
  YamlText yaml("a: 1\nledger:\n  alerts: 7d\n");
  MapReader reader(yaml.at("ledger"), yaml.problems, "ledger");
  CHECK(reader.required("path") == nullptr);
  CHECK(yaml.said() == "2:1: ledger needs 'path'\n");
}

TEST_CASE("what is no map has no keys, and one problem") {
  YamlText yaml("ledger: [a]\n");
  MapReader reader(yaml.at("ledger"), yaml.problems, "ledger");
  CHECK(reader.required("path") == nullptr);
  CHECK(reader.optional("size") == nullptr);
  reader.finish();
  CHECK(yaml.said() == "1:9: ledger is a map, this is a list\n");
}

TEST_CASE("durations") {
  struct Row {
    std::string text;
    std::optional<std::chrono::milliseconds> value;
  };
  const Row rows[] = {
      {"90s", 90s},
      {"10m", 10min},
      {"2h", 2h},
      {"7d", 168h},
      {"1h30m", 90min},
      {"500ms", 500ms},
      {"1d2h3m4s5ms", 24h + 2h + 3min + 4s + 5ms},
      {"0s", 0s},
      {"1m500ms", 60'500ms},
      {"3650d", 3650 * 24h},
      {"'5m'", 5min},
      {"90", {}},
      {"m", {}},
      {"5 m", {}},
      {"5m ", 5min},
      {"1.5h", {}},
      {"-5m", {}},
      {"30m1h", {}},
      {"1m1m", {}},
      {"5M", {}},
      {"5min", {}},
      {"3651d", {}},
      {"99999999999999999999d", {}},
      {"18446744073709551615d", {}},
      {"18446744073709551615d18446744073709551615h", {}},
      {"''", {}},
      {"~", {}},
      {"[5m]", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    YamlText yaml(std::string("a: ") + row.text + "\n");
    CHECK(config::read_duration(yaml.at("a"), yaml.problems) == row.value);
    CHECK(yaml.problems.has_errors() == !row.value.has_value());
  }
}

TEST_CASE("sizes") {
  struct Row {
    std::string text;
    std::optional<std::uint64_t> value;
  };
  const Row rows[] = {
      {"512B", 512},
      {"64KiB", 64 * 1024},
      {"64MiB", 64 * 1024 * 1024},
      {"20GiB", std::uint64_t{20} << 30},
      {"1kB", 1'000},
      {"5MB", 5'000'000},
      {"2GB", 2'000'000'000},
      {"0B", 0},
      {"64", {}},
      {"64 MiB", {}},
      {"64mib", {}},
      {"1.5GiB", {}},
      {"-1B", {}},
      {"1GiB1B", {}},
      {"99999999999GiB", {}},
      {"9223372036854775808B", {}},
      {"{}", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    YamlText yaml(std::string("a: ") + row.text + "\n");
    CHECK(config::read_bytes(yaml.at("a"), yaml.problems) == row.value);
    CHECK(yaml.problems.has_errors() == !row.value.has_value());
  }
}

TEST_CASE("whole numbers") {
  struct Row {
    std::string text;
    std::optional<std::int64_t> value;
  };
  const Row rows[] = {{"0", 0},     {"99", 99},  {"-3", -3},    {"100", {}},
                      {"-6", {}},   {"7.", {}},  {"007", {}},   {"+7", {}},
                      {"0x1F", {}}, {"1e1", {}}, {"seven", {}}, {"99999999999999999999", {}},
                      {"'-'", {}},  {"~", {}}};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    YamlText yaml(std::string("a: ") + row.text + "\n");
    CHECK(config::read_whole(yaml.at("a"), -5, 99, yaml.problems) == row.value);
    CHECK(yaml.problems.has_errors() == !row.value.has_value());
  }
}

TEST_CASE("true and false, nothing else") {
  for (const std::string text : {"yes", "on", "True", "1", "''", "~", "[true]"}) {
    CAPTURE(text);
    YamlText yaml(std::string("a: ") + text + "\n");
    CHECK_FALSE(config::read_bool(yaml.at("a"), yaml.problems).has_value());
    CHECK(yaml.problems.has_errors());
  }
  YamlText yaml("a: true\nb: false\n");
  CHECK(config::read_bool(yaml.at("a"), yaml.problems) == true);
  CHECK(config::read_bool(yaml.at("b"), yaml.problems) == false);
}

TEST_CASE("one of some names, else the nearest or all of them") {
  YamlText yaml("a: minor\nb: critcal\nc: bad\nd: [minor]\n");
  const auto read = [&](const char* key) {
    return config::read_one_of(yaml.at(key), severities, "a severity", yaml.problems);
  };
  CHECK(read("a") == 2);
  CHECK_FALSE(read("b").has_value());
  CHECK_FALSE(read("c").has_value());
  CHECK_FALSE(read("d").has_value());
  CHECK(yaml.said() ==
        "2:4: 'critcal' is not a severity (nearest: 'critical')\n"
        "3:4: 'bad' is not a severity: one of critical, major, minor, warning, unknown, info\n"
        "4:4: expected a severity, this is a list\n");
}

TEST_CASE("one text or a list of them") {
  YamlText yaml("a: x\nb: [x, y]\nc: []\nd: [x, [y], '', ~]\ne: {x: y}\nf:\n");
  const auto read = [&](const char* key) {
    return config::read_texts(yaml.at(key), yaml.problems);
  };
  CHECK(read("a") == std::vector<std::string>{"x"});
  CHECK(read("b") == std::vector<std::string>{"x", "y"});
  CHECK(read("c").empty());
  CHECK_FALSE(yaml.problems.has_errors());
  CHECK(read("d") == std::vector<std::string>{"x"});
  CHECK(read("e").empty());
  CHECK(read("f").empty());
  CHECK(yaml.said() ==
        "4:8: expected a text, this is a list\n"
        "4:13: this text must not be empty\n"
        "4:17: expected a text, this is nothing\n"
        "5:1: expected a text or a list of texts, this is a map\n"
        "6:1: expected a text or a list of texts, this is nothing\n");
}

TEST_CASE("the nearest name is what was meant, or none") {
  struct Row {
    std::string name;
    std::string near;
  };
  for (const Row& row :
       {Row{"critcal", "critical"}, Row{"crtiical", "critical"}, Row{"CRITICAL", "critical"},
        Row{"mjor", "major"}, Row{"infos", "info"}, Row{"inf", "info"}, Row{"x", ""}, Row{"", ""},
        Row{"catastrophe", ""}, Row{"w", ""}}) {
    CAPTURE(row.name);
    CHECK(config::nearest(row.name, severities) == row.near);
  }
  CHECK(config::nearest(std::string(100'000, 'x'), severities) == "");
  constexpr std::array<std::string_view, 2> levels{"P1", "P2"};
  CHECK(config::nearest("P3", levels) == "");
  CHECK(config::nearest_hint("mjor", severities) == " (nearest: 'major')");
  CHECK(config::nearest_hint("zzz", severities) == "");
}
