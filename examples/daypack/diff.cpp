// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"
#include "packaged.hpp"

#include <daypack/report/diff.hpp>
#include <daypack/zip/name.hpp>

#include <boost/json.hpp>

#include <memory>

namespace cli {

namespace {

using daypack::zip::printable;

struct DiffOptions {
  std::string before = {}, after = {};
  daypack::zip::ReadOptions read = {};
};

boost::json::array items_json(const daypack::PackageDiff& found) {
  boost::json::array array;
  for (const auto& item : found.items) {
    array.push_back(boost::json::object{{"kind", daypack::to_string(item.kind)},
                                        {"path", item.path},
                                        {"size_before", item.size_before},
                                        {"size_after", item.size_after},
                                        {"compressed_before", item.compressed_before},
                                        {"compressed_after", item.compressed_after},
                                        {"distribution", item.distribution}});
  }
  return array;
}

boost::json::array pins_json(const daypack::PackageDiff& found) {
  boost::json::array array;
  for (const auto& pin : found.distributions) {
    array.push_back(boost::json::object{{"name", pin.name},
                                        {"before", pin.before},
                                        {"after", pin.after},
                                        {"wheel_before", pin.wheel_before},
                                        {"wheel_after", pin.wheel_after}});
  }
  return array;
}

boost::json::array settings_json(const daypack::PackageDiff& found) {
  boost::json::array array;
  for (const auto& one : found.settings)
    array.push_back(boost::json::object{{"name", one.name}, {"before", one.before}, {"after", one.after}});
  return array;
}

// Why the digest moved; of zips that differ in no entry, what is left.
std::vector<std::string> reasons_of(const daypack::PackageDiff& found, const Packaged& before, const Packaged& after) {
  auto lines = daypack::reasons(found);
  if (lines.empty() && before.sha256 != after.sha256)
    lines.push_back("no entry differs: times, comments, folders or other fields of the headers do");
  return lines;
}

std::string sizes(const daypack::PackageDiff::Item& item) {
  using Kind = daypack::PackageDiff::Kind;
  if (item.kind == Kind::added) return thousands(item.size_after);
  if (item.kind == Kind::removed) return thousands(item.size_before);
  if (item.kind == Kind::recompressed)
    return thousands(item.compressed_before) + " -> " + thousands(item.compressed_after) + " in the zip";
  return thousands(item.size_before) + " -> " + thousands(item.size_after);
}

int show(const DiffOptions& options, const Everywhere& everywhere) {
  Console console(everywhere);
  const Packaged before(options.before, options.read, console), after(options.after, options.read, console);
  const bool both = before.manifest && after.manifest;
  const auto found =
      daypack::diff(before.reader, after.reader, both ? before.manifest : nullptr, both ? after.manifest : nullptr);
  const auto lines = reasons_of(found, before, after);
  if (everywhere.json) {
    boost::json::object answer{
        {"equal", before.sha256 == after.sha256}, {"sha256_before", before.sha256}, {"sha256_after", after.sha256}};
    answer["reasons"] = boost::json::value_from(lines);
    answer["settings"] = settings_json(found);
    answer["distributions"] = pins_json(found);
    answer["entries"] = items_json(found);
    print(boost::json::serialize(answer));
    return 0;
  }
  if (before.sha256 == after.sha256) {
    print("the same bytes, sha256 " + before.sha256);
    return 0;
  }
  print("sha256 " + before.sha256 + " -> " + after.sha256);
  print("size " + thousands(before.file.bytes.size()) + " -> " + thousands(after.file.bytes.size()));
  for (const std::string& line : lines) print(line);
  for (const auto& item : found.items) {
    static constexpr char marks[] = "+-~mz";
    print(std::string("  ") + marks[static_cast<int>(item.kind)] + ' ' + printable(item.path) + ' ' + sizes(item));
  }
  return 0;
}

}  // namespace

void add_diff(CLI::App& app, Run& run) {
  auto options = std::make_shared<DiffOptions>();
  CLI::App* command = app.add_subcommand("diff", "What differs between two packages, and why the digest moved");
  command->footer(
      "Any zips will do; manifests beside both tell versions too. Marks: + added, - removed, ~ changed, m another "
      "mode, z deflated\n"
      "otherwise. Examples:\n  daypack diff old.zip new.zip\n  daypack diff old.zip new.zip --json");
  command->add_option("BEFORE", options->before, "A zip")->required();
  command->add_option("AFTER", options->after, "Another zip")->required();
  add_read_options(*command, options->read);
  command->callback(
      [options, &run] { run = [options](const Everywhere& everywhere) { return show(*options, everywhere); }; });
}

}  // namespace cli
