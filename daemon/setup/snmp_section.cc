#include "daemon/setup/snmp_section.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include "config/limits.h"
#include "config/raw_file.h"
#include "config/secret.h"
#include "connectors/snmp/shipped_table.h"
#include "daemon/setup/daemon_settings.h"
#include "daemon/setup/mib_folders.h"
#include "daemon/setup/snmp_user.h"

namespace deskd::daemon {

namespace {

using config::Node;
using connectors::SecurityLevel;
using connectors::SnmpSettings;
using connectors::SnmpUser;

class SnmpReader {
 public:
  SnmpReader(const SnmpPlan& plan, config::Problems& problems) : plan_(plan), problems_(problems) {}

  SnmpSettings read(config::MapReader& source) {
    const Node* listen = source.required("listen");
    if (listen) read_listen(*listen);
    if (const Node* communities = source.optional("communities")) read_communities(*communities);
    if (const Node* level = source.optional("level")) read_level(*level);
    const Node* networks = source.optional("networks");
    if (networks) settings_.networks = read_networks(*networks);
    if (listen && is_reachable_ && settings_.networks.empty()) {
      problems_.error(listen->place(),
                      "listening where other machines can send needs 'networks': say who may send, "
                      "or listen on 127.0.0.1 or [::1]");
    }
    if (const Node* trusted = source.optional("trust_agent_address")) {
      settings_.trust_agent_address = read_networks(*trusted);
    }
    if (const Node* id = source.optional("engine_id"); id && id->text != "auto") {
      settings_.engine_id = read_engine_id(*id, problems_).value_or("");
    }
    const Node* mibs = source.optional("mibs");
    if (mibs) read_mibs(*mibs);
    if (const Node* rate = source.optional("per_sender")) read_per_sender(*rate);
    if (const Node* users = source.optional("users")) read_users(*users);
    // Names are worth waiting for only if the rest may run.
    const bool is_named = !settings_.mibs.empty() && !problems_.has_errors();
    settings_.names = is_named ? read_mib_names(settings_.mibs, *mibs, plan_.mibs, problems_)
                               : connectors::shipped_oid_table();
    return std::move(settings_);
  }

 private:
  /// The items of a list that has at most so many.
  std::span<const Node> items_of(const Node& node, std::string_view what, std::size_t max) {
    const auto items = config::read_list(node, fmt::format("a list of {}", what), problems_);
    if (items.size() <= max) return items;
    problems_.error(node.place(), fmt::format("more than {} {}", max, what));
    return {};
  }

  void read_listen(const Node& node) {
    const auto items = items_of(node, "addresses", limits::snmp_listeners_max);
    if (node.is_sequence() && node.items.empty()) {
      problems_.error(node.place(), "traps come in by at least one address");
    }
    for (const Node& item : items) {
      const auto text = config::read_text(item, problems_);
      if (!text) continue;
      const auto address = parse_listen(*text);
      if (!address) {
        problems_.error(item.place(),
                        fmt::format("'{}' is no address to listen on: write \"127.0.0.1:9162\" or "
                                    "\"[::1]:9162\"",
                                    *text));
        continue;
      }
      // Port 0 takes any free one, each time another.
      const bool is_free =
          address->port == 0 || plan_.taken.take(fmt::format("{}:{}", address->host, address->port),
                                                 item, "listener on", problems_);
      if (!is_free) continue;
      is_reachable_ |= !address->is_loopback;
      settings_.listen.push_back({address->host, address->port});
    }
  }

  /// A text; or `{community_file: PATH}`, `{community_env: NAME}`.
  void read_communities(const Node& node) {
    for (const Node& item : items_of(node, "communities", limits::snmp_communities_max)) {
      if (!item.is_map()) {
        if (auto text = config::read_text(item, problems_)) {
          settings_.communities.emplace_back(*std::move(text));
        }
        continue;
      }
      config::MapReader reader(item, problems_, "a community");
      auto secret = config::read_secret(reader, item, "community", plan_.folder, problems_);
      reader.finish();
      if (secret) settings_.communities.push_back(*std::move(secret));
      if (!config::secret_node(item, "community")) {
        problems_.error(item.place(), "a community needs 'community_file' or 'community_env'");
      }
    }
  }

  void read_level(const Node& node) {
    const auto index =
        config::read_one_of(node, connectors::security_level_names, "a security level", problems_);
    if (index) settings_.level = static_cast<SecurityLevel>(*index);
  }

  std::vector<connectors::Network> read_networks(const Node& node) {
    std::vector<connectors::Network> networks;
    for (const Node& item : items_of(node, "networks", limits::snmp_networks_max)) {
      if (const auto network = read_network(item, problems_)) networks.push_back(*network);
    }
    return networks;
  }

  void read_mibs(const Node& node) {
    for (const Node& item : items_of(node, "folders", limits::snmp_mib_folders_max)) {
      const auto text = config::read_text(item, problems_);
      if (!text) continue;
      std::string path = config::path_in(plan_.folder, *text);
      std::error_code failure;
      if (!std::filesystem::is_directory(path, failure)) {
        problems_.error(item.place(), fmt::format("{} is no folder", path));
        continue;
      }
      settings_.mibs.push_back(std::move(path));
    }
  }

  /// `2000/s`.
  void read_per_sender(const Node& node) {
    const auto text = config::read_text(node, problems_);
    if (!text) return;
    std::uint32_t rate = 0;
    const char* const end = text->data() + text->size();
    const auto [stop, error] = std::from_chars(text->data(), end, rate);
    if (error == std::errc{} && rate > 0 && std::string_view(stop, end) == "/s") {
      settings_.per_sender = rate;
      return;
    }
    problems_.error(node.place(),
                    fmt::format("'{}' is no number of traps a second: write 2000/s", *text));
  }

  void read_users(const Node& node) {
    struct Written {
      SnmpUser user;
      const Node* node;
    };
    std::vector<Written> all;
    for (const Node& item : items_of(node, "users", limits::snmp_users_max)) {
      auto user = read_snmp_user(item, plan_.folder, problems_);
      if (!user) continue;
      check_level(*user, item);
      const auto twin = std::ranges::find_if(all, [&](const Written& other) {
        return other.user.name == user->name && other.user.from == user->from &&
               other.user.engines == user->engines;
      });
      if (twin != all.end()) {
        problems_.error(item.place(),
                        fmt::format("user '{}' stands in line {} already, with the same 'from' and "
                                    "'engines'",
                                    user->name, twin->node->line));
      }
      all.push_back({*std::move(user), &item});
    }
    for (Written& each : all) settings_.users.push_back(std::move(each.user));
  }

  void check_level(const SnmpUser& user, const Node& node) {
    if (user.level() >= settings_.level) return;
    problems_.error(
        node.place(),
        fmt::format("user '{}' can only send {}, and less than 'level: {}' is not "
                    "taken: give it {}, or lower the level",
                    user.name, name(user.level()), name(settings_.level),
                    user.level() == SecurityLevel::no_auth_no_priv ? "'auth'" : "'priv'"));
  }

  const SnmpPlan& plan_;
  config::Problems& problems_;
  SnmpSettings settings_;
  bool is_reachable_ = false;  // by other machines
};

}  // namespace

std::shared_ptr<const SnmpSettings> read_snmp(config::MapReader& source, const SnmpPlan& plan,
                                              config::Problems& problems) {
  config::Problems found;
  auto settings = std::make_shared<const SnmpSettings>(SnmpReader(plan, found).read(source));
  const bool is_good = !found.has_errors();
  problems.append(std::move(found));
  return is_good ? settings : nullptr;
}

}  // namespace deskd::daemon
