// An explanation as JSON: the same by the API and by deskctl on files.

#include <boost/json/array.hpp>
#include <boost/json/string.hpp>

#include "daemon/explanation/explanation.h"
#include "daemon/explanation/json_values.h"

namespace deskd::daemon {

namespace json = boost::json;

namespace {

using rules::RuleTrace;

json::value id_or_null(std::uint64_t id) {
  if (id == 0) return nullptr;
  return json::string(desk::shown_id(id));
}

json::object render(std::span<const rules::Label> labels) {
  json::object out;
  for (const rules::Label& label : labels) out[label.name] = label.value;
  return out;
}

json::object render(const rules::Alert& alert) {
  json::object out;
  out["received_at"] = time_or_null(alert.received_at);
  out["source"] = alert.source;
  out["sender"] = text_or_null(alert.sender);
  out["key"] = text_or_null(alert.key);
  out["status"] = rules::name(alert.status);
  out["severity"] = rules::name(alert.severity);
  out["type"] = text_or_null(alert.type);
  out["resource"] = text_or_null(alert.resource);
  out["qualifier"] = text_or_null(alert.qualifier);
  out["summary"] = text_or_null(alert.summary);
  out["labels"] = render(alert.labels);
  out["annotations"] = render(alert.annotations);
  out["event_at"] = time_or_null(alert.event_at);
  out["starts_at"] = time_or_null(alert.starts_at);
  out["ends_at"] = time_or_null(alert.ends_at);
  return out;
}

/// Renders what speaks of rules by their numbers.
class Rendering {
 public:
  explicit Rendering(const rules::RuleSet& rules) : rules_(rules) {}

  json::object verdict(const rules::Verdict& verdict) const {
    json::object out;
    for (const rules::Stated& stated : verdict.stated) {
      out[decision_name(stated.decision, stated.name)] = decided(stated.value, stated.rule);
    }
    const auto& desk = rules_.desk();
    if (verdict.queue == rules::no_queue && desk.catch_all < desk.queues.size()) {
      out["queue"] = decided(desk.queues[desk.catch_all], rules::no_rule);
    }
    return out;
  }

  json::object trace(const RuleTrace& trace) const {
    json::object out;
    const rules::RuleName& rule = rules_.names()[trace.rule];
    out["rule"] = rule.name;
    out["file"] = rule.file;
    out["line"] = rule.line;
    out["matched"] = trace.reading == RuleTrace::Reading::matched;
    out["reached"] = trace.reading != RuleTrace::Reading::not_reached;
    out["ended_by"] = rule_or_null(trace.ended_by);
    out["failed"] = nullptr;
    json::array alternatives;
    for (const rules::FailedCondition& failed : trace.failures) {
      if (&failed == &trace.failures.front()) {
        out["failed"] = failure(failed);
      } else {
        alternatives.emplace_back(failure(failed));
      }
    }
    out["alternatives"] = std::move(alternatives);
    json::array decisions;
    for (const rules::TracedDecision& one : trace.decisions) decisions.emplace_back(decision(one));
    out["decisions"] = std::move(decisions);
    return out;
  }

 private:
  static json::object failure(const rules::FailedCondition& failed) {
    return {{"path", failed.path},     {"file", failed.file},
            {"line", failed.line},     {"field", text_or_null(failed.field)},
            {"wanted", failed.wanted}, {"value", text_or_null(failed.value)}};
  }

  json::object decision(const rules::TracedDecision& traced) const {
    return {{"decision", decision_name(traced.decision, traced.name)},
            {"fate", rules::name(traced.fate)},
            {"value", text_or_null(traced.value)},
            {"by", rule_or_null(traced.other)},
            {"why", text_or_null(traced.why)}};
  }

  json::value rule_or_null(rules::RuleNumber rule) const {
    if (rule == rules::no_rule) return nullptr;
    return json::string(rules_.names()[rule].name);
  }

  json::object decided(std::string_view value, rules::RuleNumber rule) const {
    return render_decision(value, rule == rules::no_rule ? nullptr : &rules_.names()[rule]);
  }

  const rules::RuleSet& rules_;
};

json::value render(const std::optional<Prospect>& prospect) {
  if (!prospect) return nullptr;
  return json::object{{"outcome", rules::name(prospect->outcome)},
                      {"alarm", id_or_null(prospect->alarm)},
                      {"incident", id_or_null(prospect->incident)},
                      {"effect", name(prospect->effect)},
                      {"queue", text_or_null(prospect->queue)},
                      {"priority", text_or_null(prospect->priority)},
                      {"text", prospect->text}};
}

json::object render(const ExplainedAlert& alert, const Rendering& rendering) {
  json::array rules;
  for (const RuleTrace& trace : alert.rules) rules.emplace_back(rendering.trace(trace));
  json::object out;
  out["index"] = alert.index;
  out["alert"] = render(*alert.decoded);
  out["verdict"] = rendering.verdict(alert.verdict);
  out["rules"] = std::move(rules);
  out["rules_failed"] = alert.failed;
  out["rules_not_reached"] = alert.not_reached;
  out["follows"] = render(alert.prospect);
  return out;
}

json::object render(const connectors::ElementError& error) {
  return {{"index", error.index}, {"pointer", error.pointer}, {"detail", error.detail}};
}

}  // namespace

json::object render(const ExplainedPayload& explained) {
  const Rendering rendering(*explained.judging->rules);
  json::array alerts;
  for (const ExplainedAlert& alert : explained.alerts) {
    alerts.emplace_back(render(alert, rendering));
  }
  json::array malformed;
  if (explained.decoded.fatal) malformed.emplace_back(render(*explained.decoded.fatal));
  for (const auto& error : explained.decoded.errors) malformed.emplace_back(render(error));
  json::object out;
  out["source"] = explained.source->name;
  out["format"] = explained.source->format;
  out["alerts"] = std::move(alerts);
  out["left_out"] = explained.left_out;
  out["malformed"] = std::move(malformed);
  out["malformed_count"] = explained.decoded.malformed;
  return out;
}

}  // namespace deskd::daemon
