// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/lambda_settings.ipp>
#include <daypack/impl/providers/smoke.ipp>

#include <charconv>
#include <map>

// The states, versions and aliases of a function of AWS Lambda.
namespace daypack::detail::lambda {

inline bool is_settled(const json::object& configuration) {
  return member_text(configuration, "State") != "Pending" &&
         member_text(configuration, "LastUpdateStatus") != "InProgress";
}

// "3" is 3, "$LATEST" is 0.
inline int number_of(std::string_view version) {
  int number = 0;
  std::from_chars(version.data(), version.data() + version.size(), number);
  return number;
}

struct Published {
  std::string version = {};
  bool is_new = false;
};

struct AliasChange {
  std::string alias = {};
  bool exists = false;
  json::object body = {};
};

// Somebody else acts at the same time, or has acted: ResourceConflictException, PreconditionFailedException.
inline bool is_conflict(const ServiceError& error) {
  return error.answer().status == 409 || error.answer().status == 412;
}

class FunctionOf {
 public:
  FunctionOf(const Api& api, const std::string& name, std::chrono::seconds patience)
      : api_(api), path_(functions_path + '/' + name), patience_(patience) {}

  const std::string& path() const { return path_; }

  // What GetFunction says; nothing when there is no such function, version or alias.
  std::optional<json::object> find(const std::string& qualifier = {}) const {
    return api_.find(path_ + (qualifier.empty() ? "" : "?Qualifier=" + uri_encoded(qualifier)), "lambda:GetFunction",
                     "cannot look at the function");
  }

  // The configuration once nothing is under way. GetFunction may be asked a hundred times a second, and
  // GetFunctionConfiguration fifteen (developer guide, quotas).
  json::object settled(const std::string& qualifier = {}) const {
    json::object now = api_.poll(
        patience_, "Lambda has finished with it",
        [&] {
          auto found = find(qualifier);
          if (found) return object_at(*found, "Configuration");
          throw Error(Errc::not_found, "the function has gone", api_.subject(), "deploy it again");
        },
        is_settled);
    refuse_failure(now, "State", "the function cannot run");
    refuse_failure(now, "LastUpdateStatus", "the function could not be updated");
    return now;
  }

  // The configuration as a version; the one that the alias points to, or the last one, where it is the same. Lambda
  // itself makes no version of what has not changed, yet takes a request to find out.
  Published publish(const json::object& now, const std::string& alias) const {
    if (const std::string same = published_as(now, alias); !same.empty()) return {same, false};
    const auto answer = ask_to_publish(now);
    if (!answer) return {"(next)", true};  // a dry run
    const std::string version = member_text(*answer, "Version");
    settled(version);
    return {version, true};
  }

  std::string alias_path(const std::string& alias) const { return path_ + "/aliases/" + uri_encoded(alias); }

  // What GetAlias says; nothing when there is no such alias.
  std::optional<json::object> find_alias(const std::string& alias) const {
    return api_.find(alias_path(alias), "lambda:GetAlias", "cannot look at the alias");
  }

  // What has to change for the alias to give the version this part of its calls; nothing when it does already.
  std::optional<AliasChange> alias_change(const std::string& alias, const std::string& version, double weight) const {
    const auto found = find_alias(alias);
    const std::string before = found ? member_text(*found, "FunctionVersion") : "";
    json::object wanted{{"FunctionVersion", version},
                        {"RoutingConfig", {{"AdditionalVersionWeights", json::object()}}}};
    if (weight < 1 && !before.empty() && before != version) {
      wanted["FunctionVersion"] = before;
      wanted["RoutingConfig"] = {{"AdditionalVersionWeights", json::object{{version, weight}}}};
    }
    if (found && points_so(*found, wanted)) return std::nullopt;
    if (!found) wanted["Name"] = alias;
    if (found) wanted["RevisionId"] = member_text(*found, "RevisionId");
    return AliasChange{alias, found.has_value(), std::move(wanted)};
  }

  // 409 and 412: an answer before was lost, or somebody else was faster; then it counts what there is.
  void apply(const AliasChange& wanted) const {
    const Change change{
        .method = wanted.exists ? "PUT" : "POST",
        .path = wanted.exists ? alias_path(wanted.alias) : path_ + "/aliases",
        .permission = wanted.exists ? "lambda:UpdateAlias" : "lambda:CreateAlias",
        .doing = "cannot point the alias",
        .planned = "point the alias " + wanted.alias + " to version " + member_text(wanted.body, "FunctionVersion")};
    try {
      api_.change(change, wanted.body);
    } catch (const ServiceError& error) {
      if (!is_conflict(error)) throw;
      const auto found = find_alias(wanted.alias);
      if (!found || !points_so(*found, wanted.body)) throw;
    }
  }

  // Deletes old versions but for the newest `count`, this one, and those that an alias points to. Whether it has.
  bool keep(int count, const std::string& version) const {
    std::vector<int> numbers = versions();
    const std::set<int> aliased = pointed_to();
    if (const auto left = static_cast<std::size_t>(count); numbers.size() > left) {
      numbers.resize(numbers.size() - left);
    } else {
      return false;
    }
    std::erase_if(numbers, [&](int number) { return aliased.contains(number) || number == number_of(version); });
    for (const int number : numbers) {
      api_.change(Change{.method = "DELETE",
                         .path = path_ + "?Qualifier=" + std::to_string(number),
                         .permission = "lambda:DeleteFunction",
                         .doing = "cannot delete an old version",
                         .planned = "delete version " + std::to_string(number)});
    }
    return !numbers.empty();
  }

