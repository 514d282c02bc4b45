// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "packaged.hpp"
#include "backends.hpp"

#include <daypack/checks/imports.hpp>
#include <daypack/checks/presets.hpp>
#include <daypack/detail/zip_member.hpp>
#include <daypack/manifest_file.hpp>
#include <daypack/stages/check.hpp>

#include <map>
#include <memory>

namespace cli {

using namespace daypack;

namespace {

// The package's files with the distributions that they come from.
Tree tree_of(const Packaged& package) {
  std::map<std::string, std::shared_ptr<const Distribution>> distributions;
  for (const Distribution& one : package.manifest->distributions) distributions.emplace(one.name, std::make_shared<const Distribution>(one));
  std::vector<Entry> entries;
  for (const Manifest::Item& item : package.manifest->items) {
    const zip::Member* member = package.reader.find(item.path);
    if (member == nullptr || zip::Reader::refusal(*member)) continue;
    const auto origin = distributions.find(item.distribution);
    entries.push_back({.path = item.path,
                       .mode = item.mode,
                       .content = detail::zip_member(*member, false),
                       .origin = origin == distributions.end() ? nullptr : origin->second});
  }
  return Tree::of(std::move(entries));
}

}  // namespace

Packaged::Packaged(const std::string& path, const zip::ReadOptions& options, Console& console)
    : file(read_archive_file(path)),
      reader(zip::Reader::of(file.bytes, path, options)),
      sha256(file.sha256.hex()) {
  if (file.has_manifest()) manifest = &file.manifest();
  if (file.beside && !manifest)
    console.say("warning: " + manifest_path(path) + " is of another zip and is left aside");
}

std::optional<TargetFacts> target_of(const Manifest& manifest) {
  std::optional<TargetFacts> facts;
  const auto python = parse_python(manifest.python);
  if (!python) return facts;
  try {
    with_target<Backends>(manifest.backend, *python, manifest.arch == "arm64" ? Arch::arm64 : Arch::x86_64, [&](auto target) { facts = target.facts(); });
  } catch (const Error& error) {
    if (error.code() != Errc::usage) throw;
  }
  return facts;
}

std::vector<Finding> findings_of(const Packaged& package, const TargetFacts& target, const Context& context) {
  std::vector<AnyCheck> checks = checks::all();
  std::erase_if(checks, [](const AnyCheck& check) { return check.name == checks::Imports::name; });
  return Check<>{std::move(checks)}.findings(tree_of(package), context.with_target(target));
}

}  // namespace cli
