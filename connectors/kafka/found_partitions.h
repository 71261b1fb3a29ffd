#pragma once
// What is known of a cluster's partitions, going by what its nodes answered.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kafka/kafka_client.h"

namespace deskd::connectors {

struct PartitionFound {
  std::string topic;
  std::int32_t partition = 0;
  std::int32_t leader = -1;
  bool exists = true;
  bool is_gone = false;         // its topic is there without it
  bool appeared_later = false;  // its topic was without it, or missing, when first asked for
  bool leader_answers = false;
  std::optional<PartitionEnds> ends;  // nothing: not known (yet, or any more)
  std::optional<std::int64_t>
      offset_at_start;  // of the first record that settings.start.time asks for
};

/// Pure; who owns it sees to threads. A topic that the cluster names with a fault keeps its
/// partitions, of which nothing is known then: whether there are any can't be told from that. One
/// that it does not name is missing, maybe for a moment only.
class FoundPartitions {
 public:
  /// What the cluster says of a topic that was asked for.
  void take_in(const TopicFound& topic);
  /// What a leader says of one that was to be asked. `is_whole`: it was asked for both ends; else
  /// for the upper one, which says nothing where the ends were forgotten meanwhile.
  void take_answer(const PartitionFound& answer, bool is_whole);
  void forget_ends(std::string_view topic, std::int32_t partition);
  /// Of all its partitions whose ends are known.
  void set_answering(std::int32_t leader, bool answers);

  // Whom to ask.
  std::set<std::int32_t> leaders() const;
  /// The leader's partition to ask for: one without ends, else each in `turn`; null: it has none.
  const PartitionFound* next_of(std::int32_t leader, std::size_t turn) const;

  /// Partitions of which something changed since the last call.
  std::vector<PartitionFound> take_changes();
  bool empty() const { return partitions_.empty(); }
  bool some_leader_answers() const;
  /// By topic, in the cluster's words.
  const std::map<std::string, std::string, std::less<>>& topic_faults() const {
    return topic_faults_;
  }

 private:
  struct Known {
    PartitionFound found;
    bool has_changed = true;
  };

  Known* find(std::string_view topic, std::int32_t partition);
  Known& known(const std::string& topic, std::int32_t partition);
  bool is_asked_for(const PartitionFound& found) const;

  std::vector<Known> partitions_;
  std::map<std::string, std::string, std::less<>> topic_faults_;
  std::set<std::string> seen_topics_;  // or known to be missing
};

}  // namespace deskd::connectors
