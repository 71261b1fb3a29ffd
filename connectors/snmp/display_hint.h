#pragma once
// A textual convention's DISPLAY-HINT: how its values are shown to people (RFC 2579, section 3.1).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace deskd::connectors {

/// The hint of an OCTET STRING: `255a`, `1x:`, `2d-1d-1d,1d:1d:1d.1d,1a1d:1d`. Immutable.
class OctetHint {
 public:
  /// Nothing when `text` is no such hint, or one that shows more than eight octets as one number.
  static std::optional<OctetHint> parse(std::string_view text);

  /// Appends `octets` as the hint shows them; hexadecimal numbers have two digits an octet. False,
  /// and nothing is appended, when what the hint calls text is no printable text.
  bool append(std::string_view octets, std::string& out) const;

 private:
  enum class Form : char { hex = 'x', decimal = 'd', octal = 'o', ascii = 'a', utf8 = 't' };
  struct Part {
    bool repeats = false;  // the next octet says how often
    std::uint16_t length = 0;
    Form form = Form::hex;
    char separator = 0;   // after each application, unless nothing follows
    char terminator = 0;  // after the last of the repetitions
  };
  static std::optional<Part> take_part(std::string_view& text);
  static bool append_octets(const Part& part, std::string_view octets, std::string& out);

  std::vector<Part> parts_;
};

/// The hint of an integer: `d`, `d-2` (the decimal point stands before the last two digits), `x`,
/// `o`, `b`.
class IntegerHint {
 public:
  static std::optional<IntegerHint> parse(std::string_view text);
  void append(std::int64_t number, std::string& out) const;

 private:
  char form_ = 'd';
  std::uint8_t decimals_ = 0;
};

/// Whether `text` is UTF-8 without control characters other than tab and line ends.
bool is_printable(std::string_view text);
/// `0x` and two digits an octet.
void append_hex(std::string_view octets, std::string& out);

}  // namespace deskd::connectors
