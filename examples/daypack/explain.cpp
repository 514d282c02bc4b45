// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/detail/size_words.hpp>
#include <daypack/manifest_file.hpp>
#include <daypack/report/explain.hpp>
#include <daypack/zip/name.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <functional>
#include <map>
#include <memory>

namespace cli {

namespace {

using daypack::zip::printable;

struct ExplainOptions {
  std::string zip = {};
  std::string path = {};
};

// Items as the manifest writes them.
boost::json::object json_of(const daypack::Explanation& found) {
  const daypack::Manifest part{.distributions = found.distributions, .items = found.entries, .ledger = found.history};
  const boost::json::object written = boost::json::parse(part.json("", 0)).as_object();
  return {{"path", found.path},
          {"entries", written.at("entries")},
          {"history", written.at("ledger")},
          {"distributions", written.at("distributions")}};
}

std::string bytes_words(std::uint64_t bytes) { return thousands(bytes) + (bytes == 1 ? " byte" : " bytes"); }

void print_entries(std::vector<daypack::Manifest::Item> items) {
  static constexpr std::size_t shown = 10;
  std::uint64_t size = 0, compressed = 0;
  for (const auto& item : items) {
    size += item.size;
    compressed += item.compressed;
  }
  print("in the package: " + thousands(items.size()) + (items.size() == 1 ? " entry, " : " entries, ") +
        bytes_words(size) + ", " + thousands(compressed) + " in the zip");
  std::ranges::stable_sort(items, std::greater<>(), &daypack::Manifest::Item::compressed);
  for (std::size_t i = 0; i < std::min(shown, items.size()); ++i) {
    print("  " + printable(items[i].path) + ' ' + thousands(items[i].size) + ", " + thousands(items[i].compressed) +
          " in the zip" +
          (items[i].mode == daypack::Mode::file ? "" : ", " + std::string(daypack::to_string(items[i].mode))));
  }
  if (items.size() > shown) print("  and " + thousands(items.size() - shown) + " smaller ones");
}

// Of one file each line; of many what each rule did.
void print_history(const daypack::Ledger& history) {
  struct Sum {
    std::size_t files = 0;
    std::uint64_t before = 0, after = 0;
    std::string note = {};
  };
  std::map<std::string, Sum> rules;
  for (const auto& line : history) {
    Sum& sum = rules[std::string(daypack::to_string(line.change)) + " by " + line.rule];
    ++sum.files;
    sum.before += line.bytes;
    sum.after += line.bytes_after;
    sum.note = line.note;
  }
  for (const auto& [what, sum] : rules) {
    print(what + ": " + daypack::detail::counted(sum.files, "file") + ", " + bytes_words(sum.before) +
          (sum.after == 0 ? "" : ", now " + thousands(sum.after)) +
          (sum.files == 1 && !sum.note.empty() ? " (" + printable(sum.note) + ')' : ""));
  }
}

int explain(const ExplainOptions& options, const Everywhere& everywhere) {
  const auto manifest = daypack::read_manifest(daypack::manifest_path(options.zip));
  const daypack::Explanation found = daypack::explain(manifest, options.path);
  if (everywhere.json) {
    print(boost::json::serialize(json_of(found)));
    return 0;
  }
  print(printable(found.path));
  for (const auto& one : found.distributions)
    print("from " + one.name + (one.file.empty() ? ", of which nothing is left" : ' ' + one.version + " (" + printable(one.file) + ')'));
  if (found.distributions.empty()) print("from your own files");
  if (found.entries.empty()) print("not in the package");
  if (!found.entries.empty()) print_entries(found.entries);
  print_history(found.history);
  return 0;
}

}  // namespace

void add_explain(CLI::App& app, Run& run) {
  auto options = std::make_shared<ExplainOptions>();
  CLI::App* command =
      app.add_subcommand("explain", "Where something in a package comes from, or which rule removed it");
  command->footer(
      "It reads the manifest beside the zip. A folder stands for all below it, a distribution for all its files.\n"
      "Examples:\n  daypack explain out.zip numpy/tests\n  daypack explain out.zip PyYAML --json");
  command->add_option("ZIP", options->zip, "A package that daypack has built")->required();
  command->add_option("PATH", options->path, "A file, a folder or a distribution")->required();
  command->callback(
      [options, &run] { run = [options](const Everywhere& everywhere) { return explain(*options, everywhere); }; });
}

}  // namespace cli
