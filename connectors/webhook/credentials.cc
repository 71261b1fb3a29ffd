#include "connectors/webhook/credentials.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "config/encoding.h"

namespace deskd::connectors {
namespace {

constexpr std::size_t user_shown_max = 128;

struct Authorization {
  std::string scheme;  // lower case
  std::string_view credentials;
};

Authorization parse(std::string_view header) {
  const std::size_t space = header.find(' ');
  Authorization result{std::string(header.substr(0, space)), {}};
  for (char& c : result.scheme) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  if (space == std::string_view::npos) return result;
  const std::size_t begin = header.find_first_not_of(' ', space);
  if (begin == std::string_view::npos) return result;
  result.credentials = header.substr(begin, header.find_last_not_of(' ') + 1 - begin);
  return result;
}

std::optional<AuthFault> check_token(const SourceAuth& auth, const Authorization& given) {
  constexpr std::string_view challenge = R"(Bearer realm="deskd")";
  if (given.scheme != "bearer")
    return AuthFault{"", "a bearer token is needed",  //
                     std::string(challenge)};
  if (auth.secret.equals(given.credentials)) return std::nullopt;
  return AuthFault{"", "wrong token", std::string(challenge) + R"(, error="invalid_token")"};
}

std::optional<AuthFault> check_password(const SourceAuth& auth, const Authorization& given) {
  constexpr std::string_view challenge = R"(Basic realm="deskd", charset="UTF-8")";
  const auto decoded = given.scheme == "basic" ? decode_base64(given.credentials) : std::nullopt;
  const std::size_t colon = decoded ? decoded->find(':') : std::string::npos;
  if (colon == std::string::npos) {
    return AuthFault{"", "a user and a password are needed (Basic)", std::string(challenge)};
  }
  const std::string user = decoded->substr(0, colon);
  const bool password_fits = auth.secret.equals(std::string_view(*decoded).substr(colon + 1));
  if (user == auth.user && password_fits) return std::nullopt;
  return AuthFault{config::printable(user.substr(0, user_shown_max)), "wrong user or password",
                   std::string(challenge)};
}

constexpr std::uint8_t no_sextet = 64;

constexpr std::array<std::uint8_t, 256> sextets = [] {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> table{};
  table.fill(no_sextet);
  for (std::uint8_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = i;
  }
  return table;
}();

}  // namespace

std::optional<AuthFault> check_credentials(const SourceAuth& auth, std::string_view authorization) {
  const Authorization given = parse(authorization);
  return auth.user.empty() ? check_token(auth, given) : check_password(auth, given);
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  std::string decoded;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::uint8_t sextet = sextets[static_cast<unsigned char>(c)];
    if (sextet == no_sextet) return std::nullopt;
    bits = (bits << 6 | sextet) & 0xFFFF;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    decoded += static_cast<char>(bits >> held & 0xFF);
  }
  return decoded;
}

}  // namespace deskd::connectors
