// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/backends/local.hpp>
#include <daypack/bytecode/interpreter.hpp>
#include <daypack/cache/disk.hpp>
#include <daypack/codec/default.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/providers/local.hpp>
#include <daypack/resolvers/uv.hpp>

#include <boost/json.hpp>

#include <cstdio>

namespace cli {

namespace {

// One thing that was looked at. What is needed and not there makes the exit code 1.
struct Finding {
  std::string what;
  bool found = false;
  bool needed = false;
  std::string said;  // version or path; or how to get it
};

Finding look_for_uv(daypack::Context& context) {
  try {
    return {"uv", true, true, daypack::Uv::version(context)};
  } catch (const daypack::Error& error) {
    return {"uv", false, true, error.hint()};
  }
}

Finding look_for_python(daypack::Python python, daypack::Context& context) {
  const std::string what = "Python " + to_string(python);
  try {
    const auto found = daypack::find_interpreter(python, {}, context.runner(), context.stop());
    return {what, true, false, found.version + " at " + found.path};
  } catch (const daypack::Error& error) {
    return {what, false, false, "needed for bytecode of " + to_string(python) + " only: " + error.hint()};
  }
}

Finding look_at_folder(const std::string& what, const std::string& folder) {
  try {
    daypack::detail::AtomicFile probe(folder + "/.doctor");
    probe.write(daypack::as_bytes("daypack"));
    return {what, true, false, folder};
  } catch (const daypack::Error& error) {
    return {what, false, false, error.what()};
  }
}

void print(const std::vector<Finding>& findings, bool json) {
  boost::json::array list;
  for (const Finding& f : findings) {
    if (json) {
      list.push_back(boost::json::object{{"what", f.what}, {"found", f.found}, {"needed", f.needed}, {"said", f.said}});
    } else {
      std::printf("%-9s %-16s %s\n", f.found ? "found" : f.needed ? "MISSING" : "missing", f.what.c_str(), f.said.c_str());
    }
  }
  if (json) cli::print(boost::json::serialize(boost::json::object{{"findings", std::move(list)}}));
}

int doctor(const Everywhere& everywhere) {
  Console console(everywhere);
  daypack::Context context = context_of(everywhere, console).in_stage("doctor");
  std::vector<Finding> findings{look_for_uv(context)};
  for (const daypack::Runtime& runtime : daypack::local::Machine::runtimes) findings.push_back(look_for_python(runtime.python, context));
  findings.push_back({"deflate", true, false, daypack::codec::Default::id()});
  findings.push_back(look_at_folder("cache", everywhere.cache_folder.empty() ? daypack::cache_folder() : everywhere.cache_folder));
  findings.push_back(look_at_folder("local functions", daypack::local::data_folder()));
  print(findings, everywhere.json);
  for (const Finding& f : findings) {
    if (f.needed && !f.found) return 1;
  }
  return 0;
}

}  // namespace

void add_doctor(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("doctor", "Say what is installed, what is missing, and how to get it");
  command->footer("Examples:\n  daypack doctor\n  daypack doctor --json");
  command->callback([&run] { run = [](const Everywhere& everywhere) { return doctor(everywhere); }; });
}

}  // namespace cli
