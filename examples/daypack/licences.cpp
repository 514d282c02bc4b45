// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "console.hpp"
#include "options.hpp"

#include <daypack/archive_file.hpp>
#include <daypack/detail/size_words.hpp>
#include <daypack/report/licences.hpp>
#include <daypack/zip/name.hpp>

#include <boost/json.hpp>

#include <map>
#include <memory>
#include <vector>

namespace cli {

namespace {

using daypack::PackageLicences;
using daypack::zip::printable;

boost::json::object json_of(const PackageLicences& one) {
  boost::json::array removed;
  for (const auto& line : one.removed) removed.push_back(boost::json::object{{"path", line.path}, {"rule", line.rule}});
  return {{"name", one.name},
          {"version", one.version},
          {"expression", one.declared.expression},
          {"declared", boost::json::value_from(one.declared.names)},
          {"files", boost::json::value_from(one.files)},
          {"removed", std::move(removed)},
          {"missing", boost::json::value_from(one.missing)}};
}

// What is wrong with the files of one distribution; empty when nothing is.
std::string lack_of(const PackageLicences& one) {
  std::map<std::string, std::size_t> rules;
  for (const auto& line : one.removed) ++rules[line.rule];
  std::string words = one.files.empty() ? "  no licence file" : "";
  for (const auto& [rule, count] : rules)
    words += (words.empty() ? "  " : ", ") + thousands(count) + " removed by " + rule;
  for (const std::string& name : one.missing)
    words += (words.empty() ? "  " : ", ") + printable(name) + " is not in the wheel";
  return words;
}

// By what is declared, as owners of licences are asked: one heading, then who is under it.
void tell(const std::vector<PackageLicences>& all) {
  std::map<std::string, std::vector<const PackageLicences*>> by_licence;
  std::size_t without = 0;
  for (const PackageLicences& one : all) {
    by_licence[one.declared_words()].push_back(&one);
    without += one.files.empty();
  }
  for (const auto& [words, those] : by_licence) {
    print(printable(words));
    for (const PackageLicences* one : those) {
      const std::string lack = lack_of(*one);
      print("  " + one->name + ' ' + one->version + (lack.empty() ? "" : ':' + lack.substr(1)));
    }
  }
  print(daypack::detail::counted(all.size(), "distribution") + ", " + thousands(without) +
        " without a licence file");
}

int show(const std::string& path, const Everywhere& everywhere) {
  const daypack::ArchiveFile file = daypack::read_archive_file(path);
  const auto all = daypack::licences(file.manifest(), daypack::zip::Reader::of(file.bytes, path));
  if (!everywhere.json) {
    tell(all);
    return 0;
  }
  boost::json::array list;
  for (const PackageLicences& one : all) list.push_back(json_of(one));
  print(boost::json::serialize(boost::json::object{{"distributions", std::move(list)}}));
  return 0;
}

}  // namespace

void add_licences(CLI::App& app, Run& run) {
  auto path = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("licences", "Under which licences a package's distributions are, and whose texts it has");
  command->footer(
      "It reads the zip and the manifest beside it. Examples:\n  daypack licences out.zip\n"
      "  daypack licences out.zip --json");
  command->add_option("ZIP", *path, "A package that daypack has built")->required();
  command->callback([path, &run] { run = [path](const Everywhere& everywhere) { return show(*path, everywhere); }; });
}

}  // namespace cli
