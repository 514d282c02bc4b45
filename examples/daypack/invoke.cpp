// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/detail/utf8.hpp>
#include <daypack/providers/local_runtime.hpp>

#include <boost/json.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string_view>
#include <vector>

namespace cli {

namespace {

struct InvokeOptions {
  std::string name = {};
  std::string data = "{}";
  int cold = 0;
  int version = 0;
  bool isolated = true;
  bool stream = false;
};

std::string payload_of(const std::string& data) { return data.starts_with('@') ? daypack::detail::read_file(data.substr(1)) : data; }

std::string milliseconds(std::chrono::duration<double> time) {
  char text[32];
  const double value = time.count() * 1000;
  std::snprintf(text, sizeof text, value < 10 ? "%.1f ms" : "%.0f ms", value);
  return text;
}

std::string base64_of(const std::string& bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

// What an answer says: JSON as it is, other text as a string. Bytes are no text: null here, and beside it as base64.
void put_payload(boost::json::object& answer, const std::string& payload) {
  boost::system::error_code broken;
  boost::json::parse_options options;
  options.max_depth = 1000;
  const boost::json::value document = boost::json::parse(payload, broken, {}, options);
  if (!broken) {
    answer["payload"] = document;
  } else if (daypack::detail::is_utf8(payload)) {
    answer["payload"] = payload;
  } else {
    answer["payload"] = nullptr;
    answer["payload_base64"] = base64_of(payload);
  }
}

boost::json::object answer_of(const daypack::local::Invocation& result) {
  boost::json::object answer;
  put_payload(answer, result.payload);
  const boost::json::object rest{{"failed", result.failed},
                                 {"error_type", result.error_type},
                                 {"request_id", result.request_id},
                                 {"cold", result.cold},
                                 {"init_seconds", result.init.count()},
                                 {"run_seconds", result.run.count()},
                                 {"memory", result.memory},
                                 {"log", result.log}};
  answer.insert(rest.begin(), rest.end());
  if (result.streamed) answer["streamed"] = true;
  if (!result.error_details.empty()) answer["error_details"] = result.error_details;
  return answer;
}

// What people see beside the answer.
void tell(const daypack::local::Invocation& result, Console& console) {
  std::string log = result.log;
  std::ranges::replace(log, '\r', '\n');  // the runtime client's own line ends within one message
  if (!log.empty()) console.say("log:\n" + log);
  if (!result.error_details.empty()) console.say("the answer broke off: " + result.error_details);
  console.say((result.failed ? "failed (" + result.error_type + ")" : std::string("answered")) + ": init " + milliseconds(result.init) +
              ", run " + milliseconds(result.run) + ", " + megabytes(result.memory) + " of memory");
}

// Of some starts; the median tells more than the mean, since the first one reads from a cold disk.
struct Spread {
  double least = 0, median = 0, most = 0;

  explicit Spread(std::vector<double> times) {
    std::ranges::sort(times);
    least = times.front();
    median = (times[(times.size() - 1) / 2] + times[times.size() / 2]) / 2;
    most = times.back();
  }
  boost::json::object json() const { return {{"min", least}, {"median", median}, {"max", most}}; }
  std::string words() const {
    const auto of = [](double time) { return milliseconds(std::chrono::duration<double>(time)); };
    return of(least) + ", " + of(median) + ", " + of(most);
  }
};

// Starts the function anew each time, in a sandbox of its own.
int measure_cold(const InvokeOptions& options, const daypack::local::Version& version, const daypack::local::Store& store,
                 const Everywhere& everywhere, Console& console, daypack::Context& context) {
  std::vector<double> inits, runs;
  daypack::local::Invocation last;
  bool failed = false;
  for (int i = 0; i < options.cold; ++i) {
    last = daypack::local::invoke(store, version, payload_of(options.data), {.isolated = options.isolated}, context);
    inits.push_back(last.init.count());
    runs.push_back(last.run.count());
    failed = failed || last.failed;
    console.say("cold start " + std::to_string(i + 1) + ": init " + milliseconds(last.init) + ", run " + milliseconds(last.run) +
                (last.failed ? ", failed (" + last.error_type + ")" : ""));
  }
  const Spread init(inits), run(runs);
  boost::json::object answer = answer_of(last);
  answer["cold_starts"] = {{"count", options.cold}, {"init_seconds", init.json()}, {"run_seconds", run.json()}};
  cli::print(everywhere.json ? boost::json::serialize(answer) : last.payload);
  tell(last, console);
  console.say("min, median, max of " + std::to_string(options.cold) + " cold starts: init " + init.words() + "; run " + run.words());
  return failed ? 1 : 0;
}

int invoke(const InvokeOptions& options, const Everywhere& everywhere) {
  Console console(everywhere);
  daypack::Context context = context_of(everywhere, console).in_stage("invoke");
  const daypack::local::Store store;
  const daypack::local::Version version = store.find(options.name, options.version);
  if (options.cold > 0) return measure_cold(options, version, store, everywhere, console, context);
  const std::string payload = payload_of(options.data);
  bool shown = false;
  const auto show = [&](std::string_view part) {
    shown = true;
    if (!everywhere.json) std::fwrite(part.data(), 1, part.size(), stdout);
    std::fflush(stdout);
  };
  daypack::local::Sandbox sandbox(store, version, {.isolated = options.isolated}, context);
  const auto result = options.stream ? sandbox.invoke(payload, show) : sandbox.invoke(payload);
  if (everywhere.json) {
    cli::print(boost::json::serialize(answer_of(result)));
  } else {
    cli::print(shown ? "" : result.payload);
  }
  tell(result, console);
  return result.failed ? 1 : 0;
}

}  // namespace

void add_invoke(CLI::App& app, Run& run) {
  auto options = std::make_shared<InvokeOptions>();
  CLI::App* command = app.add_subcommand("invoke", "Run a locally deployed function as AWS Lambda would");
  command->footer("Examples:\n  daypack invoke thumbnails -d '{\"width\": 64}'\n  daypack invoke thumbnails -d @event.json --cold 5");
  command->add_option("NAME", options->name, "The function's name")->required();
  command->add_option("--data,-d", options->data, "The event: JSON, or @FILE (default: {})");
  command->add_option("--cold", options->cold, "Start it anew N times and tell how long that took")->check(CLI::Range(1, 1000));
  command->add_flag("--stream", options->stream, "Show what it streams as it comes, up to 200 MB")->excludes("--cold");
  command->add_option("--version-number", options->version, "A version instead of the current one")->check(CLI::PositiveNumber);
  command->add_flag("!--no-isolation", options->isolated, "Run where it is unpacked instead of in /var/task of namespaces of its own");
  command->callback([options, &run] { run = [options](const Everywhere& everywhere) { return invoke(*options, everywhere); }; });
}

}  // namespace cli
