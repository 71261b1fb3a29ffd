#pragma once
// Commands that list something: filters that become parameters of the query, pages put together,
// one table.

#include <CLI/CLI.hpp>
#include <boost/json/array.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/ctl/session.h"
#include "daemon/ctl/terminal/table.h"

namespace deskd::ctl {

using Query = std::vector<std::pair<std::string, std::string>>;

/// The filters of one command, as its command line states them. Lives as long as the command line.
class Filters {
 public:
  explicit Filters(std::size_t limit = 100) : limit_(limit) {}

  /// An option `--name`; its value becomes the parameter of that name, with `_` for `-`.
  void add(CLI::App& command, const std::string& name, const std::string& help);
  /// The same, any number of times: one of the values is enough.
  void add_several(CLI::App& command, const std::string& name, const std::string& help);
  /// `--name` without a value, which becomes the parameter NAME=VALUE.
  void add_flag(CLI::App& command, const std::string& flag, const std::string& name,
                const std::string& value, const std::string& help);
  /// `--label NAME=VALUE`, any number of times.
  void add_labels(CLI::App& command);
  /// `-n`, `--limit`: how many elements to show.
  void add_limit(CLI::App& command);

  Query query() const;
  std::size_t limit() const { return limit_; }

 private:
  struct Flag {
    std::string name;
    std::string value;
    std::unique_ptr<bool> given;
  };

  std::vector<std::pair<std::string, std::unique_ptr<std::vector<std::string>>>> values_;
  std::vector<Flag> flags_;
  std::vector<std::string> labels_;
  std::size_t limit_;
};

constexpr std::size_t listed_max = 10'000;  // nobody reads more; a script filters

/// The elements of a list, and where it goes on: a cursor, or null.
struct Pages {
  boost::json::array items;
  boost::json::value next;
};

/// Asks for page after page, since a page may be short, until there are `limit` elements. Nothing
/// when an answer failed, which has been said.
std::optional<Pages> fetch(Session& session, const std::string& path, const Query& query,
                           std::size_t limit);

/// Fetches `filters.limit()` elements, then prints what `render` makes of them, `none` when there
/// are none, or the elements as one page with --json.
void show_list(Session& session, const std::string& path, const Filters& filters,
               const std::function<std::string(const boost::json::array&)>& render,
               std::string_view none);

}  // namespace deskd::ctl
