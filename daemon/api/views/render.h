#pragma once
// Views as JSON. Any thread. Every text in a view is UTF-8; times are RFC 3339 in UTC; what is not
// known is null.

#include <string>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "daemon/api/views/json_text.h"
#include "daemon/api/views/views.h"
#include "daemon/explanation/json_values.h"

namespace deskd::api {

using daemon::render_decision;
using daemon::text_or_null;
inline boost::json::value render(rules::Time time) { return daemon::time_or_null(time); }

// What lists show by the hundred.
void write(JsonText& json, const AlarmView& alarm);
void write(JsonText& json, const IncidentView& incident);
void write(JsonText& json, const IncidentDetail& detail);

template <class Item>
void write(JsonText& json, const Page<Item>& page) {
  json.object([&] {
    json.key("items").array([&] {
      for (const Item& item : page.items) write(json, item);
    });
    json.key("next").text_or_null(page.next.value_or(std::string()));
  });
}
template <class View>
std::string written(const View& view) {
  JsonText json;
  write(json, view);
  return json.take();
}

// All else.
boost::json::object render(const AlertView& alert, const RuleNames& rules);
boost::json::object render(const SourceView& source);
boost::json::object render(const QueueView& queue);
boost::json::object render(const RuleView& rule);

/// `{"items": […], "next": CURSOR|null}`.
template <class Item, class... More>
boost::json::object render(const Page<Item>& page, const More&... more) {
  boost::json::array items;
  items.reserve(page.items.size());
  for (const Item& item : page.items) items.emplace_back(render(item, more...));
  boost::json::object list;
  list["items"] = std::move(items);
  list["next"] = page.next ? boost::json::value(*page.next) : boost::json::value(nullptr);
  return list;
}

}  // namespace deskd::api
