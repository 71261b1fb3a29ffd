#include "daemon/setup/people_list.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

#include <fmt/core.h>

#include "config/encoding.h"
#include "config/limits.h"

namespace deskd::daemon {

namespace {

using config::Node;

constexpr std::array<std::string_view, 3> roles{"viewer", "operator", "admin"};  // in Role's order
constexpr std::string_view remedy = "make one with: openssl rand -hex 32";

/// Timelines tell people from rules, from deskd and from mere claims by these.
bool is_taken_by_timelines(std::string_view name) {
  return name == "deskd" || name.starts_with("rule:") || name.ends_with("(claimed)");
}

/// What a client can send behind "Bearer " (RFC 6750, section 2.1: b64token).
bool is_sendable(std::string_view token) {
  constexpr std::string_view letters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/";
  const auto padding = std::min(token.find_last_not_of('=') + 1, token.size());
  return padding > 0 && token.substr(0, padding).find_first_not_of(letters) == token.npos;
}

class PeopleReader {
 public:
  PeopleReader(const std::string& folder, config::Problems& problems)
      : folder_(folder), problems_(problems) {}

  std::optional<Token> read(const Node& node) {
    config::MapReader reader(node, problems_, "a token");
    const Node* actor_node = reader.required("actor");
    const Node* role_node = reader.required("role");
    auto secret = config::read_secret(reader, node, "token", folder_, problems_);
    reader.finish();
    if (!node.is_map()) return std::nullopt;
    const Node* secret_at = config::secret_node(node, "token");
    if (!secret_at) {
      problems_.error(node.place(), "a token needs 'token_file' or 'token_env'");
    }
    auto actor = actor_node ? read_actor(*actor_node) : std::nullopt;
    const Role role = role_node ? read_role(*role_node) : Role::nobody;
    const bool is_good = secret && is_fit(*secret, *secret_at) && is_new(*secret, *secret_at);
    if (!actor || role == Role::nobody || !is_good || !is_same_role(*actor, role, *role_node)) {
      return std::nullopt;
    }
    return Token{std::move(*actor), role, std::move(*secret)};
  }

 private:
  std::optional<std::string> read_actor(const Node& node) {
    auto name = config::read_text(node, problems_);
    if (!name) return std::nullopt;
    const bool has_blank_ends = name->front() == ' ' || name->back() == ' ';
    if (name->size() > limits::actor_bytes_max || config::printable(*name) != *name ||
        has_blank_ends) {
      problems_.error(node.place(), fmt::format("an actor is a printable name of at most {} bytes",
                                                limits::actor_bytes_max));
      return std::nullopt;
    }
    if (is_taken_by_timelines(*name)) {
      problems_.error(node.place(),
                      fmt::format("'{}' can't be an actor: timelines use it otherwise", *name));
      return std::nullopt;
    }
    return name;
  }

  /// Nobody: it is none.
  Role read_role(const Node& node) {
    const auto index = config::read_one_of(node, roles, "a role", problems_);
    return index ? static_cast<Role>(*index + 1) : Role::nobody;
  }

  bool is_fit(const config::Secret& secret, const Node& node) {
    const auto size = secret.reveal().size();
    if (size < limits::token_bytes_min) {
      problems_.error(node.place(), fmt::format("a token of fewer than {} bytes can be guessed: {}",
                                                limits::token_bytes_min, remedy));
    } else if (size > limits::token_bytes_max) {
      problems_.error(node.place(), fmt::format("a token has at most {} bytes: {}",
                                                limits::token_bytes_max, remedy));
    } else if (!is_sendable(secret.reveal())) {
      problems_.error(node.place(),
                      fmt::format("a token has letters, digits and -._~+/ only, with = at its end "
                                  "at most (RFC 6750): {}",
                                  remedy));
    } else {
      return true;
    }
    return false;
  }

  bool is_new(const config::Secret& secret, const Node& node) {
    const auto [first, inserted] = lines_.emplace(secret.reveal(), node.line);
    if (inserted) return true;
    problems_.error(node.place(),
                    fmt::format("this is the token of line {} again: {}", first->second, remedy));
    return false;
  }

  /// Several tokens of one actor are how a token is replaced; what they allow can't differ.
  bool is_same_role(const std::string& actor, Role role, const Node& node) {
    const auto [first, inserted] = people_.emplace(actor, Known{role, node.line});
    if (inserted || first->second.role == role) return true;
    problems_.error(node.place(), fmt::format("{} is {} in line {}: one actor has one role", actor,
                                              name(first->second.role), first->second.line));
    return false;
  }

  struct Known {
    Role role = Role::nobody;
    std::uint32_t line = 0;
  };

  const std::string& folder_;
  config::Problems& problems_;
  std::map<std::string, std::uint32_t, std::less<>> lines_;  // of each secret
  std::map<std::string, Known, std::less<>> people_;
};

}  // namespace

People read_people(const Node& list, const std::string& folder, config::Problems& problems) {
  People people;
  const auto items = config::read_list(list, "a list of tokens", problems);
  if (list.is_sequence() && items.empty()) {
    problems.error(list.place(),
                   "a list of tokens without a token would let everybody in unproved: leave the "
                   "key out if that is meant");
  }
  if (items.size() > limits::tokens_max) {
    problems.error(list.place(), fmt::format("more than {} tokens", limits::tokens_max));
    return people;
  }
  PeopleReader reader(folder, problems);
  for (const Node& item : items) {
    if (auto token = reader.read(item)) people.tokens.push_back(std::move(*token));
  }
  return people;
}

}  // namespace deskd::daemon
