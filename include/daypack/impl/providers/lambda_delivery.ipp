// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/function_options.ipp>
#include <daypack/impl/providers/lambda_package.ipp>
#include <daypack/impl/providers/lambda_settings.ipp>
#include <daypack/impl/providers/lambda_versions.ipp>
#include <daypack/providers/aws_function.hpp>

namespace daypack::detail::lambda {

inline void check_options(const aws::Function& wanted) {
  const BackendPolicy& policy = aws::Lambda::policy;
  check_function_name(wanted.name);
  if (!wanted.handler.empty()) function_options::check_handler(wanted.handler);
  if (wanted.memory != 0)
    function_options::check_range("memory", wanted.memory, policy.memory.least, policy.memory.most, "MB");
  if (wanted.timeout != 0) function_options::check_range("timeout", wanted.timeout, 1, policy.timeout_most, "s");
  // Lambda developer guide, "Configure ephemeral storage" (2026-11-20).
  if (wanted.ephemeral_storage != 0)
    function_options::check_range("ephemeral storage", wanted.ephemeral_storage, 512, 10240, "MB");
  function_options::check_environment(wanted.environment);
  check_variables_size(wanted.environment);
  if (wanted.layers) check_layers(*wanted.layers);
  if (!wanted.role.empty() && !wanted.role.starts_with("arn:")) {
    throw Error(Errc::usage, "the role is no ARN", wanted.role,
                "aws iam get-role --role-name " + wanted.role + " --query Role.Arn tells it");
  }
  if (!wanted.alias.empty()) check_alias(wanted.alias);
  if (wanted.weight < 0 || wanted.weight > 1) {
    throw Error(Errc::usage, "the weight is out of range", std::to_string(wanted.weight) + " (expected 0 to 1)");
  }
  if (wanted.weight < 1 && wanted.alias.empty())
    throw Error(Errc::usage, "only an alias shares its calls between two versions", wanted.name, "name the alias");
  if (wanted.smoke) smoke::check(*wanted.smoke);
}

// One deployment. Every step looks first at what there is, so that a second run goes on where a first one stood.
class Delivery {
 public:
  Delivery(const aws::Function& wanted, const Archive& archive, const Context& context)
      : wanted_(wanted),
        archive_(archive),
        runs_(runs_of(wanted, archive, context)),
        sha256_(base64_of(archive.sha256())),
        api_({context, std::make_shared<aws::Session>(context, wanted.access), "lambda"}, context, wanted.name,
             wanted.dry_run),
        function_(api_, wanted.name, wanted.patience) {}

  Deployment run() {
    if (std::optional<json::object> found = function_.find()) {
      guard(object_at(*found, "Configuration"));
      update(std::move(*found));
    } else {
      create();
    }
    Deployment live{.id = member_text(now_, "FunctionArn"), .digest = archive_.sha256().hex(), .version = "$LATEST"};
    const bool published = wanted_.publish || !wanted_.alias.empty() || wanted_.keep_versions != 0;
    if (published) publish(live);
    std::optional<AliasChange> alias;
    if (!wanted_.alias.empty()) alias = function_.alias_change(wanted_.alias, live.version, wanted_.weight);
    changed_ |= alias.has_value();
    if (wanted_.smoke && changed_) function_.smoke(*wanted_.smoke, live.version, old_serves(live));
    if (alias) function_.apply(*alias);
    if (wanted_.keep_versions != 0) changed_ |= function_.keep(wanted_.keep_versions, live.version);
    if (!wanted_.alias.empty()) live.id = member_text(now_, "FunctionArn") + ':' + wanted_.alias;
    live.unchanged = !changed_;
    return live;
  }

 private:
  void guard(const json::object& configuration) const {
    const std::string revision = member_text(configuration, "RevisionId");
    if (wanted_.revision.empty() || wanted_.revision == revision) return;
    throw Error(Errc::provider, "the function has changed since you looked",
                wanted_.name + " (got revision " + revision + ", expected " + wanted_.revision + ")",
                "look at it again, then give its RevisionId");
  }

  std::string old_serves(const Deployment& live) const {
    if (!wanted_.alias.empty()) return "the alias " + wanted_.alias + " still points to what it pointed to before";
    if (live.version != "$LATEST") return "it is published as version " + live.version + " all the same";
    return "it is what $LATEST runs now: daypack rollback " + wanted_.name + " brings the version before back";
  }

  void create() {
    if (wanted_.role.empty()) {
      throw Error(Errc::usage, "there is no such function yet, and a new one needs a role", wanted_.name,
                  "give the ARN of the role that it runs as (--role), or correct the name, region or profile");
    }
    const json::object settings = first_settings(wanted_, runs_);
    const PackageBody body = package(settings, "Code");
    const Change change{.method = "POST",
                        .path = functions_path,
                        .body = body.pieces(),
                        .permission = "lambda:CreateFunction and iam:PassRole",
                        .doing = "cannot create the function",
                        .planned = "create the function with " + size_words(archive_.size())};
    changed_ = true;
    if (!create_when_role_is_known(change)) return;  // a dry run
    now_ = function_.settled();
    if (member_text(now_, "CodeSha256") != sha256_ || !changed_settings(wanted_, runs_, now_).empty())
      update({{"Configuration", now_}});  // somebody else was faster
  }

