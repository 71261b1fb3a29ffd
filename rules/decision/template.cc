#include "rules/decision/template.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "config/limits.h"
#include "rules/utf8.h"

namespace deskd::rules {
namespace {

using Filter = Template::Filter;
using Buffer = std::array<char, limits::template_bytes_max>;

/// Text put together in a buffer of its own; what does not fit is remembered as a failure.
class Output {
 public:
  explicit Output(Buffer& buffer) : buffer_(buffer) {}

  void append(std::string_view text) {
    if (text.size() > buffer_.size() - size_) {
      overflowed_ = true;
      return;
    }
    std::ranges::copy(text, buffer_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += text.size();
  }
  void append(char c) { append(std::string_view(&c, 1)); }

  std::optional<std::string_view> text() const {
    if (overflowed_) return std::nullopt;
    return std::string_view(buffer_.data(), size_);
  }

 private:
  Buffer& buffer_;
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

// ASCII only: what other letters become depends on a language that nobody told us.
char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char raised(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

void append_replaced(std::string_view text, const Filter& filter, Output& output) {
  for (;;) {
    const auto found = text.find(filter.first);
    output.append(text.substr(0, found));
    if (found == std::string_view::npos) return;
    output.append(filter.second);
    text.remove_prefix(found + filter.first.size());
  }
}

bool writes(Filter::Kind kind) {
  return kind != Filter::Kind::otherwise && kind != Filter::Kind::truncate;
}

/// Filters that write do so into `buffer`, in which `value` must not stand.
std::optional<std::string_view> apply(const Filter& filter, std::string_view value,
                                      Buffer& buffer) {
  Output output(buffer);
  switch (filter.kind) {
    case Filter::Kind::otherwise:
      return value.empty() ? std::string_view(filter.first) : value;
    case Filter::Kind::truncate:
      return cut_characters(value, filter.characters);
    case Filter::Kind::lower:
      for (const char c : value) output.append(lowered(c));
      return output.text();
    case Filter::Kind::upper:
      for (const char c : value) output.append(raised(c));
      return output.text();
    case Filter::Kind::replace:
      append_replaced(value, filter, output);
      return output.text();
  }
  return std::nullopt;
}

/// Runs a field's value through its filters, which write into two buffers in turn.
class Filtering {
 public:
  std::optional<std::string_view> run(std::string_view value, std::span<const Filter> filters) {
    bool is_missing = value.empty();
    std::size_t turn = 0;
    for (const Filter& filter : filters) {
      if (filter.kind == Filter::Kind::otherwise) {
        is_missing = false;
      } else if (is_missing) {
        continue;
      }
      const auto result = apply(filter, value, buffers_[turn % buffers_.size()]);
      if (!result) return std::nullopt;
      if (writes(filter.kind)) ++turn;
      value = *result;
    }
    if (is_missing) return std::nullopt;
    return value;
  }

 private:
  std::array<Buffer, 2> buffers_;
};

std::string_view keep(std::string_view text, std::pmr::memory_resource& arena) {
  if (text.empty()) return {};
  char* copy = static_cast<char*>(arena.allocate(text.size(), 1));
  std::ranges::copy(text, copy);
  return {copy, text.size()};
}

}  // namespace

const std::string* Template::literal() const {
  return parts_.size() == 1 && !parts_[0].slot ? &parts_[0].plain : nullptr;
}

std::optional<std::string_view> Template::render(Subject& subject,
                                                 std::pmr::memory_resource& arena) const {
  if (const std::string* plain = literal()) return *plain;
  if (parts_.size() == 1 && parts_[0].filters.empty()) {
    const std::string_view value = subject.value(*parts_[0].slot);
    if (value.empty() || value.size() > limits::template_bytes_max) return std::nullopt;
    return value;
  }
  Buffer buffer;
  Output output(buffer);
  Filtering filtering;
  for (const Part& part : parts_) {
    if (!part.slot) {
      output.append(part.plain);
      continue;
    }
    const auto value = filtering.run(subject.value(*part.slot), part.filters);
    if (!value) return std::nullopt;
    output.append(*value);
  }
  const auto text = output.text();
  if (!text) return std::nullopt;
  return keep(*text, arena);
}

}  // namespace deskd::rules
