// Texts come back from whatever book they were folded against, and books go when none needs them.

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "rules/correlator/alarm_texts.h"

using namespace deskd::rules;

namespace {

/// No two have anything in common.
std::string noise(std::mt19937& random) {
  std::string text;
  while (text.size() < 200) text.push_back(static_cast<char>(random()));
  return text;
}

}  // namespace

TEST_CASE("a text is kept with its hash, replaced and dropped") {
  AlarmTexts texts;
  Block kept;
  CHECK_FALSE(kept.is_made());
  texts.keep(kept, "linkDown of edge-7", 0xfedcba9876543210);
  CHECK(texts.text(kept) == "linkDown of edge-7");
  CHECK(texts.hash(kept) == 0xfedcba9876543210);
  CHECK(texts.begins_with(kept, "linkDown"));
  CHECK(texts.begins_with(kept, "linkDown of edge-7"));
  CHECK(texts.begins_with(kept, ""));
  CHECK_FALSE(texts.begins_with(kept, "linkUp"));
  CHECK_FALSE(texts.begins_with(kept, "linkDown of edge-77"));
  texts.keep(kept, "", 1);
  CHECK(texts.text(kept).empty());
  texts.drop(kept);
  CHECK_FALSE(kept.is_made());
  texts.drop(kept);
}

TEST_CASE("texts of one kind need one book") {
  AlarmTexts texts;
  std::vector<Block> kept(20'000);
  const auto text = [](std::size_t i) {
    return fmt::format(
        "resource node-{:07}.dc-{:02}.example:9100 type DiskFull severity {}, which "
        "is told of by prometheus in cluster prod-{}",
        i, i % 12, i % 3 == 0 ? "critical" : "warning", i % 4);
  };
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    texts.keep(kept[i], text(i), i);
    bytes += kept[i].bytes().size();
  }
  CHECK(texts.books() == 1);
  CHECK(bytes / kept.size() < 45);
  for (std::size_t i = 0; i < kept.size(); ++i) REQUIRE(texts.text(kept[i]) == text(i));
}

TEST_CASE("a book of another kind gives way to a new one, and goes with its last text") {
  std::mt19937 random(1);
  AlarmTexts texts;
  std::vector<Block> old(5'000);
  std::vector<std::string> said;
  for (Block& block : old) texts.keep(block, said.emplace_back(noise(random)), 0);
  CHECK(texts.books() == 2);  // the first was full after 160 texts, and folded nothing

  std::vector<Block> young(20'000);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < young.size(); ++i) {
    texts.keep(young[i], fmt::format("one of {} that all say the same in the same words", i), 0);
    bytes += young[i].bytes().size();
  }
  CHECK(bytes / young.size() < 40);
  for (std::size_t i = 0; i < old.size(); ++i) REQUIRE(texts.text(old[i]) == said[i]);
  CHECK(texts.books() == 3);
  for (Block& block : old) texts.drop(block);
  CHECK(texts.books() == 2);  // the second was still open when the young ones came
  CHECK(texts.text(young.back()).starts_with("one of 19999"));
}

TEST_CASE("books that single texts keep there do not become ever more") {
  std::mt19937 random(2);
  AlarmTexts texts;
  std::vector<Block> rewritten(50);
  std::vector<Block> single;
  for (int i = 0; i < 60'000; ++i) {
    texts.keep(rewritten[static_cast<std::size_t>(i) % rewritten.size()], noise(random), 0);
    if (i % 4'000 == 0) texts.keep(single.emplace_back(), noise(random), 0);
  }
  CHECK(texts.books() <= 2);
}
