#include "daemon/ctl/json_view.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace deskd::ctl {

const boost::json::value& at(const boost::json::value& value, std::string_view name) {
  static const boost::json::value null;
  const auto* object = value.if_object();
  const auto* member = object ? object->if_contains(name) : nullptr;
  return member ? *member : null;
}

std::string text(const boost::json::value& value) {
  if (const auto* string = value.if_string()) return std::string{*string};
  if (value.is_null() || value.is_structured()) return {};
  return boost::json::serialize(value);
}

const boost::json::array& list_at(const boost::json::value& value, std::string_view name) {
  static const boost::json::array none;
  const auto* list = at(value, name).if_array();
  return list ? *list : none;
}

std::string joined(const boost::json::array& list) {
  std::string out;
  for (const auto& element : list) out += (out.empty() ? "" : ", ") + text(element);
  return out;
}

std::string pairs(const boost::json::value& value) {
  std::string out;
  const auto* object = value.if_object();
  if (!object) return out;
  for (const auto& [name, member] : *object) {
    if (!out.empty()) out += ", ";
    out += std::string{name} + "=" + text(member);
  }
  return out;
}

}  // namespace deskd::ctl
