// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/impl/providers/lambda_api.ipp>
#include <daypack/providers/aws_function.hpp>
#include <daypack/python.hpp>

#include <array>
#include <set>

// What a function of AWS Lambda is set to, beside its code.
namespace daypack::detail::lambda {

// What the package says of itself; the user's words come first.
struct Runs {
  std::string runtime = {};  // "python3.12"
  std::string arch = {};     // "x86_64"
  std::string handler = {};  // empty: nobody has said
};

inline Runs runs_of(const aws::Function& wanted, const Archive& archive, const Context& context) {
  const Manifest& manifest = archive.manifest();
  Runs runs{.runtime = "python" + manifest.python, .arch = manifest.arch, .handler = wanted.handler};
  if (context.has_target()) {
    runs.runtime = "python" + to_string(context.target().runtime->python);
    runs.arch = to_string(context.target().arch);
  }
  if (runs.handler.empty()) runs.handler = manifest.handler;
  return runs;
}

// Sets a member of `changes` where the function has something else.
template <class Value>
void differ(json::object& changes, const json::object& current, std::string_view key, Value wanted) {
  const json::value value(std::move(wanted));
  const json::value* has = current.if_contains(key);
  if (!has || *has != value) changes[key] = value;
}

inline json::array array_of(const std::vector<std::string>& texts) {
  json::array array;
  for (const std::string& text : texts) array.emplace_back(text);
  return array;
}

inline void differ_in_variables(json::object& changes, const json::object& current, const aws::Function& wanted) {
  if (wanted.environment.empty() && !wanted.environment_exact) return;
  const json::object& has = object_at(object_at(current, "Environment"), "Variables");
  json::object variables = wanted.environment_exact ? json::object() : has;
  for (const auto& [name, value] : wanted.environment) variables[name] = value;
  if (variables != has) changes["Environment"] = json::object{{"Variables", std::move(variables)}};
}

inline void differ_in_network(json::object& changes, const json::object& current, const aws::Function& wanted) {
  if (wanted.subnets.empty() && wanted.security_groups.empty()) return;
  const json::object& has = object_at(current, "VpcConfig");
  const auto same = [&](const char* key, const std::vector<std::string>& texts) {
    const std::vector<std::string> now = texts_at(has, key);
    return std::set(now.begin(), now.end()) == std::set(texts.begin(), texts.end());
  };
  if (same("SubnetIds", wanted.subnets) && same("SecurityGroupIds", wanted.security_groups)) return;
  changes["VpcConfig"] =
      json::object{{"SubnetIds", array_of(wanted.subnets)}, {"SecurityGroupIds", array_of(wanted.security_groups)}};
}

// The members of UpdateFunctionConfiguration that have to change; for a function that is none yet, all that is said.
inline json::object changed_settings(const aws::Function& wanted, const Runs& runs, const json::object& current) {
  json::object changes;
  differ(changes, current, "Runtime", runs.runtime);
  if (!runs.handler.empty()) differ(changes, current, "Handler", runs.handler);
  if (!wanted.role.empty()) differ(changes, current, "Role", wanted.role);
  if (!wanted.description.empty()) differ(changes, current, "Description", wanted.description);
  if (wanted.memory != 0) differ(changes, current, "MemorySize", wanted.memory);
  if (wanted.timeout != 0) differ(changes, current, "Timeout", wanted.timeout);
  if (wanted.ephemeral_storage != 0)
    differ(changes, current, "EphemeralStorage", json::object{{"Size", wanted.ephemeral_storage}});
  differ_in_variables(changes, current, wanted);
  if (wanted.layers && texts_at(current, "Layers", "Arn") != *wanted.layers)
    changes["Layers"] = array_of(*wanted.layers);
  differ_in_network(changes, current, wanted);
  const bool snaps = member_text(object_at(current, "SnapStart"), "ApplyOn") == "PublishedVersions";
  if (wanted.snap_start && *wanted.snap_start != snaps)
    changes["SnapStart"] = json::object{{"ApplyOn", *wanted.snap_start ? "PublishedVersions" : "None"}};
  return changes;
}

// What CreateFunction takes beside the code.
inline json::object first_settings(aws::Function wanted, Runs runs) {
  if (wanted.memory == 0) wanted.memory = aws::Lambda::policy.memory.usual;
  if (wanted.timeout == 0) wanted.timeout = 30;
  if (runs.handler.empty()) runs.handler = "app.handler";
  json::object settings = changed_settings(wanted, runs, {});
  settings["FunctionName"] = wanted.name;
  settings["Architectures"] = json::array{runs.arch};
  settings["PackageType"] = "Zip";
  if (!wanted.tags.empty()) {
    json::object& tags = settings["Tags"].emplace_object();
    for (const auto& [name, value] : wanted.tags) tags[name] = value;
  }
  return settings;
}

// Tags that the function does not have so.
inline json::object changed_tags(const aws::Function& wanted, const json::object& has) {
  json::object changes;
  for (const auto& [name, value] : wanted.tags) differ(changes, has, name, value);
  return changes;
}

// "Handler, MemorySize"
inline std::string names_of(const json::object& object) {
  std::vector<std::string> names;
  for (const auto& member : object) names.emplace_back(member.key());
  return listed(names);
}

// Whether two versions are set alike, in all that a deployment sets.
inline bool same_settings(const json::object& one, const json::object& other) {
  static constexpr std::array<std::string_view, 12> keys{"CodeSha256",  "Runtime",     "Handler",   "Role",
                                                         "Description", "MemorySize",  "Timeout",   "VpcConfig",
                                                         "Layers",      "Environment", "SnapStart", "Architectures"};
  const auto same = [&](std::string_view key) {
    const json::value* left = one.if_contains(key);
    const json::value* right = other.if_contains(key);
    if (!left || !right) return left == right;
    if (key == "SnapStart")
      return member_text(left->as_object(), "ApplyOn") == member_text(right->as_object(), "ApplyOn");
    return *left == *right;
  };
  return std::all_of(keys.begin(), keys.end(), same) &&
         object_at(one, "EphemeralStorage") == object_at(other, "EphemeralStorage");
}

}  // namespace daypack::detail::lambda
