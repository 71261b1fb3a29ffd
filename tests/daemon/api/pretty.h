#pragma once
// JSON with a line for each value, for golden files that people read.

#include <string>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace deskd::test {

inline void write_pretty(const boost::json::value& value, const std::string& indent,
                         std::string& out) {
  const std::string inner = indent + "  ";
  const char* between = "\n";
  if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
    out += '{';
    for (const auto& member : *object) {
      out += between + inner + boost::json::serialize(boost::json::string(member.key())) + ": ";
      write_pretty(member.value(), inner, out);
      between = ",\n";
    }
    out += '\n' + indent + '}';
  } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
    out += '[';
    for (const auto& item : *array) {
      out += between + inner;
      write_pretty(item, inner, out);
      between = ",\n";
    }
    out += '\n' + indent + ']';
  } else {
    out += boost::json::serialize(value);
  }
}

inline std::string pretty(const boost::json::value& value) {
  std::string out;
  write_pretty(value, "", out);
  return out + '\n';
}

}  // namespace deskd::test
