#include "connectors/webhook/http_message.h"

#include <doctest/doctest.h>

using namespace deskd::connectors;

TEST_CASE("headers and parameters are found by name, the first of them") {
  HttpRequest request;
  request.headers = {{"accept", "a"}, {"accept", "b"}};
  request.query = {{"limit", "1"}, {"limit", "2"}, {"empty", ""}};
  CHECK(request.header("accept") == "a");
  CHECK(request.header("missing") == "");
  CHECK(request.parameter("limit") == "1");
  CHECK(request.parameter("empty") == "");
}

TEST_CASE("a problem is RFC 9457 JSON") {
  const HttpAnswer answer = problem(404, "no \"such\" thing");
  CHECK(answer.status == 404);
  CHECK(answer.content_type == "application/problem+json");
  CHECK(answer.body ==
        R"({"type":"about:blank","title":"Not Found","status":404,"detail":"no \"such\" thing"})");
}