  // A new role can be assumed only after some seconds: up to a minute. 409: an answer before was lost, or somebody
  // else has made it.
  bool create_when_role_is_known(const Change& change) {
    const auto until = api_.context().clock().now() + std::min(wanted_.patience, std::chrono::seconds(60));
    for (milliseconds wait{1000};; wait = std::min(wait * 2, milliseconds(8000))) {
      try {
        return api_.change(change).has_value();
      } catch (const ServiceError& error) {
        if (error.answer().status == 409) return true;
        const bool unknown_role = error.answer().message.find("cannot be assumed by Lambda") != std::string::npos;
        if (!unknown_role || api_.context().clock().now() >= until) throw;
        api_.context().note(wanted_.name, "waiting until Lambda may assume the role");
        api_.context().clock().sleep(wait, api_.context().stop());
        api_.context().check_stop();
      }
    }
  }

  void update(json::object found) {
    now_ = is_settled(object_at(found, "Configuration")) ? object_at(found, "Configuration") : function_.settled();
    update_code();
    update_settings();
    update_tags(object_at(found, "Tags"));
  }

  // In a dry run what was asked for stands for what would be answered.
  bool has_code() const {
    return member_text(now_, "CodeSha256") == sha256_ &&
           (!now_.contains("Architectures") || texts_at(now_, "Architectures") == std::vector{runs_.arch});
  }

  void update_code() {
    if (has_code()) return;
    changed_ = true;
    change_guarded([this] { return has_code(); },
                   [this] {
                     const json::object others{{"Architectures", json::array{runs_.arch}},
                                               {"RevisionId", member_text(now_, "RevisionId")}};
                     const PackageBody body = package(others, "");
                     return api_
                         .change({.method = "PUT",
                                  .path = function_.path() + "/code",
                                  .body = body.pieces(),
                                  .permission = "lambda:UpdateFunctionCode",
                                  .doing = "cannot update the function's code",
                                  .planned = "update the code with " + size_words(archive_.size())})
                         .has_value();
                   });
  }

  void update_settings() {
    if (changed_settings(wanted_, runs_, now_).empty()) return;
    changed_ = true;
    change_guarded([this] { return changed_settings(wanted_, runs_, now_).empty(); },
                   [this] {
                     json::object changes = changed_settings(wanted_, runs_, now_);
                     const std::string names = names_of(changes);
                     changes["RevisionId"] = member_text(now_, "RevisionId");
                     const Change change{.method = "PUT",
                                         .path = function_.path() + "/configuration",
                                         .permission = "lambda:UpdateFunctionConfiguration",
                                         .doing = "cannot update the function's configuration",
                                         .planned = "set " + names};
                     return api_.change(change, changes).has_value();
                   });
  }

  // Changes what is only ours to change while nobody else does: 412 and 409 are looked into. An answer that was lost
  // leaves a function that has what is wanted, with another revision.
  template <class Done, class Send>
  void change_guarded(const Done& done, const Send& send) {
    for (int attempt = 1;; ++attempt) {
      try {
        if (!send()) return;  // a dry run
      } catch (const ServiceError& error) {
        if (!is_conflict(error)) throw;
        const bool moved = error.answer().status == 412;
        now_ = function_.settled();
        if (!done() && (attempt == 3 || (moved && !wanted_.revision.empty()))) throw;
        if (!done()) continue;
      }
      now_ = function_.settled();
      if (done()) return;
      throw Error(Errc::provider, "somebody else changes the function at the same time", wanted_.name,
                  "deploy again when they are done");
    }
  }

  void update_tags(const json::object& has) {
    const json::object changes = changed_tags(wanted_, has);
    if (changes.empty()) return;
    changed_ = true;
    const Change change{.method = "POST",
                        .path = "/2017-03-31/tags/" + uri_encoded(member_text(now_, "FunctionArn")),
                        .permission = "lambda:TagResource",
                        .doing = "cannot tag the function",
                        .planned = "set the tags " + names_of(changes)};
    api_.change(change, json::object{{"Tags", changes}});
  }

  void publish(Deployment& live) {
    const auto [version, is_new] = function_.publish(now_, wanted_.alias);
    live.version = version;
    live.id = member_text(now_, "FunctionArn") + ':' + version;
    changed_ |= is_new;
  }

  PackageBody package(const json::object& others, std::string_view holder) const {
    return package_body(archive_, others, holder, {wanted_.bucket, wanted_.prefix}, api_);
  }

  const aws::Function& wanted_;
  const Archive& archive_;
  Runs runs_;
  std::string sha256_;  // as the service spells it
  Api api_;
  FunctionOf function_;
  json::object now_;  // its configuration as it is
  bool changed_ = false;
};

}  // namespace daypack::detail::lambda
