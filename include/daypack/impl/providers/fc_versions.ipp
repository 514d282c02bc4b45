// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/fc_api.ipp>
#include <daypack/impl/providers/smoke.ipp>

#include <array>
#include <set>

// The states, versions and aliases of a function of Function Compute.
namespace daypack::detail::fc {

// The members are often missing for functions of zips: then it is ready (lithops 3.8, read on 2026-11-20).
inline bool is_settled(const json::object& function) {
  return member_text(function, "state") != "Pending" && member_text(function, "lastUpdateStatus") != "InProgress";
}

// Whether two versions are alike in all that a deployment sets.
inline bool same_settings(const json::object& one, const json::object& other) {
  static constexpr std::array<std::string_view, 11> keys{
      "codeChecksum", "runtime", "handler",  "role",           "description",        "memorySize",
      "cpu",          "timeout", "diskSize", "internetAccess", "instanceConcurrency"};
  const auto same = [&](std::string_view key) {
    const json::value* const left = one.if_contains(key);
    const json::value* const right = other.if_contains(key);
    return left && right ? *left == *right : left == right;
  };
  return std::ranges::all_of(keys, same) && texts_at(one, "layers", "arn") == texts_at(other, "layers", "arn") &&
         object_at(one, "environmentVariables") == object_at(other, "environmentVariables");
}

struct Published {
  std::string version = {};
  bool is_new = false;
};

class FunctionOf {
 public:
  FunctionOf(const Api& api, const std::string& name, std::chrono::seconds patience)
      : api_(api), path_(root + "functions/" + uri_encoded(name)), patience_(patience) {}

  const std::string& path() const { return path_; }

  // What GetFunction says; nothing when there is no such function.
  std::optional<json::object> find(const std::string& qualifier = {}) const {
    return api_.find(path_ + (qualifier.empty() ? "" : "?qualifier=" + uri_encoded(qualifier)), "fc:GetFunction",
                     "cannot look at the function", "FunctionNotFound");
  }

  // The function once nothing is under way.
  json::object settled() const {
    json::object now = api_.poll(
        patience_, "Function Compute has finished with it",
        [&] {
          if (auto found = find()) return std::move(*found);
          throw Error(Errc::not_found, "the function has gone", api_.subject(), "deploy it again");
        },
        is_settled);
    refuse_failure(now, "state", "the function cannot run");
    refuse_failure(now, "lastUpdateStatus", "the function could not be updated");
    return now;
  }

  // The function as a version: the newest, where it is the same.
  Published publish(const json::object& now, const std::string& description) const {
    const std::vector<std::int64_t> before = versions();
    if (const std::string same = newest_if_same(before, now); !same.empty()) return {same, false};
    const Change change{.method = "POST",
                        .path = path_ + "/versions",
                        .permission = "fc:PublishFunctionVersion",
                        .doing = "cannot publish a version",
                        .planned = "publish a version",
                        .once = true};
    for (int attempt = 1;; ++attempt) {
      try {
        const auto answer = api_.change(change, json::object{{"description", description}});
        return {answer ? member_text(*answer, "versionId") : "(next)", true};
      } catch (const Error& error) {
        if (!may_be_done(error)) throw;
        const std::vector<std::int64_t> after = versions();
        if (after.size() > before.size()) return {std::to_string(after.back()), true};
        if (attempt == 3) throw;
        api_.context().note(api_.subject(), error.message() + "; no version was made, trying again");
      }
    }
  }

  // What has to change for the alias to give the version this part of its calls; nothing when it does already.
  std::optional<json::object> alias_change(const std::string& alias, const std::string& version, double weight) {
    const auto found = find_alias(alias);
    alias_exists_ = found.has_value();
    const std::string before = found ? member_text(*found, "versionId") : "";
    json::object wanted{{"versionId", version}, {"additionalVersionWeight", json::object()}};
    if (weight < 1 && !before.empty() && before != version) {
      wanted["versionId"] = before;
      wanted["additionalVersionWeight"] = json::object{{version, weight}};
    }
    if (found && points_so(*found, wanted)) return std::nullopt;
    return wanted;
  }

