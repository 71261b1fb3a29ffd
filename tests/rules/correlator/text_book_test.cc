// Whatever is folded against a book, now or when the book has grown, unfolds to what it was.

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "rules/correlator/text_book.h"

using namespace deskd::rules;

namespace {

std::string folded(const TextBook& book, std::string_view text) {
  std::string result = "before";
  book.fold(text, result);
  REQUIRE(result.starts_with("before"));
  return result.substr(6);
}

std::string unfolded(const TextBook& book, std::string_view bytes, std::size_t size) {
  std::string text = "something else";
  book.unfold(bytes, size, text);
  return text;
}

/// Of few letters texts repeat themselves and each other.
std::string random_text(std::mt19937& random, std::size_t size, std::uint32_t letters) {
  std::string text;
  while (text.size() < size) {
    if (!text.empty() && random() % 3 == 0) {
      text += text.substr(random() % text.size(), random() % 300);
    } else {
      text.push_back(static_cast<char>(random() % letters));
    }
  }
  text.resize(size);
  return text;
}

}  // namespace

TEST_CASE("a text like one of the book becomes what is its own") {
  TextBook book;
  const auto text = [](int host) {
    return fmt::format("node-{:07}.fra.example:9100 Filesystem runs out of space. severity major",
                       host);
  };
  book.learn(text(1));
  const std::string bytes = folded(book, text(4711));
  CHECK(bytes.size() < 20);
  CHECK(unfolded(book, bytes, text(4711).size()) == text(4711));
  CHECK(unfolded(book, bytes, 12) == "node-0004711");
  CHECK(unfolded(book, bytes, 0).empty());
}

TEST_CASE("a text that says something twice says it once") {
  const TextBook book;
  const std::string name = "an-unheard-of-name.example";
  const std::string text = name + "|" + name + "|" + name;
  const std::string bytes = folded(book, text);
  CHECK(bytes.size() < name.size() + 12);
  CHECK(unfolded(book, bytes, text.size()) == text);
}

TEST_CASE("random texts come back, whole and in part, and never grow by much") {
  std::mt19937 random(7);
  TextBook book;
  std::vector<std::pair<std::string, std::string>> all;
  for (int i = 0; i < 2'000; ++i) {
    const std::uint32_t letters = i % 3 == 0 ? 256 : i % 3 == 1 ? 2 : 26;
    const std::size_t size = i % 100 == 0 ? 70'000 : random() % 600;
    const std::string text = random_text(random, size, letters);
    const std::string bytes = folded(book, text);
    REQUIRE(bytes.size() <= text.size() + text.size() / 64 + 32);
    all.emplace_back(text, bytes);
    if (!book.is_full() && random() % 4 == 0) book.learn(text);
  }
  CHECK(book.is_full());
  book.close();
  for (const auto& [text, bytes] : all) {
    REQUIRE(unfolded(book, bytes, text.size()) == text);
    const std::size_t part = text.empty() ? 0 : random() % text.size();
    REQUIRE(unfolded(book, bytes, part) == text.substr(0, part));
  }
}

TEST_CASE("texts of every length come back") {
  TextBook book;
  std::string text;
  for (std::size_t size = 0; size < 400; ++size) {
    REQUIRE(unfolded(book, folded(book, text), size) == text);
    text.push_back(static_cast<char>('a' + size % 23));
  }
  book.learn(text);
  for (std::size_t size = 0; size < 400; ++size) {
    const std::string part = text.substr(0, size);
    REQUIRE(unfolded(book, folded(book, part), size) == part);
  }
  const std::string zeros(100, '\0');
  CHECK(unfolded(book, folded(book, zeros), 100) == zeros);
}
