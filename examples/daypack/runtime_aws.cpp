// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deliver.hpp"
#include "deploy_layers.hpp"
#include "lithops_records.hpp"
#include "runtime.hpp"

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/providers/aws_client.hpp>
#include <daypack/providers/aws_function.hpp>
#include <daypack/providers/aws_functions.hpp>
#include <daypack/providers/aws_layer.hpp>
#include <daypack/providers/s3.hpp>

namespace cli {

namespace {

using daypack::Errc, daypack::Error;
using daypack::aws::Access, daypack::aws::Client, daypack::aws::Function;

constexpr auto own = "aws_lambda", account = "aws";

constexpr std::pair<const char*, const char*> keys[] = {{"access_key_id", "AWS_ACCESS_KEY_ID"},
                                                        {"secret_access_key", "AWS_SECRET_ACCESS_KEY"},
                                                        {"session_token", "AWS_SESSION_TOKEN"}};

std::string region_in(const LithopsConfig& config) {
  const std::string region = config.text({own, account}, "region");
  return region.empty() ? config.text({own, account}, "region_name") : region;
}

// The part of the user's id that names of Lithops have.
std::string user_key_of(const std::string& user_id) {
  const std::string id = user_id.substr(0, user_id.find(':'));
  return daypack::detail::ascii_lowered(id.substr(id.size() - std::min<std::size_t>(id.size(), 4)));
}

class AwsRuntimes : public Runtimes {
 public:
  AwsRuntimes(const LithopsConfig& config, const RuntimeOptions& options, const daypack::Context& context)
      : config_(config), options_(options), access_{.region = region_in(config), .endpoint_url = options.endpoint_url} {
    lend_keys(config, {own, account}, keys);
    session_ = std::make_shared<daypack::aws::Session>(context, access_);
    user_id_ = config.text({own, account}, "user_id");
    if (user_id_.empty()) user_id_ = caller_ = daypack::aws::user_id(context, session_);
  }

  std::string worker_of(const DeployedRuntime& runtime) const override {
    return prefix() + '-' + without_dots(runtime.version) + '-' +
           short_hash(runtime.name + '-' + std::to_string(runtime.memory) + '-' + runtime.version, 10);
  }

  std::string key_of(const DeployedRuntime& runtime) const override {
    return "aws_lambda/" + runtime.version + '/' + session_->region() + '/' + runtime.worker;
  }

  daypack::Deployment deploy(const RuntimePlan& plan, daypack::Context& context) const override {
    check_storage(config_, options_.storage, "aws_s3");
    refuse_unknown_settings();
    Function function{
        .name = plan.runtime.worker,
        .role = options_.role.empty() ? config_.text({own, account}, "execution_role") : options_.role,
        .description = "Lithops " + plan.runtime.version + " worker, Python " + plan.archive.manifest().python,
        .memory = plan.runtime.memory,
        .timeout = plan.timeout,
        .ephemeral_storage = config_.number({own, account}, "ephemeral_storage").value_or(0),
        .environment = config_.assignments({own, account}, "env_vars"),
        .subnets = config_.texts({own, account}, "vpc.subnets"),
        .security_groups = config_.texts({own, account}, "vpc.security_groups"),
        .tags = config_.assignments({own, account}, "user_tags"),
        .bucket = plan.archive.size() > direct_most ? ready_bucket(plan, context) : "",
        .dry_run = plan.dry_run,
        .access = access_};
    function.tags["runtime_name"] = plan.runtime.name;
    function.tags["lithops_version"] = plan.runtime.version;
    const DeployOptions cut{.archive = plan.path, .name = plan.runtime.worker, .dry_run = plan.dry_run};
    // None is said too: one that Lithops has made for this name has what the package has itself.
    function.layers = published_layers<daypack::aws::LayerVersion>(cut, plan.archive, access_, context);
    return deliver_by(function, plan.archive, context);
  }

  boost::json::object metadata_of(const DeployedRuntime& runtime, const daypack::Context& context) const override {
    const auto answer = functions(context).invoke(runtime.worker, R"({"get_metadata": {}})");
    return metadata_in(answer.body, answer.failed, runtime.worker);
  }

  std::vector<DeployedRuntime> list(const daypack::Context& context) const override {
    std::vector<DeployedRuntime> found;
    for (const daypack::ListedFunction& one : functions(context).list(prefix() + '-')) {
      auto tags = functions(context).tags(one);
      if (tags.contains("runtime_name") && tags.contains("lithops_version"))
        found.push_back({tags["runtime_name"], one.memory, tags["lithops_version"], one.name});
    }
    return found;
  }