  // 409: an answer before was lost, or somebody else was faster; then it counts what there is.
  void apply(const std::string& alias, json::object wanted) const {
    const json::object body = wanted;
    const Change change{.method = alias_exists_ ? "PUT" : "POST",
                        .path = alias_exists_ ? alias_path(alias) : path_ + "/aliases",
                        .permission = alias_exists_ ? "fc:UpdateAlias" : "fc:CreateAlias",
                        .doing = "cannot point the alias",
                        .planned = "point the alias " + alias + " to version " + member_text(body, "versionId")};
    if (!alias_exists_) wanted["aliasName"] = alias;
    try {
      api_.change(change, wanted);
    } catch (const ServiceError& error) {
      if (error.answer().status != 409) throw;
      const auto found = find_alias(alias);
      if (!found || !points_so(*found, body)) throw;
    }
  }

  // Calls it, and throws Error{verification} when it does not do what it should.
  void smoke(const Smoke& wanted, const std::string& version, const std::string& meanwhile) const {
    smoke::call(api_,
                {.path = path_ + "/invocations?qualifier=" + uri_encoded(version),
                 .headers = {{"x-fc-invocation-type", "Sync"}},
                 .permission = "fc:InvokeFunction"},
                wanted, "X-Fc-Error-Type", version, meanwhile);
  }

  // Deletes old versions but for the newest `count`, this one, and those that an alias points to. Whether it has.
  bool keep(int count, const std::string& version) const {
    std::vector<std::int64_t> numbers = versions();
    if (numbers.size() <= static_cast<std::size_t>(count)) return false;
    numbers.resize(numbers.size() - static_cast<std::size_t>(count));
    const std::set<std::int64_t> aliased = pointed_to();
    std::erase_if(numbers, [&](std::int64_t one) { return aliased.contains(one) || one == number_of(version); });
    for (const std::int64_t number : numbers)
      api_.change(Change{.method = "DELETE",
                         .path = path_ + "/versions/" + std::to_string(number),
                         .permission = "fc:DeleteFunctionVersion",
                         .doing = "cannot delete an old version",
                         .planned = "delete version " + std::to_string(number)});
    return !numbers.empty();
  }

 private:
  void refuse_failure(const json::object& now, const std::string& state, const std::string& words) const {
    if (member_text(now, state) != "Failed") return;
    std::string why = member_text(now, state + "ReasonCode");
    if (const std::string reason = member_text(now, state + "Reason"); !reason.empty()) why += ": " + reason;
    throw Error(Errc::provider, words, api_.subject() + " (" + why + ")",
                "mend what it says, then deploy again: it goes on where it stands");
  }

  // Ascending.
  std::vector<std::int64_t> versions() const {
    std::vector<std::int64_t> numbers;
    for (const json::object& item : listed_items(api_, path_ + "/versions", "versions", "nextToken", "nextToken",
                                                 "fc:ListFunctionVersions", "FunctionNotFound")) {
      if (const std::int64_t number = number_of(member_text(item, "versionId")); number > 0) numbers.push_back(number);
    }
    std::ranges::sort(numbers);
    return numbers;
  }

  std::string newest_if_same(const std::vector<std::int64_t>& numbers, const json::object& now) const {
    if (numbers.empty()) return {};
    const std::string newest = std::to_string(numbers.back());
    const auto found = find(newest);
    return found && same_settings(*found, now) ? newest : "";
  }

  std::string alias_path(const std::string& alias) const { return path_ + "/aliases/" + uri_encoded(alias); }
  std::optional<json::object> find_alias(const std::string& alias) const {
    return api_.find(alias_path(alias), "fc:GetAlias", "cannot look at the alias", "AliasNotFound");
  }
  static bool points_so(const json::object& found, const json::object& wanted) {
    return member_text(found, "versionId") == member_text(wanted, "versionId") &&
           object_at(found, "additionalVersionWeight") == object_at(wanted, "additionalVersionWeight");
  }

  // All that aliases point to, the second version of shared calls included.
  std::set<std::int64_t> pointed_to() const {
    std::set<std::int64_t> numbers;
    for (const json::object& item : listed_items(api_, path_ + "/aliases", "aliases", "nextToken", "nextToken",
                                                 "fc:ListAliases", "FunctionNotFound")) {
      numbers.insert(number_of(member_text(item, "versionId")));
      for (const auto& member : object_at(item, "additionalVersionWeight"))
        numbers.insert(number_of(std::string(member.key())));
    }
    return numbers;
  }

  const Api& api_;
  std::string path_;
  std::chrono::seconds patience_;
  bool alias_exists_ = false;
};

}  // namespace daypack::detail::fc
