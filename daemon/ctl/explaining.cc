#include "daemon/ctl/explaining.h"

#include <fmt/format.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstdio>
#include <memory>

#include "config/limits.h"
#include "daemon/ctl/json_view.h"
#include "daemon/ctl/pages/explanation_page.h"
#include "daemon/explanation/explanation.h"
#include "daemon/setup/setup.h"

namespace deskd::ctl {

namespace {

struct Wish {
  std::string source;
  std::string rule;
  std::string config;  // empty: ask deskd
  std::string payload = "-";
};

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// The whole of a file, or of standard input; nothing when that failed, which has been said.
std::optional<std::string> read_payload(const std::string& path, Session& session) {
  const auto fail = [&](std::string_view why) {
    complain(fmt::format("{} {}", path == "-" ? "standard input" : path, why));
    session.end_with(ExitCode::usage);
    return std::nullopt;
  };
  const File opened{path == "-" ? nullptr : std::fopen(path.c_str(), "rb"), &std::fclose};
  std::FILE* const file = path == "-" ? stdin : opened.get();
  if (file == nullptr) return fail("can't be read");
  std::string payload;
  std::array<char, 64 * 1024> part{};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), file)) {
    payload.append(part.data(), size);
    if (payload.size() > limits::body_bytes_max) return fail("is larger than what a source takes");
  }
  if (std::ferror(file) != 0) return fail("can't be read");
  if (payload.empty()) return fail("is empty: it must hold what a sender would post");
  return payload;
}

std::optional<boost::json::value> ask_deskd(const Wish& wish, std::string payload,
                                            Session& session) {
  Request request{.method = "POST",
                  .path = "/api/v1/explain",
                  .query = {{"source", wish.source}},
                  .body = std::move(payload)};
  if (!wish.rule.empty()) request.query.emplace_back("rule", wish.rule);
  return session.ask(request);
}

// As a deskd would that starts with these files.
std::optional<boost::json::value> read_files(const Wish& wish, std::string payload,
                                             Session& session) {
  config::Problems problems;
  std::shared_ptr<const daemon::Setup> setup =
      daemon::load_setup(wish.config, problems, {.mib_program = daemon::this_program});
  if (!setup) {
    std::fputs(problems.text().c_str(), stderr);
    complain(wish.config + " would not be taken over");
    session.end_with(ExitCode::bad_configuration);
    return std::nullopt;
  }
  const auto now = std::chrono::time_point_cast<rules::Duration>(std::chrono::system_clock::now());
  const auto explained = daemon::explain({.judging = {setup, &setup->judging},
                                          .source = wish.source,
                                          .rule = wish.rule,
                                          .body = std::move(payload),
                                          .received_at = now});
  if (explained) return daemon::render(*explained);
  complain(explained.error());
  session.end_with(ExitCode::not_found);
  return std::nullopt;
}

void explain(const Wish& wish, Session& session) {
  auto payload = read_payload(wish.payload, session);
  if (!payload) return;
  const auto explained = wish.config.empty() ? ask_deskd(wish, *std::move(payload), session)
                                             : read_files(wish, *std::move(payload), session);
  if (!explained) return;
  print(session.options.json ? boost::json::serialize(*explained) + "\n"
                             : explanation_page(*explained, session));
  if (!list_at(*explained, "malformed").empty()) session.end_with(ExitCode::refused);
}

}  // namespace

void add_explain_command(CLI::App& rules, Session& session) {
  auto* command =
      rules.add_subcommand("explain", "what would become of a payload, and which rule decides it");
  auto wish = std::make_shared<Wish>();
  command->add_option("--source", wish->source, "the source to which it would be posted")
      ->required();
  command->add_option("--rule", wish->rule, "why this rule matches, or which condition fails");
  command->add_option("--config", wish->config, "judge by these files, without a daemon")
      ->type_name("FILE");
  command
      ->add_option("payload", wish->payload, "a file with what a sender posts; -: standard input")
      ->type_name("PAYLOAD")
      ->capture_default_str();
  command->footer(
      "Nothing is changed and nothing is counted. With --config it can't say what would follow,\n"
      "which depends on what fires now. Exit code 4 when the payload is malformed.\n"
      "Examples:\n"
      "  deskctl rules explain --source hooks payload.json\n"
      "  deskctl rules explain --source hooks --rule uplink-down < payload.json\n"
      "  deskctl rules explain --source hooks --config config/deskd.yaml payload.json");
  command->callback([wish, &session] { explain(*wish, session); });
}

}  // namespace deskd::ctl
