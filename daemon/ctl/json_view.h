#pragma once
// Reading the server's JSON without trusting its shape: what is missing or of another type is
// empty.

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

namespace deskd::ctl {

/// The member `name` of `value`, or null.
const boost::json::value& at(const boost::json::value& value, std::string_view name);
/// A text as it is, a number or bool as its JSON, null and containers as nothing.
std::string text(const boost::json::value& value);
inline std::string text_at(const boost::json::value& value, std::string_view name) {
  return text(at(value, name));
}
/// The elements of a list; none when `value` is no list.
const boost::json::array& list_at(const boost::json::value& value, std::string_view name);
/// "a, b" of a list of scalars.
std::string joined(const boost::json::array& list);
/// "a=b, c=d" of an object of scalars.
std::string pairs(const boost::json::value& value);

}  // namespace deskd::ctl