  // Ascending.
  std::vector<int> versions() const {
    std::vector<int> numbers;
    for (const json::object& item : all_versions()) {
      if (const int number = number_of(member_text(item, "Version")); number != 0) numbers.push_back(number);
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }

  // Calls it, and throws Error{verification} when it does not do what it should.
  void smoke(const Smoke& wanted, const std::string& version, const std::string& meanwhile) const {
    smoke::call(
        api_, {.path = path_ + "/invocations?Qualifier=" + uri_encoded(version), .permission = "lambda:InvokeFunction"},
        wanted, "X-Amz-Function-Error", version, meanwhile);
  }

  // All aliases and what they point to, the second version of shared calls included.
  std::set<int> pointed_to() const {
    std::set<int> numbers;
    for (const json::object& item :
         api_.list(path_ + "/aliases", "Aliases", "lambda:ListAliases", "cannot list the aliases")) {
      numbers.insert(number_of(member_text(item, "FunctionVersion")));
      for (const auto& member : object_at(object_at(item, "RoutingConfig"), "AdditionalVersionWeights"))
        numbers.insert(number_of(member.key()));
    }
    return numbers;
  }

 private:
  void refuse_failure(const json::object& now, const std::string& state, const std::string& words) const {
    if (member_text(now, state) != "Failed") return;
    std::string why = member_text(now, state + "ReasonCode");
    if (const std::string reason = member_text(now, state + "Reason"); !reason.empty()) why += ": " + reason;
    throw Error(Errc::provider, words, api_.subject() + " (" + why + ")",
                "mend what it says, then deploy again: it goes on where it stands");
  }

  static bool points_so(const json::object& found, const json::object& wanted) {
    return member_text(found, "FunctionVersion") == member_text(wanted, "FunctionVersion") &&
           object_at(object_at(found, "RoutingConfig"), "AdditionalVersionWeights") ==
               object_at(object_at(wanted, "RoutingConfig"), "AdditionalVersionWeights");
  }

  std::vector<json::object> all_versions() const {
    return api_.list(path_ + "/versions", "Versions", "lambda:ListVersionsByFunction", "cannot list the versions");
  }

  std::string published_as(const json::object& now, const std::string& alias) const {
    if (!alias.empty()) {
      if (const auto found = find(alias)) {
        const json::object& pointed = object_at(*found, "Configuration");
        if (same_settings(pointed, now)) return member_text(pointed, "Version");
      }
    }
    json::object last;
    for (json::object& item : all_versions()) {
      if (number_of(member_text(item, "Version")) > number_of(member_text(last, "Version"))) last = std::move(item);
    }
    return same_settings(last, now) ? member_text(last, "Version") : "";
  }

  std::optional<json::object> ask_to_publish(const json::object& now) const {
    const Change change{.method = "POST",
                        .path = path_ + "/versions",
                        .permission = "lambda:PublishVersion",
                        .doing = "cannot publish a version",
                        .planned = "publish a version"};
    return api_.change(change, json::object{{"CodeSha256", member_text(now, "CodeSha256")}});
  }

  const Api& api_;
  std::string path_;
  std::chrono::seconds patience_;
};

inline void check_function_name(const std::string& name) {
  if (aws::Lambda::policy.function_name.allows(name)) return;
  throw Error(Errc::usage, "a function cannot have this name", "'" + name + "'",
              "take 1 to 64 of A-Z, a-z, 0-9, '-' and '_'");
}

// API Reference, CreateAlias: (?!^[0-9]+$)([a-zA-Z0-9-_]+), 1 to 128 characters (2026-11-20).
inline void check_alias(const std::string& alias) {
  static constexpr NameRule rule{.least = 1, .most = 128};
  const bool digits = alias.find_first_not_of("0123456789") == std::string::npos;
  if (rule.allows(alias) && !digits) return;
  throw Error(Errc::usage, "an alias cannot have this name", "'" + alias + "'",
              "take 1 to 128 of A-Z, a-z, 0-9, '-' and '_', and not digits alone");
}

inline void check_variables_size(const std::map<std::string, std::string>& variables) {
  const std::uint64_t limit = aws::Lambda::policy.limits.environment;
  std::uint64_t size = 0;
  for (const auto& [name, value] : variables) size += name.size() + value.size();
  if (size <= limit) return;
  throw Error(Errc::over_limit, "the environment is too large",
              "got " + std::to_string(size) + " bytes, expected at most " + std::to_string(limit),
              "put large values into a file of the package, or into Parameter Store");
}

inline void check_layers(const std::vector<std::string>& layers) {
  const auto limit = static_cast<std::size_t>(aws::Lambda::policy.limits.layers);
  if (layers.size() > limit) {
    throw Error(Errc::over_limit, "too many layers",
                "got " + std::to_string(layers.size()) + ", expected at most " + std::to_string(limit),
                "put several into one");
  }
  for (const std::string& layer : layers) {
    const std::size_t colon = layer.rfind(':');
    if (layer.starts_with("arn:") && colon != std::string::npos && number_of(layer.substr(colon + 1)) > 0) continue;
    throw Error(Errc::usage, "this is no version of a layer", layer,
                "give its ARN with the version at its end: arn:aws:lambda:REGION:ACCOUNT:layer:NAME:3");
  }
}

}  // namespace daypack::detail::lambda
