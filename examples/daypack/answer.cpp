// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "answer.hpp"
#include "cache_account.hpp"
#include "checks.hpp"

#include <daypack/detail/size_words.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/manifest.hpp>
#include <daypack/report/report.hpp>
#include <daypack/stages/save.hpp>

namespace cli {

namespace {

boost::json::object budget_json(const daypack::Budget& budget) {
  return {{"zipped", budget.zipped},
          {"zipped_limit", budget.zipped_limit},
          {"unzipped", budget.unzipped},
          {"unzipped_limit", budget.limit},
          {"over", budget.over}};
}

boost::json::array layers_json(const Package& package, const std::string& path) {
  boost::json::array layers;
  for (const auto& layer : package.parts.layers) {
    const daypack::Manifest& manifest = layer.value.manifest();
    boost::json::array distributions;
    for (const auto& d : manifest.distributions)
      distributions.push_back(boost::json::object{{"name", d.name}, {"version", d.version}});
    boost::json::object said{{"name", layer.name}, {"backend", manifest.backend}};
    if (!path.empty()) said["path"] = daypack::layer_path(path, layer.name);
    said["sha256"] = layer.value.sha256().hex();
    said["size"] = layer.value.size();
    said["unpacked"] = manifest.unzipped;
    said["entries"] = manifest.items.size();
    said["distributions"] = std::move(distributions);
    layers.push_back(std::move(said));
  }
  return layers;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> layer_rows(const Package& package) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& layer : package.parts.layers) {
    const std::string names =
        daypack::detail::listed(layer.value.manifest().distributions, ", ", &daypack::Distribution::name);
    rows.emplace_back("layer " + layer.name, megabytes(layer.value.manifest().unzipped) + " unpacked, " +
                                                 megabytes(layer.value.size()) + " zip, sha256 " +
                                                 layer.value.sha256().hex() + ": " + names);
  }
  return rows;
}

boost::json::object answer_of(const Package& package, const Console& console, const std::string& path) {
  const daypack::Manifest& manifest = package.archive().manifest();
  boost::json::array distributions, stages, findings;
  for (const auto& d : manifest.distributions)
    distributions.push_back(boost::json::object{{"name", d.name}, {"version", d.version}});
  for (const auto& [name, time] : console.stages())
    stages.push_back(boost::json::object{{"name", name}, {"seconds", time}});
  for (const auto& remark : console.remarks()) {
    const bool warning = remark.severity == daypack::Remark::Severity::warning;
    findings.push_back(boost::json::object{{"check", remark.stage},
                                           {"severity", warning ? "warning" : "note"},
                                           {"subject", daypack::redacted(remark.subject)},
                                           {"message", daypack::redacted(remark.message)}});
  }
  for (const auto& finding : console.findings()) findings.push_back(finding_json(finding));
  boost::json::object answer;
  if (!path.empty()) answer["path"] = path;
  answer["sha256"] = package.archive().sha256().hex();
  answer["size"] = package.archive().size();
  answer["unpacked"] = manifest.unzipped;
  answer["entries"] = manifest.items.size();
  answer["target"] =
      boost::json::object{{"backend", manifest.backend}, {"python", manifest.python}, {"arch", manifest.arch}};
  answer["distributions"] = std::move(distributions);
  answer["stages"] = std::move(stages);
  if (!package.parts.layers.empty()) answer["layers"] = layers_json(package, path);
  answer["budget"] = budget_json(package.budget);
  answer["findings"] = std::move(findings);
  if (!package.cache_uses.empty()) answer["cache"] = cache_uses_json(package.cache_uses);
  return answer;
}

std::vector<std::string> paths_of(const Package& package, const std::string& path) {
  std::vector<std::string> paths{path};
  for (const auto& layer : package.parts.layers) paths.push_back(daypack::layer_path(path, layer.name));
  return paths;
}

std::string against(std::uint64_t bytes, std::uint64_t limit) {
  if (limit == 0) return megabytes(bytes);
  return megabytes(bytes) + " of " + megabytes(limit) +
         (bytes <= limit ? ", " + megabytes(limit - bytes) + " free" : ", over the limit");
}

std::vector<std::pair<std::string, std::string>> savings(const Package& package) {
  std::vector<const daypack::Manifest*> parts{&package.archive().manifest()};
  for (const auto& layer : package.parts.layers) parts.push_back(&layer.value.manifest());
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto& one : daypack::savings_of(parts)) {
    rows.emplace_back("  " + one.rule, daypack::detail::counted(one.files, "file") + ", " + megabytes(one.bytes) +
                                           ", " + megabytes(one.compressed) + " in the zip");
  }
  return rows;
}

void summarise(const Package& package, Console& console) {
  const daypack::Manifest& manifest = package.archive().manifest();
  std::vector<std::pair<std::string, std::string>> rows{
      {"target", manifest.backend + ", Python " + manifest.python + ", " + manifest.arch},
      {"distributions", thousands(manifest.distributions.size())},
      {"entries", thousands(manifest.items.size())},
      {"unpacked", against(package.budget.unzipped, package.budget.limit)},
      {"zip", against(package.budget.zipped, package.budget.zipped_limit)},
      {"sha256", package.archive().sha256().hex()},
  };
  const auto layers = layer_rows(package);
  rows.insert(rows.end(), layers.begin(), layers.end());
  const auto saved = savings(package);
  if (!saved.empty()) rows.emplace_back("saved", "");
  rows.insert(rows.end(), saved.begin(), saved.end());
  console.table(rows);
}

}  // namespace cli
