// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/cache/disk.hpp>
#include <daypack/cache/upkeep.hpp>
#include <daypack/detail/size_words.hpp>
#include <daypack/error.hpp>
#include <daypack/net/url.hpp>

#include <boost/json.hpp>

#include <memory>

namespace cli {

namespace {

std::string folder_of(const Everywhere& everywhere) { return everywhere.cache_folder.empty() ? daypack::cache_folder() : everywhere.cache_folder; }

std::string remote_of(const Everywhere& everywhere) { return daypack::redacted(daypack::parse_url(everywhere.remote_cache).text()); }

std::string words_of(const daypack::CacheAmount& amount) { return daypack::detail::counted(amount.values, "value") + ", " + megabytes(amount.bytes); }

int info(const Everywhere& everywhere) {
  const std::string folder = folder_of(everywhere);
  const daypack::CacheUsage usage = daypack::cache_usage(folder);
  const daypack::CacheAmount total = usage.total();
  if (everywhere.json) {
    boost::json::array kinds;
    for (const auto& kind : usage.kinds) kinds.push_back(boost::json::object{{"kind", kind.name}, {"values", kind.amount.values}, {"bytes", kind.amount.bytes}});
    boost::json::object answer{{"folder", folder}, {"kinds", std::move(kinds)}, {"values", total.values}, {"bytes", total.bytes}};
    if (!everywhere.remote_cache.empty()) answer["remote"] = boost::json::object{{"url", remote_of(everywhere)}, {"mode", everywhere.remote_cache_mode}};
    print(boost::json::serialize(answer));
    return 0;
  }
  print(folder);
  for (const auto& kind : usage.kinds) {
    std::string name = kind.name;
    name.resize(std::max<std::size_t>(name.size(), 13), ' ');
    print("  " + name + words_of(kind.amount));
  }
  print(words_of(total));
  if (!everywhere.remote_cache.empty()) print("remote: " + remote_of(everywhere) + " (" + everywhere.remote_cache_mode + ')');
  return 0;
}

int prune(const daypack::PruneOptions& options, const Everywhere& everywhere) {
  const std::string folder = folder_of(everywhere);
  const daypack::CacheAmount removed = daypack::prune_cache(folder, options), left = daypack::cache_usage(folder).total();
  if (everywhere.json) {
    print(boost::json::serialize(boost::json::object{{"folder", folder}, {"removed", boost::json::object{{"values", removed.values}, {"bytes", removed.bytes}}},
                                                     {"left", boost::json::object{{"values", left.values}, {"bytes", left.bytes}}}}));
  } else {
    print("removed " + words_of(removed) + "; left " + words_of(left));
  }
  return 0;
}

}  // namespace

void keep_cache_within_limit(const Everywhere& everywhere) {
  try {
    daypack::keep_cache_within(folder_of(everywhere), everywhere.cache_limit);
  } catch (const daypack::Error&) {  // no reason for a command that has done its work to fail
  }
}

void add_cache(CLI::App& app, Run& run) {
  CLI::App* command = app.add_subcommand("cache", "What earlier runs have left: wheels, bytecode, deflate streams");
  command->require_subcommand(1);
  command->footer("Examples:\n  daypack cache info\n  daypack cache prune --size 2GB\n  daypack cache clear");
  CLI::App* shown = command->add_subcommand("info", "How much there is of each kind");
  shown->footer("Examples:\n  daypack cache info\n  daypack cache info --json");
  shown->callback([&run] { run = info; });

  auto options = std::make_shared<daypack::PruneOptions>(daypack::PruneOptions{.limit = std::uint64_t{5'000'000'000}});
  auto hours = std::make_shared<std::int64_t>(options->unused.count());
  CLI::App* pruned = command->add_subcommand("prune", "Remove what was used longest ago");
  pruned->add_option("--size", options->limit, "How much may stay: 500MB, 2GB, ... (default: 5GB)")->transform(CLI::AsSizeValue(true));
  pruned->add_option("--unused", *hours, "Keep what was used in so many hours, whatever the size (default: 24)")->check(CLI::Range(0, 24 * 366));
  pruned->footer("Examples:\n  daypack cache prune\n  daypack cache prune --size 2GB --unused 0");
  pruned->callback([options, hours, &run] {
    options->unused = std::chrono::hours(*hours);
    run = [options](const Everywhere& everywhere) { return prune(*options, everywhere); };
  });
  CLI::App* cleared = command->add_subcommand("clear", "Remove all of it");
  cleared->footer("Examples:\n  daypack cache clear");
  cleared->callback([&run] {
    run = [](const Everywhere& everywhere) { return prune({.limit = 0, .unused = std::chrono::hours(-1)}, everywhere); };
  });
}

}  // namespace cli
