#pragma once
// What the correlator keeps: alarms, their origins, and tombstones. Each struct is written to the
// ledger whole when it changed, and is all that recovery needs of it.

#include <concepts>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/packing.h"
#include "rules/severity.h"
#include "rules/time.h"
#include "rules/verdict.h"

namespace deskd::rules {

struct FieldName;

/// Ids count from 1 within their shard; 0 means none. Shown as `0-4711`: the shard, then the
/// number.
using AlarmId = std::uint64_t;
/// Counts from 1 too; the id of an origin that is gone is given again, lowest first.
using OriginId = std::uint64_t;
/// Which setup judged; counts up with every reload, from 1, across restarts.
using SetupNumber = std::uint32_t;
/// A source's configured name, interned for good: the same across reloads and restarts.
using SourceNumber = std::uint32_t;

/// Why an origin ended, and so an alarm was cleared.
enum class ClearCause : std::uint8_t {
  none,
  resolved,      // its sender said so
  named,         // another alert's `clears` named it
  silence,       // not sent again before its endsAt
  reidentified,  // a newer setup gives its alerts another identity
  dropped,       // a rule drops its alerts now
  by_hand,       // a person ended it
};
std::string_view name(
    ClearCause cause);  // "resolved", "cleared by another alert", "silence" … for timelines

/// The part of an alarm that changes with its alerts.
struct AlarmState {
  AlarmId id = 0;
  std::uint64_t count = 0;  // firing alerts
  Severity severity =
      Severity::unknown;  // the worst of its firing origins; after the clear, the last
  bool active = false;
  bool released =
      false;  // the desk needs it no more: forgotten when cleared and alarm_kept_min old
  bool forgotten = false;  // no alert finds it any more; it is only shown
  ClearCause cleared_by = ClearCause::none;
  Time raised_at, last_at, cleared_at;  // receipt times
  Time event_at;                        // of the last firing alert
};

/// The texts of an alarm, seen through its packed bytes.
struct AlarmTextView {
  std::vector<IdentityPart> identity;
  std::string_view type, resource, qualifier, summary;
  std::vector<Label> labels, annotations;
};

/// The texts of an alarm in one block of bytes: identity, which never changes, and what the newest
/// firing alert said that was at least as severe as the alarm.
class AlarmText {
 public:
  AlarmText() = default;
  /// `identity` and the alert's texts as the rules left them.
  AlarmText(std::span<const IdentityPart> identity, const Alert& alert);
  /// From bytes as `bytes()` gives them; they are checked when they are viewed.
  explicit AlarmText(std::string bytes) : bytes_(std::move(bytes)) {}

  const std::string& bytes() const { return bytes_; }
  AlarmTextView view() const;  // valid while this object is; empty when the bytes are damaged
  /// One text, without unpacking the others; empty when it is missing or no text of an alarm
  /// (source, sender, status, severity, key and decisions are none).
  std::string_view value(const FieldName& field) const;
  /// The packed identity, with which the bytes begin. Two identities are the same when these are.
  std::string_view identity() const;
  /// Of the texts, which alerts change; that of an alert which says the same is the same.
  std::uint64_t texts_hash() const;
  static std::uint64_t texts_hash(const Alert& alert);
  bool operator==(const AlarmText&) const = default;

  // The two halves of `bytes`, for who compares before building.
  static void pack_identity(Packer& packer, std::span<const IdentityPart> identity);
  static void pack_texts(Packer& packer, const Alert& alert);

 private:
  std::string bytes_;
};

/// The text that an alarm has now.
struct TextChange {
  AlarmId alarm = 0;
  AlarmText text;
};

/// One sender's view of one thing. Ended ones stay bound to their alarm until that is forgotten.
template <class Text>
struct OriginOf {
  OriginId id = 0;
  AlarmId alarm = 0;
  SourceNumber source = 0;
  SetupNumber setup = 0;  // that judged its last firing alert
  Text sender;
  Text key;  // as decoded; empty: the origin goes by the alarm's identity
  Status status = Status::firing;
  Severity severity = Severity::unknown;
  ClearCause ended_by = ClearCause::none;
  Time event_at;  // of its last alert; unknown after an end by silence, which makes nothing stale
  Time received_at;  // of that alert
  Time ends_at;      // the greatest endsAt seen since it began to fire; unknown: fires until told
                     // otherwise

  template <class Other>
  explicit(!std::convertible_to<Text, Other>) operator OriginOf<Other>() const {
    return {id,     alarm,    source,   setup,    Other(sender), Other(key),
            status, severity, ended_by, event_at, received_at,   ends_at};
  }
};
using Origin = OriginOf<std::string>;
/// As the correlator shows one of its own: valid until it changes something.
using OriginView = OriginOf<std::string_view>;

/// Remembers an end that found nothing to end, so that an older firing alert that comes late is
/// known to be stale. Keyed by a 128-bit hash of (source, sender, key or identity), or of (source,
/// sender, type, `by` fields).
struct Tombstone {
  std::uint64_t hash_high = 0;
  std::uint64_t hash_low = 0;
  std::vector<std::string> by;  // empty: of an origin; else the fields of the `clears` that made it
  Time event_at;
  Time received_at;  // gone `reorder` later
};

}  // namespace deskd::rules
