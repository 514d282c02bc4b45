// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/detail/file.hpp>
#include <daypack/report/trace.hpp>

#include <boost/json.hpp>

#include <cstdio>
#include <iterator>
#include <iostream>
#include <memory>

namespace cli {

namespace {

struct TraceOptions {
  std::string sources = {};
  std::string log = "-";
};

std::string log_of(const std::string& path) {
  if (path != "-") return std::string(daypack::detail::map_file(path).text());
  return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

int show(const TraceOptions& options, const Everywhere& everywhere) {
  const auto sources = daypack::zip::Reader::of(daypack::detail::map_file(options.sources), options.sources);
  const daypack::Traced done = daypack::traced(log_of(options.log), sources);
  if (everywhere.json) {
    print(boost::json::serialize(boost::json::object{{"text", done.text}, {"frames", done.frames}, {"found", done.found}}));
    return 0;
  }
  std::fwrite(done.text.data(), 1, done.text.size(), stdout);
  Console(everywhere).say(thousands(done.found) + " of " + thousands(done.frames) + " frames have their source");
  return 0;
}

}  // namespace

void add_trace(CLI::App& app, Run& run) {
  auto options = std::make_shared<TraceOptions>();
  CLI::App* command = app.add_subcommand("trace", "Put the lines of source into the tracebacks of a package without sources");
  command->footer(
      "Examples:\n  daypack build -b aws_lambda requests --add app.py --sources out.sources.zip\n"
      "  aws logs tail /aws/lambda/NAME | daypack trace out.sources.zip\n  daypack trace out.sources.zip log.txt");
  command->add_option("SOURCES", options->sources, "The zip that build --sources has written")->required();
  command->add_option("LOG", options->log, "A log, or one answer of a function; - (default) is standard input");
  command->callback([options, &run] { run = [options](const Everywhere& everywhere) { return show(*options, everywhere); }; });
}

}  // namespace cli
