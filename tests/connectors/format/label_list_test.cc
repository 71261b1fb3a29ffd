#include "connectors/format/label_list.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace deskd::connectors;
namespace limits = deskd::limits;

namespace {

std::string text_of(const LabelList& list) {
  std::string all;
  for (const auto& [name, value] : list.view()) {
    all.append(name).append("=").append(value).append(" ");
  }
  return all;
}

}  // namespace

TEST_CASE("labels are sorted by name, each name once, and the last value counts") {
  LabelList list;
  for (const auto& [name, value] : std::vector<std::pair<const char*, const char*>>{
           {"m", "1"}, {"z", "2"}, {"a", "3"}, {"m", "4"}, {"b", "5"}}) {
    CHECK(list.add(name, value).empty());
  }
  CHECK(text_of(list) == "a=3 b=5 m=4 z=2 ");
}

TEST_CASE("an empty value is a missing label") {
  LabelList list;
  CHECK(list.add("a", "").empty());
  CHECK(list.add("b", "1").empty());
  CHECK(list.add("c", "2").empty());
  CHECK(list.add("b", "").empty());
  CHECK(text_of(list) == "c=2 ");
}

TEST_CASE("names, values and their number are bounded") {
  LabelList list;
  CHECK(list.add("", "x") == "a name is empty");
  CHECK(list.add(std::string(limits::label_name_bytes_max + 1, 'n'), "x") ==
        "a name is longer than 1024 bytes");
  CHECK(list.add("x", std::string(limits::text_bytes_max + 1, 'v')) == "longer than 65536 bytes");
  std::vector<std::string> names;
  for (std::size_t i = 0; i < limits::labels_max; ++i) names.push_back("n" + std::to_string(i));
  for (const std::string& name : names) CHECK(list.add(name, "x").empty());
  CHECK(list.add("one more", "x") == "more than 128");
  CHECK(list.add("one more", "").empty());
  CHECK(list.add("n7", "y").empty());
  CHECK(list.view().size() == limits::labels_max);
}

TEST_CASE("the kept copy outlives the list") {
  std::pmr::monotonic_buffer_resource arena;
  std::span<const deskd::rules::Label> kept;
  {
    LabelList list;
    CHECK(list.keep(arena).empty());
    CHECK(list.add("b", "1").empty());
    CHECK(list.add("a", "2").empty());
    kept = list.keep(arena);
  }
  REQUIRE(kept.size() == 2);
  CHECK(kept[0].name == "a");
  CHECK(kept[1].value == "1");
}
