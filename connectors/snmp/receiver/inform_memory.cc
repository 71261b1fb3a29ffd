#include "connectors/snmp/receiver/inform_memory.h"

#include <xxhash.h>

#include "config/limits.h"

namespace deskd::connectors {
namespace {

std::size_t weight(const InformAnswer& answer) {
  std::size_t bytes = sizeof answer + answer.bytes.size();
  if (const auto& session = answer.session) {
    bytes += session->user.size() + session->context_engine_id.size() + session->context.size();
  }
  return bytes;
}

}  // namespace

InformKey inform_key(const Datagram& datagram, std::string_view user, std::string_view pdu) {
  const auto& address = datagram.sender.bytes;
  const std::uint64_t who = XXH3_64bits_withSeed(user.data(), user.size(), datagram.sender.is_v6);
  const std::uint64_t from = XXH3_64bits_withSeed(address.data(), address.size(), who);
  const XXH128_hash_t hash = XXH3_128bits_withSeed(pdu.data(), pdu.size(), from);
  return {hash.low64, hash.high64};
}

InformMemory::InformMemory(std::chrono::nanoseconds window)
    : window_(window), answered_(limits::informs_remembered_max) {}

InformMemory::Known InformMemory::look(const InformKey& key, std::chrono::nanoseconds now) {
  if (waiting_.contains(key)) return Known::under_way;
  const auto* answered_at = answered_.find(key);
  if (answered_at == nullptr) return Known::fresh;
  if (now - *answered_at <= window_) return Known::answered;
  answered_.erase(key);
  return Known::fresh;
}

bool InformMemory::has_room() const {
  return waiting_.size() < limits::informs_remembered_max &&
         waiting_bytes_ < limits::informs_waiting_bytes;
}

void InformMemory::wait(const InformKey& key, InformAnswer answer) {
  static_cast<void>(take(key));
  waiting_bytes_ += weight(answer);
  waiting_.emplace(key, std::move(answer));
}

std::optional<InformAnswer> InformMemory::durable(const InformKey& key,
                                                  std::chrono::nanoseconds now) {
  auto answer = take(key);
  if (answer && answered_.find(key) == nullptr) answered_.insert(key, now);
  return answer;
}

void InformMemory::forget(const InformKey& key) { static_cast<void>(take(key)); }

std::optional<InformAnswer> InformMemory::take(const InformKey& key) {
  const auto found = waiting_.find(key);
  if (found == waiting_.end()) return std::nullopt;
  std::optional<InformAnswer> answer(std::move(found->second));
  waiting_bytes_ -= weight(*answer);
  waiting_.erase(found);
  return answer;
}

}  // namespace deskd::connectors