  void remove(const DeployedRuntime& runtime, const daypack::Context& context) const override {
    functions(context).remove(runtime.worker);
  }

  void keep(const std::string& key, const std::string& text, daypack::Context& context) const override {
    const daypack::aws::S3 object = metadata_object(key, context);
    try {
      object.put(archive_of(text), storage_session(context), context);
    } catch (const daypack::ServiceError& error) {
      if (!error.is("NoSuchBucket")) throw;
      make_bucket(object.bucket, context);
      object.put(archive_of(text), storage_session(context), context);
    }
    keep_locally(key, text);
  }

  void forget(const std::string& key, const daypack::Context& context) const override {
    const daypack::aws::S3 object = metadata_object(key, context);
    forget_locally(key);
    try {
      object.remove({.bucket = object.bucket, .key = object.key}, storage_session(context), context);
    } catch (const daypack::ServiceError& error) {
      if (!error.is("NoSuchBucket")) throw;
    }
  }

 private:
  static constexpr std::uint64_t direct_most = 50'000'000;  // what a call itself may bring, a little less

  // Names of functions of this user.
  std::string prefix() const {
    const std::string space = config_.text({own, account}, "namespace");
    return (space.empty() ? "" : space + '-') + "lithops-worker-" + user_key_of(user_id_);
  }

  daypack::aws::Functions functions(const daypack::Context& context) const { return {context, session_}; }

  void refuse_unknown_settings() const {
    if (!config_.has(own, "efs") || config_.texts({own}, "efs").empty()) return;
    throw Error(Errc::usage, "file systems are not attached by daypack", "efs in " + config_.origin(),
                "leave it out, and attach them to the function yourself");
  }

  std::string storage_region() const {
    const std::string region = config_.text({"aws_s3", account}, "region");
    return region.empty() ? session_->region() : region;
  }

  Access storage_access() const {
    return {.region = storage_region(), .endpoint_url = config_.text({"aws_s3"}, "endpoint")};
  }

  std::shared_ptr<daypack::aws::Session> storage_session(const daypack::Context& context) const {
    return std::make_shared<daypack::aws::Session>(context, storage_access());
  }

  // The one that Lithops makes when nobody names one.
  std::string bucket(const daypack::Context& context) const {
    const std::string named = config_.text({"aws_s3", account}, "storage_bucket");
    if (!named.empty()) return named;
    return "lithops-" + storage_region() + '-' +
           user_key_of(caller_.empty() ? daypack::aws::user_id(context, session_) : caller_);
  }

  daypack::aws::S3 metadata_object(const std::string& key, const daypack::Context& context) const {
    check_storage(config_, options_.storage, "aws_s3");
    return {.bucket = bucket(context),
            .key = metadata_path(key),
            .access = storage_access(),
            .content_type = "application/json"};
  }

  // Lithops makes it when it is first used, which may not have been yet.
  std::string ready_bucket(const RuntimePlan& plan, const daypack::Context& context) const {
    const std::string name = bucket(context);
    try {
      if (!plan.dry_run)
        Client(context, storage_session(context), "s3")
            .call({.method = "HEAD", .path = '/' + name, .doing = "cannot look at Lithops' bucket", .subject = name});
    } catch (const daypack::ServiceError& error) {
      if (error.answer().status == 404) make_bucket(name, context);
    }
    return name;
  }

  // API Reference of S3, "CreateBucket": us-east-1 is no constraint, read on 2026-11-22.
  void make_bucket(const std::string& name, const daypack::Context& context) const {
    const std::string region = storage_region();
    const std::string body = region == "us-east-1"
                                 ? ""
                                 : "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
                                   "<LocationConstraint>" +
                                       region + "</LocationConstraint></CreateBucketConfiguration>";
    Client(context, storage_session(context), "s3")
        .call({.method = "PUT",
               .path = '/' + name,
               .body = {daypack::as_bytes(body)},
               .permission = "s3:CreateBucket",
               .doing = "cannot make Lithops' bucket",
               .subject = name});
  }

  const LithopsConfig config_;
  const RuntimeOptions options_;
  Access access_;
  std::shared_ptr<daypack::aws::Session> session_;
  std::string user_id_, caller_;  // as the configuration says, or STS; as STS says, where it was asked
};

}  // namespace

std::unique_ptr<Runtimes> aws_runtimes(const LithopsConfig& config, const RuntimeOptions& options,
                                       const daypack::Context& context) {
  return std::make_unique<AwsRuntimes>(config, options, context);
}

}  // namespace cli
