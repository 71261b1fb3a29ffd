#include "tests/bench/load/alert_corpus.h"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace deskd::bench {
namespace {

struct Kind {
  std::string_view name;
  std::string_view severity;
};

// Severities by words that all peers know.
constexpr std::array<Kind, 8> kinds{{{"HostDown", "critical"},
                                     {"DiskFull", "critical"},
                                     {"HighErrorRate", "major"},
                                     {"CertExpiresSoon", "warning"},
                                     {"LinkFlapping", "minor"},
                                     {"HighLatencyP99", "major"},
                                     {"OutOfFileHandles", "critical"},
                                     {"ReplicationLag", "warning"}}};
constexpr std::uint64_t kinds_of_a_host = 4;
constexpr std::size_t host_digits = 7;

}  // namespace

WallTime wall_time() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

std::string iso_time(WallTime at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

AlertCorpus::AlertCorpus(WallTime now)
    : starts_at_(iso_time(now)), ends_at_(iso_time(now + std::chrono::hours{1})) {}

AlertPlaces AlertCorpus::append(std::string& out, std::uint64_t n) const {
  const std::uint64_t host = n / kinds_of_a_host;
  const Kind& kind = kinds[(n % kinds_of_a_host) * 2 + host % 2];
  const std::size_t begin = out.size();
  AlertPlaces places;
  const auto here = [&] { return static_cast<std::uint32_t>(out.size()); };
  const auto add = [&]<class... Parts>(fmt::format_string<Parts...> form, Parts&&... parts) {
    fmt::format_to(std::back_inserter(out), form, std::forward<Parts>(parts)...);
  };

  add(R"({{"annotations":{{"runbook_url":"https://wiki.example/{}","summary":"node-)", kind.name);
  places.host_in_summary = here();
  add("{:07}: {} for 5 min", host, 10 + host % 90);
  const std::size_t end_of_summary = out.size();
  out += R"("},"endsAt":")";
  places.ends_at = here();
  add(R"({}","startsAt":")", ends_at_);
  places.starts_at = here();
  add(R"({}","generatorURL":"http://prom-0:9090/","labels":{{"alertname":"{}",)", starts_at_,
      kind.name);
  add(R"("cluster":"prod-{}","instance":"node-)", host % 4);
  places.host = here();
  add(R"({:07}.dc-{:02}.example:9100","job":"node","namespace":"monitoring",)", host, host % 12);
  add(R"("severity":"{}","site":"dc-{:02}","team":"{}"}}}})", kind.severity, host % 12, team);

  // What kinds and severities leave of the 424 bytes is a summary of many words.
  const std::size_t written = out.size() - begin;
  if (written > alert_bytes) std::abort();
  const std::size_t missing = alert_bytes - written;
  out.insert(end_of_summary, missing, '.');
  places.ends_at += static_cast<std::uint32_t>(missing);
  places.starts_at += static_cast<std::uint32_t>(missing);
  places.host += static_cast<std::uint32_t>(missing);
  return places;
}

void write_time(std::string& text, std::uint32_t place, std::string_view iso_time) {
  std::memcpy(text.data() + place, iso_time.data(), time_bytes);
}

void write_host(std::string& text, const AlertPlaces& places, std::uint32_t host) {
  std::array<char, host_digits> digits;
  for (std::size_t i = host_digits; i-- > 0; host /= 10) {
    digits[i] = static_cast<char>('0' + host % 10);
  }
  std::memcpy(text.data() + places.host, digits.data(), host_digits);
  std::memcpy(text.data() + places.host_in_summary, digits.data(), host_digits);
}

}  // namespace deskd::bench
