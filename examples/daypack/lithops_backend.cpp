// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "lithops_backend.hpp"
#include "backends.hpp"

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>

#include <algorithm>

namespace cli {

namespace {

using daypack::Errc, daypack::Error;

constexpr std::array<LithopsBackend, 3> backends{{{.name = "aws_lambda",
                                                   .policy = &daypack::aws::Lambda::policy,
                                                   .sections = {"aws_lambda", "aws"},
                                                   .default_name = "default-runtime-v",
                                                   .timeout = 180,
                                                   .handler = "entry_point.lambda_handler",
                                                   .entry_point = "entry_point.py"},
                                                  {.name = "aliyun_fc",
                                                   .policy = &daypack::aliyun::Fc::policy,
                                                   .sections = {"aliyun_fc", "aliyun"},
                                                   .default_name = "default-python-runtime-v",
                                                   .handler = "entry_point.main",
                                                   .entry_point = "entry_point.py"},
                                                  {.name = "azure_functions",
                                                   .policy = &daypack::azure::Functions::policy,
                                                   .sections = {"azure_functions", "azure"},
                                                   .default_name = "default-runtime-v",
                                                   .memory = 2048,
                                                   .entry_point = "lithops_handler/__init__.py"}}};

// As Lithops settles mode and backend (config.py, _resolve_mode_and_backend).
std::string named_backend(const std::string& asked, const LithopsConfig& config) {
  if (!asked.empty()) return asked;
  std::string named = config.text({"lithops"}, "backend");
  const std::string mode = config.text({"lithops"}, "mode");
  if (named.empty() && mode == "serverless") named = config.text({"serverless"}, "backend");
  if (named.empty() && !mode.empty() && mode != "serverless") return mode;
  return named.empty() ? "aws_lambda" : named;
}

}  // namespace

std::string LithopsBackend::text(const LithopsConfig& config, const char* key) const {
  return config.text({sections[0], sections[1]}, key);
}

int LithopsBackend::number(const LithopsConfig& config, const char* key, int otherwise) const {
  return config.number({sections[0], sections[1]}, key).value_or(otherwise);
}

const LithopsBackend& lithops_backend(const std::string& asked, const LithopsConfig& config) {
  const std::string name = named_backend(asked, config);
  const auto found = std::ranges::find(backends, name, &LithopsBackend::name);
  if (found == backends.end())
    throw Error(Errc::usage, "runtimes are packages of serverless backends",
                name + " (expected " +
                    daypack::detail::listed(backends, " or ", [](const LithopsBackend& one) { return one.name; }) + ')',
                asked.empty()
                    ? "name one with -b: " + (config.origin().empty() ? "nothing" : config.origin()) + " says " + name
                    : "name one of them with -b");
  if (found->text(config, "deploy_mode") == "custom-container")
    throw Error(Errc::usage, "a runtime of containers is no package", "deploy_mode in " + config.origin(),
                "set it to runtime: no container is needed");
  return *found;
}

std::string default_runtime_name(const LithopsBackend& backend, const daypack::Python& python) {
  std::string version = to_string(python);
  std::erase(version, '.');
  return std::string(backend.default_name) + version;
}

void check_runtime_name(const std::string& name) {
  const bool taken = !name.empty() && std::ranges::all_of(name, [](char one) {
    return daypack::detail::class_has("A-Za-z0-9_/.:-", one);
  });
  if (!taken)
    throw Error(Errc::usage, "Lithops takes no such name of a runtime", name + " (expected A-Z a-z 0-9 _ / . : -)");
}

}  // namespace cli
