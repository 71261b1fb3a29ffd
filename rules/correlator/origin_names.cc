#include "rules/correlator/origin_names.h"

#include <utility>

#include "config/check.h"

namespace deskd::rules {

namespace {

OriginName unpack(SourceNumber source, std::string_view texts) {
  Unpacker unpacker(texts);
  const std::string_view sender = unpacker.text();
  return {source, sender, texts.substr(texts.size() - unpacker.left())};
}

}  // namespace

OriginNames::OriginNames() : by_name_(0, Hash{this}, Equal{this}) {}

std::uint32_t OriginNames::hash_of(const OriginName& name) {
  const std::uint64_t sender = hash64(name.sender) ^ name.source;
  return static_cast<std::uint32_t>(spread(spread(sender) + hash64(name.key)));
}

bool OriginNames::is_same(const Entry& entry, const OriginName& name) {
  if (entry.source != name.source) return false;
  const OriginName own = unpack(entry.source, entry.texts.bytes());
  return own.sender == name.sender && own.key == name.key;
}

std::uint32_t OriginNames::find(const Named& named) const {
  const auto found = by_name_.find(named);
  return found == by_name_.end() ? 0 : *found;
}

OriginName OriginNames::name(std::uint32_t number) const {
  return unpack(entry(number).source, entry(number).texts.bytes());
}

void OriginNames::pack(const OriginName& name, std::string& packed) {
  packed.clear();
  Packer packer(packed);
  packer.text(name.sender);
  packed += name.key;
}

std::uint32_t OriginNames::add(SourceNumber source, Block texts, std::uint32_t hash) {
  std::uint32_t number = 0;
  if (free_.empty()) {
    entries_.emplace_back();
    number = static_cast<std::uint32_t>(entries_.size());
  } else {
    number = free_.back();
    free_.pop_back();
  }
  entries_[number - 1] = {.texts = std::move(texts), .source = source, .hash = hash};
  by_name_.insert(number);
  if (!name(number).key.empty()) ++with_key_[source];
  return number;
}

std::uint32_t OriginNames::hold(const OriginName& name) {
  const Named named{hash_of(name), name};
  std::uint32_t number = find(named);
  if (number == 0) {
    pack(name, packed_);
    number = add(name.source, Block(packed_), named.hash);
  }
  ++entries_[number - 1].holders;
  return number;
}

std::uint32_t OriginNames::hold(SourceNumber source, Block texts) {
  const OriginName name = unpack(source, texts.bytes());
  const Named named{hash_of(name), name};
  std::uint32_t number = find(named);
  if (number == 0) number = add(source, std::move(texts), named.hash);
  ++entries_[number - 1].holders;
  return number;
}

void OriginNames::let_go(std::uint32_t number) {
  Entry& entry = entries_[number - 1];
  DESKD_CHECK(entry.holders > 0);
  if (--entry.holders > 0) return;
  by_name_.erase(number);
  if (!name(number).key.empty() && --with_key_[entry.source] == 0) with_key_.erase(entry.source);
  entry = {};
  free_.push_back(number);
}

}  // namespace deskd::rules
