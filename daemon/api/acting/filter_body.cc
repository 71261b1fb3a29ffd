#include "daemon/api/acting/filter_body.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/encoding.h"
#include "config/limits.h"
#include "daemon/api/search_parameters.h"
#include "rules/utf8.h"

namespace deskd::api {

using connectors::JsonKind;
using connectors::JsonNode;

namespace {

// What says where a page begins and how long it is, but not which incidents are meant.
constexpr std::array<std::string_view, 3> paging_words{"sort", "limit", "cursor"};

/// The one value of `node`, or those of the list that it is; nothing when it holds anything else.
std::optional<std::vector<std::string_view>> values_of(const JsonNode& node) {
  const auto is_value = [](const JsonNode& value) { return value.is_scalar() && !value.is_null(); };
  if (is_value(node)) return std::vector{node.text};
  std::vector<std::string_view> values;
  for (const auto& item : connectors::Items(node)) {
    if (!is_value(item)) return std::nullopt;
    values.push_back(item.text);
  }
  if (values.empty()) return std::nullopt;
  return values;
}

bool states_a_condition(const Query& query) {
  return std::ranges::any_of(query, [](const auto& parameter) {
    return std::ranges::find(paging_words, parameter.first) == paging_words.end();
  });
}

/// The filter as the query that would say the same.
std::expected<Query, std::string> query_of(const JsonNode& filter) {
  Query query;
  for (const auto [name, value] : connectors::Members(filter)) {
    const auto shown = config::printable(rules::cut_bytes(name, limits::name_bytes_max));
    if (std::ranges::find(query, name, &Query::value_type::first) != query.end()) {
      return std::unexpected(fmt::format("'{}' stands twice in 'filter'", shown));
    }
    const auto values = values_of(value);
    if (!values) {
      return std::unexpected(fmt::format(
          "'{}' in 'filter' is a text, true, false, a number, or a list of those", shown));
    }
    if (query.size() + values->size() > limits::parameters_max) {
      return std::unexpected(fmt::format("'filter' has at most {} values", limits::parameters_max));
    }
    for (const auto text : *values) query.emplace_back(name, text);
  }
  return query;
}

}  // namespace

std::expected<LetterSearch, std::string> read_letter_filter(const JsonNode& filter) {
  const auto query = query_of(filter);
  if (!query) return std::unexpected(query.error());
  Parameters parameters(*query);
  auto search = read_letter_search(parameters, limits::page_max);
  search.order.oldest_first = true;
  if (!parameters.fault_text().empty()) {
    return std::unexpected("'filter': " + parameters.fault_text());
  }
  return search;
}

std::expected<IncidentSearch, std::string> read_filter(const JsonNode& filter) {
  const auto query = query_of(filter);
  if (!query) return std::unexpected(query.error());
  Parameters parameters(*query);
  auto search = read_incident_search(parameters, limits::page_max);
  if (search.order.sort == IncidentSort::updated_at) {
    parameters.refuse("sort", "can't be updated_at here: what an action changes would come again");
  }
  if (!parameters.fault_text().empty()) {
    return std::unexpected("'filter': " + parameters.fault_text());
  }
  if (!states_a_condition(*query)) {
    return std::unexpected(R"('filter' must say which incidents: {"state": "new"}, say)");
  }
  return search;
}

}  // namespace deskd::api
