// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "backends.hpp"
#include "console.hpp"
#include "options.hpp"

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/python.hpp>

#include <boost/json.hpp>

#include <array>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace cli {

namespace {

using daypack::BackendPolicy;
using daypack::Runtime;

template <class... Bs>
std::array<const BackendPolicy*, sizeof...(Bs)> policies_of(daypack::backends<Bs...>) {
  return {&Bs::policy...};
}

std::string version(const daypack::Glibc& glibc) { return std::to_string(glibc.major) + '.' + std::to_string(glibc.minor); }

std::string architectures(const Runtime& runtime) {
  return runtime.x86_64 && runtime.arm64 ? "x86_64, arm64" : runtime.arm64 ? "arm64" : "x86_64";
}

boost::json::array texts(std::span<const std::string_view> all) {
  boost::json::array array;
  for (const std::string_view one : all) array.emplace_back(one);
  return array;
}

// null where nothing is known.
boost::json::value date(std::string_view text) { return text.empty() ? boost::json::value() : boost::json::value(text); }
boost::json::value size(std::uint64_t bytes) { return bytes == 0 ? boost::json::value() : boost::json::value(bytes); }

boost::json::array packages(std::span<const daypack::Preinstalled> all) {
  boost::json::array array;
  for (const auto& one : all) {
    array.push_back(boost::json::object{{"name", one.name}, {"version", date(one.version)}, {"seen", date(one.seen)}});
  }
  return array;
}

boost::json::object runtime_json(const BackendPolicy& backend, const Runtime& runtime) {
  boost::json::array archs;
  if (runtime.x86_64) archs.emplace_back("x86_64");
  if (runtime.arm64) archs.emplace_back("arm64");
  boost::json::object answer{{"python", daypack::to_string(runtime.python)},
                             {"full_version", runtime.full_version},
                             {"architectures", std::move(archs)},
                             {"support", daypack::to_string(runtime.support)},
                             {"deprecated", date(runtime.until)},
                             {"creates_until", date(runtime.creates_until)},
                             {"updates_until", date(runtime.updates_until)},
                             {"packages_folder", daypack::TargetFacts{&backend, &runtime}.packages_folder()},
                             {"glibc", version(runtime.glibc)}};
  if (runtime.image) {
    answer["system"] = boost::json::object{{"name", runtime.image->name},
                                           {"glibc", version(runtime.image->glibc)},
                                           {"glibcxx", runtime.image->glibcxx},
                                           {"cxxabi", runtime.image->cxxabi},
                                           {"libraries", texts(runtime.image->libraries)},
                                           {"source", runtime.image->source}};
  }
  answer["preinstalled"] = packages(runtime.preinstalled);
  return answer;
}

boost::json::object name_json(const daypack::NameRule& rule) {
  return {{"least", rule.least}, {"most", rule.most}, {"characters", rule.characters}, {"first", rule.first}, {"last", rule.last}};
}

boost::json::object limits_json(const daypack::Limits& limits) {
  return {{"zipped", size(limits.zipped)},   {"zipped_least", size(limits.zipped_least)}, {"direct", size(limits.direct)},
          {"request", size(limits.request)}, {"unzipped", size(limits.unzipped)},         {"environment", size(limits.environment)},
          {"layers", limits.layers},         {"layer_zipped", size(limits.layer_zipped)}};
}

boost::json::object policy_json(const BackendPolicy& backend) {
  boost::json::array runtimes, lists;
  for (const Runtime& runtime : backend.runtimes) runtimes.push_back(runtime_json(backend, runtime));
  for (const auto& list : backend.base_lists) {
    lists.push_back(boost::json::object{{"name", list.name}, {"seen", list.seen}, {"requirements", texts(list.requirements)}});
  }
  boost::json::object answer{{"name", backend.name},
                             {"title", backend.title},
                             {"kind", daypack::to_string(backend.kind)},
                             {"limits", limits_json(backend.limits)},
                             {"task_root", backend.task_root},
                             {"code_folder", backend.code_folder},
                             {"entry_files", texts(backend.entry_files)},
                             {"entry_sources", texts(backend.entry_sources)},
                             {"keeps_symlinks", backend.keeps_symlinks},
                             {"keeps_modes", backend.keeps_modes},
                             {"search_path", texts(backend.search_path)},
                             {"library_path", backend.library_path},
                             {"layer_order", daypack::to_string(backend.layer_order)},
                             {"timeout", size(static_cast<std::uint64_t>(backend.timeout_most))}};
  if (backend.kind == daypack::PackageKind::layer) {
    answer["functions"] = backend.functions;
  } else {
    answer["function_name"] = name_json(backend.function_name);
  }
  if (backend.layer_name.most > 0) answer["layer_name"] = name_json(backend.layer_name);
  if (backend.has_memory) {
    answer["memory"] = boost::json::object{{"least", backend.memory.least},
                                           {"most", backend.memory.most},
                                           {"usual", backend.memory.usual},
                                           {"step", backend.memory.step},
                                           {"sizes", boost::json::array(backend.memory.sizes.begin(), backend.memory.sizes.end())}};
  } else {
    answer["memory"] = nullptr;
  }
  answer["base_lists"] = std::move(lists);
  answer["runtimes"] = std::move(runtimes);
  answer["sources"] = texts(backend.sources);
  return answer;
}

void print_table(std::span<const BackendPolicy* const> all) {
  constexpr const char* row = "%-20s %-6s %-14s %-5s %-20s %-10s %s\n";
  std::printf(row, "BACKEND", "PYTHON", "ARCHITECTURES", "GLIBC", "SYSTEM", "SUPPORT", "DEPRECATED");
  for (const BackendPolicy* backend : all) {
    for (const Runtime& runtime : backend->runtimes) {
      std::printf(row, std::string(backend->name).c_str(), daypack::to_string(runtime.python).c_str(), architectures(runtime).c_str(),
                  version(runtime.glibc).c_str(), runtime.image ? std::string(runtime.image->name).c_str() : "-",
                  std::string(daypack::to_string(runtime.support)).c_str(),
                  runtime.until.empty() ? "-" : std::string(runtime.until).c_str());
    }
  }
}

int list_backends(const std::string& only, const Everywhere& everywhere) {
  std::vector<const BackendPolicy*> chosen;
  const auto known = policies_of(Backends{});
  for (const BackendPolicy* backend : known) {
    if (only.empty() || only == backend->name) chosen.push_back(backend);
  }
  if (chosen.empty())
    throw daypack::Error(
        daypack::Errc::usage, "no such backend",
        only + " (expected one of " + daypack::detail::listed(known, ", ", &BackendPolicy::name) + ")");
  if (everywhere.json) {
    boost::json::array all;
    for (const BackendPolicy* backend : chosen) all.push_back(policy_json(*backend));
    print(boost::json::serialize(boost::json::object{{"backends", std::move(all)}}));
  } else {
    print_table(chosen);
  }
  return 0;
}

}  // namespace

void add_backends(CLI::App& app, Run& run) {
  auto only = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("backends", "List the backends, their runtimes and dates");
  command->footer("Examples:\n  daypack backends\n  daypack backends aws_lambda --json");
  command->add_option("BACKEND", *only, "Only this one");
  command->callback([only, &run] { run = [only](const Everywhere& everywhere) { return list_backends(*only, everywhere); }; });
}

}  // namespace cli
