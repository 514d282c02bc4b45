// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/providers/local_runtime.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <memory>

namespace cli {

namespace {

struct InvokeOptions {
  std::string name = {};
  std::string data = "{}";
  int cold = 0;
  int version = 0;
  bool isolated = true;
};

std::string payload_of(const std::string& data) { return data.starts_with('@') ? daypack::detail::read_file(data.substr(1)) : data; }

std::string milliseconds(std::chrono::duration<double> time) { return std::to_string(static_cast<long>(time.count() * 1000)) + " ms"; }

boost::json::value answer_of(const daypack::local::Invocation& result) {
  boost::system::error_code broken;
  boost::json::value payload = boost::json::parse(result.payload, broken);
  return {{"payload", broken ? boost::json::value(result.payload) : payload},
          {"failed", result.failed},
          {"error_type", result.error_type},
          {"request_id", result.request_id},
          {"cold", result.cold},
          {"init_seconds", result.init.count()},
          {"run_seconds", result.run.count()},
          {"memory", result.memory},
          {"log", result.log}};
}

void print(const daypack::local::Invocation& result, const Everywhere& everywhere, Console& console) {
  if (everywhere.json) {
    cli::print(boost::json::serialize(answer_of(result)));
  } else {
    cli::print(result.payload);
  }
  std::string log = result.log;
  std::ranges::replace(log, '\r', '\n');  // the runtime client's own line ends within one message
  if (!log.empty()) console.say("log:\n" + log);
  console.say((result.failed ? "failed (" + result.error_type + ")" : std::string("answered")) + ": init " + milliseconds(result.init) +
              ", run " + milliseconds(result.run) + ", " + megabytes(result.memory) + " of memory");
}

// Starts the function anew each time; the median tells more than the mean, since the first start reads from a cold disk.
int measure_cold(const InvokeOptions& options, const daypack::local::Version& version, const daypack::local::Store& store,
                 const Everywhere& everywhere, Console& console, daypack::Context& context) {
  std::vector<double> times;
  daypack::local::Invocation last;
  for (int i = 0; i < options.cold; ++i) {
    last = daypack::local::invoke(store, version, payload_of(options.data), {.isolated = options.isolated}, context);
    times.push_back(last.init.count() + last.run.count());
    console.say("cold start " + std::to_string(i + 1) + ": init " + milliseconds(last.init) + ", run " + milliseconds(last.run));
  }
  std::ranges::sort(times);
  print(last, everywhere, console);
  console.say("median of " + std::to_string(times.size()) + " cold starts: " + seconds(times[times.size() / 2]));
  return last.failed ? 1 : 0;
}

int invoke(const InvokeOptions& options, const Everywhere& everywhere) {
  Console console(everywhere);
  daypack::Context context = context_of(everywhere, console).in_stage("invoke");
  const daypack::local::Store store;
  const daypack::local::Version version = store.find(options.name, options.version);
  if (options.cold > 0) return measure_cold(options, version, store, everywhere, console, context);
  const auto result = daypack::local::invoke(store, version, payload_of(options.data), {.isolated = options.isolated}, context);
  print(result, everywhere, console);
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
  command->add_option("--version-number", options->version, "A version instead of the current one")->check(CLI::PositiveNumber);
  command->add_flag("!--no-isolation", options->isolated, "Run where it is unpacked instead of in /var/task of namespaces of its own");
  command->callback([options, &run] { run = [options](const Everywhere& everywhere) { return invoke(*options, everywhere); }; });
}

}  // namespace cli
