#include "daemon/setup/snmp_user.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/core.h>

#include "config/encoding.h"
#include "config/limits.h"

namespace deskd::daemon {

namespace {

using config::Node;
using connectors::AuthProtocol;
using connectors::PrivProtocol;
using connectors::SnmpUser;

template <class Protocol>
struct Word {
  std::string_view word;
  Protocol protocol;
};

// As net-snmp names them; of two names for one the first is the usual.
constexpr std::array auth_words{
    Word{"MD5", AuthProtocol::md5},        Word{"SHA", AuthProtocol::sha1},
    Word{"SHA-1", AuthProtocol::sha1},     Word{"SHA-224", AuthProtocol::sha224},
    Word{"SHA-256", AuthProtocol::sha256}, Word{"SHA-384", AuthProtocol::sha384},
    Word{"SHA-512", AuthProtocol::sha512},
};
constexpr std::array priv_words{
    Word{"DES", PrivProtocol::des},
    Word{"AES", PrivProtocol::aes128},
    Word{"AES-128", PrivProtocol::aes128},
    Word{"AES-192", PrivProtocol::aes192},
    Word{"AES-256", PrivProtocol::aes256},
    Word{"AES-192-C", PrivProtocol::aes192_cisco},
    Word{"AES-256-C", PrivProtocol::aes256_cisco},
};

constexpr std::size_t password_bytes_min = 8;  // RFC 3414, section 11.2

class UserReader {
 public:
  UserReader(const std::string& folder, config::Problems& problems)
      : folder_(folder), problems_(problems) {}

  SnmpUser read(const Node& node) {
    SnmpUser user;
    config::MapReader reader(node, problems_, "a user");
    if (const Node* name = reader.required("name")) read_name(*name, user);
    if (const Node* from = reader.optional("from")) user.from = read_network(*from, problems_);
    if (const Node* engines = reader.optional("engines")) read_engines(*engines, user);
    const Node* auth = reader.optional("auth");
    const Node* priv = reader.optional("priv");
    reader.finish();
    if (auth) user.auth_password = read_part(*auth, "auth", auth_words, user.auth);
    if (priv) user.priv_password = read_part(*priv, "priv", priv_words, user.priv);
    if (priv && !auth) {
      problems_.error(priv->place(),
                      "'priv' needs 'auth': there is no privacy without "
                      "authentication (RFC 3411, section 3.4.3)");
    }
    return user;
  }

 private:
  void read_name(const Node& node, SnmpUser& user) {
    const auto name = config::read_text(node, problems_);
    if (!name) return;
    if (name->size() > limits::snmp_user_bytes_max) {
      problems_.error(node.place(),
                      fmt::format("the name of a user has at most {} bytes (RFC 3414)",
                                  limits::snmp_user_bytes_max));
    }
    user.name = *name;
  }

  void read_engines(const Node& node, SnmpUser& user) {
    const auto items = config::read_list(node, "a list of engine ids", problems_);
    if (items.size() > limits::snmp_engines_max) {
      problems_.error(node.place(), fmt::format("more than {} engines", limits::snmp_engines_max));
      return;
    }
    for (const Node& item : items) {
      if (auto id = read_engine_id(item, problems_)) user.engines.push_back(*std::move(id));
    }
    std::ranges::sort(user.engines);
  }

  /// `{protocol, password_file}`.
  template <class Protocol, std::size_t size>
  std::optional<config::Secret> read_part(const Node& node, std::string_view what,
                                          const std::array<Word<Protocol>, size>& words,
                                          Protocol& protocol) {
    config::MapReader reader(node, problems_, what);
    if (const Node* word = reader.required("protocol")) {
      std::array<std::string_view, size> names;
      std::ranges::transform(words, names.begin(), &Word<Protocol>::word);
      const auto index =
          config::read_one_of(*word, names, fmt::format("a protocol of {}", what), problems_);
      if (index) protocol = words[*index].protocol;
    }
    auto password = config::read_secret(reader, node, "password", folder_, problems_);
    reader.finish();
    if (!node.is_map()) return std::nullopt;
    const Node* written = config::secret_node(node, "password");
    if (!written) {
      problems_.error(node.place(),
                      fmt::format("'{}' needs 'password_file' or 'password_env'", what));
    } else if (password && password->reveal().size() < password_bytes_min) {
      problems_.error(written->place(),
                      fmt::format("a password has at least {} bytes (RFC 3414, section 11.2)",
                                  password_bytes_min));
    }
    return password;
  }

  const std::string& folder_;
  config::Problems& problems_;
};

}  // namespace

std::optional<SnmpUser> read_snmp_user(const Node& node, const std::string& folder,
                                       config::Problems& problems) {
  config::Problems found;
  auto user = UserReader(folder, found).read(node);
  const bool is_good = !found.has_errors();
  problems.append(std::move(found));
  if (!is_good) return std::nullopt;
  return user;
}

std::optional<connectors::Network> read_network(const Node& node, config::Problems& problems) {
  const auto text = config::read_text(node, problems);
  if (!text) return std::nullopt;
  const auto network = connectors::Network::parse(*text);
  if (network) return *network;
  problems.error(node.place(), network.error());
  return std::nullopt;
}

std::optional<std::string> read_engine_id(const Node& node, config::Problems& problems) {
  const auto text = config::read_text(node, problems);
  if (!text) return std::nullopt;
  auto bytes = config::parse_hex(*text);
  const auto is_all = [&](char byte) {
    return std::ranges::all_of(*bytes, [&](char each) { return each == byte; });
  };
  if (!bytes || bytes->size() < limits::snmp_engine_id_bytes_min ||
      bytes->size() > limits::snmp_engine_id_bytes_max) {
    problems.error(
        node.place(),
        fmt::format("'{}' is no engine id: {} to {} bytes in hexadecimal, as in "
                    "80001f8804636f7265",
                    *text, limits::snmp_engine_id_bytes_min, limits::snmp_engine_id_bytes_max));
    return std::nullopt;
  }
  if (!is_all('\0') && !is_all('\xFF')) return bytes;
  problems.error(node.place(), "all 0 or all 255 is no engine id (RFC 3411, section 5)");
  return std::nullopt;
}

}  // namespace deskd::daemon
