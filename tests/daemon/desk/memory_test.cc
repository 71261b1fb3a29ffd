// What an incident costs in memory: a storm must not be ended by the desk's own size.

#include <malloc.h>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <array>
#include <string>

#include "tests/daemon/desk/scene.h"

namespace deskd::desk::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool is_counted = false;  // a sanitizer's allocator pads every block
#else
constexpr bool is_counted = true;
#endif

std::size_t bytes_allocated() {
  const auto heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

/// Opens incidents as one rule does: all alike but for the alarm and its title.
void open_incidents(Scene& scene, AlarmId first, std::size_t count) {
  constexpr std::size_t in_a_turn = 256;
  auto verdict = verdict_of(1);
  for (AlarmId alarm = first; alarm < first + count; ++alarm) {
    const auto title = fmt::format("InstanceDown on host-{:07}", alarm);
    const std::array stated{Stated{Decision::severity, 6, {}, "major"},
                            Stated{Decision::klass, 6, {}, "network.link"},
                            Stated{Decision::queue, 6, {}, "network"},
                            Stated{Decision::runbook, 6, {}, "https://wiki.example/uplink"},
                            Stated{Decision::priority, rules::no_rule, {}, "P2"},
                            Stated{Decision::title, rules::no_rule, {}, title}};
    verdict.title = title;
    verdict.stated = stated;
    scene.desk.apply({.kind = Signal::Kind::raised,
                      .alarm = alarm,
                      .severity = Severity::major,
                      .count = 1,
                      .setup = scene.setup.number,
                      .verdict = &verdict},
                     scene.setup, scene.now);
    if (alarm % in_a_turn != 0) continue;
    scene.desk.take_changes();
    scene.desk.take_events();
    scene.now += 1ms;
  }
  scene.desk.take_changes();
  scene.desk.take_events();
}

TEST_CASE("a fresh incident of a rule that opened many takes at most 250 bytes") {
  if (!is_counted) return;
  constexpr std::size_t count = 100'000;
  Scene scene;
  open_incidents(scene, 1, 10'000);  // buffers grow to what they need
  const auto before = bytes_allocated();
  open_incidents(scene, 10'001, count);
  const auto bytes = (bytes_allocated() - before) / count;
  MESSAGE(bytes, " bytes an incident");
  CHECK(bytes <= 250);
}

}  // namespace
}  // namespace deskd::desk::test
