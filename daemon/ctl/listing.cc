#include "daemon/ctl/listing.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "config/limits.h"
#include "daemon/ctl/json_view.h"

namespace deskd::ctl {

namespace {

std::string parameter_of(std::string option) {
  std::replace(option.begin(), option.end(), '-', '_');
  return option;
}

}  // namespace

std::optional<Pages> fetch(Session& session, const std::string& path, const Query& query,
                           std::size_t limit) {
  Pages pages;
  do {
    Request request{.path = path, .query = query};
    const std::size_t wanted = limit - pages.items.size();
    request.query.emplace_back("limit", std::to_string(std::min(wanted, limits::page_max)));
    if (pages.next.is_string()) request.query.emplace_back("cursor", text(pages.next));
    const auto page = session.ask(request);
    if (!page) return std::nullopt;
    for (const auto& item : list_at(*page, "items")) pages.items.push_back(item);
    pages.next = at(*page, "next");
  } while (pages.next.is_string() && pages.items.size() < limit);
  return pages;
}

void Filters::add(CLI::App& command, const std::string& name, const std::string& help) {
  add_several(command, name, help);
  command.get_option("--" + name)->multi_option_policy(CLI::MultiOptionPolicy::Throw)->expected(1);
}

void Filters::add_several(CLI::App& command, const std::string& name, const std::string& help) {
  auto& values =
      values_.emplace_back(parameter_of(name), std::make_unique<std::vector<std::string>>()).second;
  command.add_option("--" + name, *values, help)->type_name("TEXT")->take_all()->expected(1);
}

void Filters::add_flag(CLI::App& command, const std::string& flag, const std::string& name,
                       const std::string& value, const std::string& help) {
  auto& added = flags_.emplace_back(Flag{name, value, std::make_unique<bool>(false)});
  command.add_flag(flag, *added.given, help);
}

void Filters::add_labels(CLI::App& command) {
  command.add_option("--label", labels_, "a label that it must have; may be repeated")
      ->type_name("NAME=VALUE")
      ->take_all()
      ->expected(1)
      ->check([](const std::string& label) {
        return label.find('=') == label.npos || label.front() == '='
                   ? fmt::format("'{}' is not of the form NAME=VALUE", label)
                   : std::string{};
      });
}

void Filters::add_limit(CLI::App& command) {
  command.add_option("-n,--limit", limit_, "show so many at most")
      ->capture_default_str()
      ->check(CLI::Range(std::size_t{1}, listed_max));
}

Query Filters::query() const {
  Query query;
  for (const auto& [name, values] : values_) {
    for (const std::string& value : *values) query.emplace_back(name, value);
  }
  for (const Flag& flag : flags_) {
    if (*flag.given) query.emplace_back(flag.name, flag.value);
  }
  for (const std::string& label : labels_) {
    const std::size_t sign = label.find('=');
    query.emplace_back("label." + label.substr(0, sign), label.substr(sign + 1));
  }
  return query;
}

void show_list(Session& session, const std::string& path, const Filters& filters,
               const std::function<std::string(const boost::json::array&)>& render,
               std::string_view none) {
  auto pages = fetch(session, path, filters.query(), filters.limit());
  if (!pages) return;
  if (session.options.json) {
    const boost::json::object page{{"items", pages->items}, {"next", pages->next}};
    print(boost::json::serialize(page) + "\n");
    return;
  }
  if (pages->items.empty()) {
    complain(none);
    return;
  }
  print(render(pages->items));
  if (pages->next.is_string()) complain("there are more: ask with a filter or a greater --limit");
}

}  // namespace deskd::ctl
