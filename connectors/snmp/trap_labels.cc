#include "connectors/snmp/trap_labels.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/snmp/notification.h"
#include "connectors/snmp/value_text.h"

namespace deskd::connectors {
namespace {

constexpr std::string_view raw = ".raw";

std::string_view version_text(SnmpVersion version) {
  switch (version) {
    case SnmpVersion::v1:
      return "1";
    case SnmpVersion::v2c:
      return "2c";
    case SnmpVersion::v3:
      return "3";
  }
  return {};
}

std::string_view keep_dotted(OidView oid, Batch& batch) {
  OidText room;
  return batch.keep(print(oid, room));
}

/// The address that the agent gives itself; 0.0.0.0 says that it knows none.
std::string_view keep_agent(const Trap& trap, Batch& batch) {
  if (!trap.agent_address || *trap.agent_address == Ipv4{}) return {};
  std::string text;
  append_address(*trap.agent_address, text);
  return batch.keep(text);
}

}  // namespace

TrapAlert TrapLabels::read(const Trap& trap, const OidTable& table, Batch& batch) {
  list_.clear();
  Reading reading{.trap = trap, .table = table, .batch = batch};
  look_up(reading);
  add_facts(reading);

  IndexValues room;
  std::span<const IndexValue> index;
  if (const Found* first = reading.first_row; first != nullptr) {
    index = decode_index(*first->object->row, first->instance, batch.arena(), room);
  }
  reading.labels_max = limits::labels_max - 2 * index.size();
  for (const Found& found : found_) add_varbind(found, reading);
  reading.labels_max = limits::labels_max;
  add_index(index, reading);

  reading.result.alert.labels = list_.keep(batch.arena());
  return reading.result;
}

void TrapLabels::look_up(Reading& reading) {
  found_.clear();
  named_.clear();
  const std::size_t count = std::min(reading.trap.varbinds.size(), limits::varbinds_max);
  reading.result.left_out += reading.trap.varbinds.size() - count;
  // Pointers into both stay good while a trap is read.
  found_.reserve(limits::varbinds_max);
  named_.reserve(limits::varbinds_max);
  for (const Varbind& varbind : reading.trap.varbinds.first(count)) {
    if (is_proxy_note(varbind.oid)) continue;
    Found& found = found_.emplace_back(&varbind, nullptr, varbind.oid);
    const OidEntry* const entry = reading.table.find_longest(varbind.oid);
    if (entry == nullptr || entry->kind != OidKind::object) continue;
    found.object = entry;
    found.instance = varbind.oid.after(entry->oid().size());
    const bool is_of_row = entry->row != nullptr && !found.instance.empty();
    if (is_of_row && reading.first_row == nullptr) reading.first_row = &found;
  }
}

void TrapLabels::add_facts(Reading& reading) {
  const Trap& trap = reading.trap;
  Batch& batch = reading.batch;
  rules::Alert& alert = reading.result.alert;
  const std::string_view oid = keep_dotted(trap.trap_oid, batch);
  const OidEntry* const notification = reading.table.find_notification(trap.trap_oid);
  const std::string_view sender = batch.keep(trap.sender_address);
  const std::string_view agent = keep_agent(trap, batch);

  alert.type = notification != nullptr ? batch.keep(notification->name) : oid;
  alert.sender = trap.agent_is_believed && !agent.empty() ? agent : sender;
  alert.resource = alert.sender;
  if (const Found* first = reading.first_row; first != nullptr) {
    alert.qualifier = keep_dotted(first->instance, batch);
  }

  const auto add = [&](std::string_view name, std::string_view value) {
    if (!list_.add(name, value).empty()) ++reading.result.left_out;
  };
  const auto keep_text = [&](std::string_view octets) {
    scratch_.clear();
    append_text(Octets{octets}, nullptr, reading.table, scratch_);
    return batch.keep(scratch_);
  };
  // In the order of their names: then each goes to the end of the list.
  add("snmp_agent", agent.empty() ? sender : agent);
  add("snmp_context", keep_text(trap.context));
  add("snmp_enterprise", keep_dotted(trap.enterprise, batch));
  add("snmp_index", alert.qualifier);
  if (notification != nullptr) add("snmp_module", batch.keep(notification->module));
  add("snmp_oid", oid);
  add("snmp_sender", sender);
  if (trap.uptime) add("snmp_uptime", batch.keep(fmt::format_int(*trap.uptime).c_str()));
  add("snmp_user", keep_text(trap.user));
  add("snmp_version", version_text(trap.version));
}

void TrapLabels::add_varbind(const Found& found, Reading& reading) {
  if (std::holds_alternative<NoValue>(found.varbind->value)) return;
  const bool has_room = list_.view().size() + 2 <= reading.labels_max;
  const std::string_view name_raw = has_room ? name_of(found, reading) : std::string_view{};
  if (name_raw.empty()) {
    ++reading.result.left_out;
    return;
  }
  add_value(name_raw, found.varbind->value, found.object, reading);
}

std::string_view TrapLabels::name_of(const Found& found, Reading& reading) {
  OidText room;
  scratch_.clear();
  if (found.object == nullptr) {
    scratch_ += print(found.instance, room);
  } else {
    scratch_ += found.object->name;
    const auto first = std::ranges::find(named_, found.object, &Found::object);
    const bool is_second = first != named_.end();
    if (is_second && (*first)->instance == found.instance) return {};
    if (is_second || is_taken(scratch_)) {
      if (found.instance.empty()) return {};
      (scratch_ += '.') += print(found.instance, room);
    }
    if (!is_second) named_.push_back(&found);
  }
  if (scratch_.empty() || scratch_.size() + raw.size() > limits::label_name_bytes_max ||
      is_taken(scratch_)) {
    return {};
  }
  scratch_ += raw;
  return reading.batch.keep(scratch_);
}

bool TrapLabels::is_taken(std::string_view name) const {
  return !rules::find_label(list_.view(), name).empty();
}

void TrapLabels::add_value(std::string_view name_raw, const Value& value, const OidEntry* object,
                           Reading& reading) {
  scratch_.clear();
  append_text(value, object, reading.table, scratch_);
  if (scratch_.empty()) return;
  if (scratch_.size() > limits::text_bytes_max) {
    ++reading.result.left_out;
    return;
  }
  const std::string_view text = reading.batch.keep(scratch_);
  scratch_.clear();
  append_raw(value, scratch_);
  static_cast<void>(list_.add(name_raw.substr(0, name_raw.size() - raw.size()), text));
  if (scratch_.size() > limits::text_bytes_max) {
    ++reading.result.left_out;
    return;
  }
  // Numbers without a name look the same both ways.
  static_cast<void>(list_.add(name_raw, scratch_ == text ? text : reading.batch.keep(scratch_)));
}

void TrapLabels::add_index(std::span<const IndexValue> values, Reading& reading) {
  for (const auto& [object, value] : values) {
    // What the agent says of its row stands over what the row's number says.
    if (is_taken(object->name)) continue;
    scratch_.assign(object->name).append(raw);
    add_value(reading.batch.keep(scratch_), value, object, reading);
  }
}

}  // namespace deskd::connectors
