#include "rules/severity.h"

#include <doctest/doctest.h>

using namespace deskd::rules;

TEST_CASE("the ladder is critical, major, minor, warning, info, and unknown ranks lowest") {
  CHECK(Severity::critical > Severity::major);
  CHECK(Severity::major > Severity::minor);
  CHECK(Severity::minor > Severity::warning);
  CHECK(Severity::warning > Severity::info);
  CHECK(Severity::info > Severity::unknown);
}

TEST_CASE("a severity is named by its own word only") {
  for (const auto word : severity_names) CHECK(name(*severity_named(word)) == word);
  CHECK_FALSE(severity_named("Critical"));
  CHECK_FALSE(severity_named("fatal"));
  CHECK_FALSE(severity_named(""));
}

TEST_CASE("the words that monitoring tools share are known in any case") {
  struct Row {
    const char* word;
    Severity meaning;
  };
  const Row rows[] = {
      {"fatal", Severity::critical},
      {"Disaster", Severity::critical},
      {"P1", Severity::critical},
      {"p1", Severity::critical},
      {"Sev0", Severity::critical},
      {"FAILURE", Severity::critical},
      {"DOWN", Severity::critical},
      {"CRIT", Severity::critical},
      {"CRITICAL", Severity::critical},
      {"error", Severity::major},
      {"High", Severity::major},
      {"P2", Severity::major},
      {"Sev1", Severity::major},
      {"average", Severity::minor},
      {"P3", Severity::minor},
      {"Sev2", Severity::minor},
      {"WARN", Severity::warning},
      {"warning", Severity::warning},
      {"P4", Severity::warning},
      {"Sev3", Severity::warning},
      {"info", Severity::info},
      {"P5", Severity::info},
      {"Sev4", Severity::info},
      {"debug", Severity::info},
      {"none", Severity::unknown},
      {"", Severity::unknown},
      {"criticalcritical", Severity::unknown},
  };
  for (const Row& row : rows) {
    CAPTURE(row.word);
    CHECK(SeverityWords{}.meaning(row.word) == row.meaning);
  }
  CHECK(SeverityWords{}.meaning({"p1\0", 3}) == Severity::unknown);
  CHECK(SeverityWords{}.meaning({"\0", 1}) == Severity::unknown);
}

TEST_CASE("a source's own words come before the common ones, as they are written") {
  const SeverityWords words({{"page", Severity::critical}, {"error", Severity::warning}});
  CHECK(words.meaning("page") == Severity::critical);
  CHECK(words.meaning("error") == Severity::warning);
  CHECK(words.meaning("Page") == Severity::unknown);
  CHECK(words.meaning("ERROR") == Severity::major);
}
