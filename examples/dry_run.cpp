// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// What a deployment to AWS would ask for: a dry run, here against answers by script, as in tests of one's own.
// prints: thumbnails: would create the function with \d+ B: POST /2015-03-31/functions
// prints: thumbnails: would publish a version: POST /2015-03-31/functions/thumbnails/versions
// prints: thumbnails: would point the alias live to version
// prints: 0 changes were sent
#include <daypack/daypack.hpp>
#include <daypack/providers/aws_function.hpp>
#include <daypack/testing/fake_http.hpp>

#include <cstdlib>
#include <iostream>

using namespace daypack;

// No network: there is no such function yet.
std::shared_ptr<daypack::testing::FakeHttp> region_without_functions() {
  const daypack::testing::FakeAnswer none{.status = 404,
                                          .headers = {{"x-amzn-ErrorType", "ResourceNotFoundException"}},
                                          .body = R"({"message": "Function not found"})"};
  const std::string functions = "https://lambda.eu-west-1.amazonaws.com/2015-03-31/functions";
  auto http = std::make_shared<daypack::testing::FakeHttp>();
  for (const char* path :
       {"/thumbnails", "/thumbnails?Qualifier=live", "/thumbnails/versions?MaxItems=50", "/thumbnails/aliases/live"})
    http->answer(functions + path, {none});
  return http;
}

// The time of the computer, as standard_context() has it.
struct RealClock : Clock {
  std::chrono::system_clock::time_point now() override { return std::chrono::system_clock::now(); }
  void sleep(std::chrono::milliseconds, std::stop_token) override {}
};

int main() {
  ::setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", 1);
  ::setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", 1);
  const auto http = region_without_functions();
  const Observer tell = [](const Event& event) {
    if (const auto* remark = std::get_if<Remark>(&event))
      std::cout << remark->subject << ": " << remark->message << '\n';
  };
  const Context context(Services{
      .pool = std::make_shared<Pool>(), .http = http, .clock = std::make_shared<RealClock>(), .observer = tell});

  const auto ship = target<aws::Lambda, 3.12_py> | Zip{} |
                    Upload{aws::Function{.name = "thumbnails",
                                         .role = "arn:aws:iam::123456789012:role/runner",
                                         .alias = "live",
                                         .dry_run = true,
                                         .access = {.region = "eu-west-1"}}};
  ship(Tree::of({text_entry("app.py", "def handler(event, context): return event\n")}), context);

  int changes = 0;
  for (const auto& request : http->seen()) changes += request.method != "GET";
  std::cout << changes << " changes were sent\n";
}
