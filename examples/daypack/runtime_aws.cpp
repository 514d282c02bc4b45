// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deliver.hpp"
#include "deploy_layers.hpp"
#include "lithops_records.hpp"
#include "runtime.hpp"

#include <daypack/error.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/net/url.hpp>
#include <daypack/providers/aws_client.hpp>
#include <daypack/providers/aws_function.hpp>
#include <daypack/providers/aws_layer.hpp>
#include <daypack/providers/s3.hpp>

#include <pugixml.hpp>

#include <cstdlib>

namespace cli {

namespace {

using daypack::Errc, daypack::Error;
using daypack::aws::Access, daypack::aws::Client, daypack::aws::Function;

constexpr auto own = "aws_lambda", account = "aws";

// Keys of the configuration go where AWS's own tools look for them.
void lend_keys(const LithopsConfig& config) {
  if (!config.has(own, "access_key_id") && !config.has(account, "access_key_id")) return;
  const std::pair<const char*, const char*> keys[] = {{"access_key_id", "AWS_ACCESS_KEY_ID"},
                                                      {"secret_access_key", "AWS_SECRET_ACCESS_KEY"},
                                                      {"session_token", "AWS_SESSION_TOKEN"}};
  for (const auto& [key, variable] : keys) {
    const std::string value = config.text({own, account}, key);
    if (value.empty())
      ::unsetenv(variable);
    else
      ::setenv(variable, value.c_str(), 1);
  }
}

std::string region_in(const LithopsConfig& config) {
  const std::string region = config.text({own, account}, "region");
  return region.empty() ? config.text({own, account}, "region_name") : region;
}

// The part of the user's id that names of Lithops have.
std::string user_key_of(const std::string& user_id) {
  const std::string id = user_id.substr(0, user_id.find(':'));
  return daypack::detail::ascii_lowered(id.substr(id.size() - std::min<std::size_t>(id.size(), 4)));
}

// Who calls (STS API Reference, "GetCallerIdentity", read on 2026-11-22).
std::string asked_user_id(const daypack::Context& context, const std::shared_ptr<daypack::aws::Session>& session) {
  static constexpr std::string_view form = "Action=GetCallerIdentity&Version=2011-06-15";
  const daypack::HttpResponse answer = Client(context, session, "sts")
                                           .call({.method = "POST",
                                                  .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                                                  .body = {daypack::as_bytes(form)},
                                                  .doing = "cannot learn who the user is",
                                                  .subject = "names of runtimes have a part of the user's id"});
  pugi::xml_document document;
  document.load_buffer(answer.body.data(), answer.body.size());
  const std::string id = document.select_node("//*[local-name()='UserId']").node().text().get();
  if (!id.empty()) return id;
  throw Error(Errc::network, "STS does not say who the user is", daypack::redacted(answer.url),
              "set user_id in the section aws_lambda of Lithops' configuration");
}

class AwsRuntimes : public Runtimes {
 public:
  AwsRuntimes(const LithopsConfig& config, const RuntimeOptions& options, const daypack::Context& context)
      : config_(config), options_(options), access_{.region = region_in(config)} {
    lend_keys(config);
    session_ = std::make_shared<daypack::aws::Session>(context, access_);
    user_id_ = config.text({own, account}, "user_id");
    if (user_id_.empty()) user_id_ = asked_user_id(context, session_);
    storage_ = options.storage.empty() ? config.text({"lithops"}, "storage") : options.storage;
    if (storage_.empty()) storage_ = "aws_s3";
  }

  std::string worker_of(const DeployedRuntime& runtime) const override {
    return prefix() + '-' + without_dots(runtime.version) + '-' +
           short_hash(runtime.name + '-' + std::to_string(runtime.memory) + '-' + runtime.version, 10);
  }

  std::string key_of(const DeployedRuntime& runtime) const override {
    return "aws_lambda/" + runtime.version + '/' + session_->region() + '/' + runtime.worker;
  }

  daypack::Deployment deploy(const RuntimePlan& plan, daypack::Context& context) const override {
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
        .bucket = plan.archive.size() > direct_most ? bucket(context) : "",
        .dry_run = plan.dry_run,
        .access = access_};
    function.tags["runtime_name"] = plan.runtime.name;
    function.tags["lithops_version"] = plan.runtime.version;
    const DeployOptions cut{.archive = plan.path, .name = plan.runtime.worker, .dry_run = plan.dry_run};
    if (!plan.archive.manifest().layers.empty())
      function.layers = published_layers<daypack::aws::LayerVersion>(cut, plan.archive, access_, context);
    return deliver_by(function, plan.archive, context);
  }

  boost::json::object metadata_of(const DeployedRuntime& runtime, const daypack::Context& context) const override {
    static constexpr std::string_view question = R"({"get_metadata": {}})";
    const daypack::HttpResponse answer =
        lambda(context).call({.method = "POST",
                              .path = functions + '/' + runtime.worker + "/invocations",
                              .headers = {{"Content-Type", "application/json"}},
                              .body = {daypack::as_bytes(question)},
                              .permission = "lambda:InvokeFunction",
                              .doing = "cannot call the runtime",
                              .subject = runtime.worker});
    return metadata_in(answer.body, answer.header("X-Amz-Function-Error").has_value(), runtime.worker);
  }

  // API Reference of Lambda, "ListFunctions" and "ListTags", read on 2026-11-22.
  std::vector<DeployedRuntime> list(const daypack::Context& context) const override {
    const Client client = lambda(context);
    std::vector<DeployedRuntime> found;
    std::string marker;
    do {
      const boost::json::object page = object_in(client.call(
          {.path = functions + "/?MaxItems=50" + (marker.empty() ? "" : "&Marker=" + daypack::uri_encoded(marker)),
           .permission = "lambda:ListFunctions",
           .doing = "cannot list the functions",
           .subject = "runtimes of Lithops"}));
      for (const boost::json::value& function : page.at("Functions").as_array()) {
        if (auto runtime = runtime_in(client, function.as_object())) found.push_back(*std::move(runtime));
      }
      const boost::json::value* next = page.if_contains("NextMarker");
      marker = next && next->is_string() ? std::string(next->get_string()) : "";
    } while (!marker.empty());
    return found;
  }

  void remove(const DeployedRuntime& runtime, const daypack::Context& context) const override {
    try {
      lambda(context).call({.method = "DELETE",
                            .path = functions + '/' + runtime.worker,
                            .permission = "lambda:DeleteFunction",
                            .doing = "cannot delete the function",
                            .subject = runtime.worker});
    } catch (const daypack::ServiceError& error) {
      if (error.answer().status != 404) throw;
    }
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
  inline static const std::string functions = "/2015-03-31/functions";
  static constexpr std::uint64_t direct_most = 50'000'000;  // what a call itself may bring, a little less

  // Names of functions of this user.
  std::string prefix() const {
    const std::string space = config_.text({own, account}, "namespace");
    return (space.empty() ? "" : space + '-') + "lithops-worker-" + user_key_of(user_id_);
  }

  Client lambda(const daypack::Context& context) const { return Client(context, session_, "lambda"); }

  // What the function's tags say it is; nothing of one that is not Lithops'.
  std::optional<DeployedRuntime> runtime_in(const Client& client, const boost::json::object& function) const {
    const std::string worker(function.at("FunctionName").as_string());
    if (!worker.starts_with(prefix() + '-')) return std::nullopt;
    const std::string arn(function.at("FunctionArn").as_string());
    const boost::json::object answer = object_in(client.call({.path = "/2017-03-31/tags/" + daypack::uri_encoded(arn),
                                                              .permission = "lambda:ListTags",
                                                              .doing = "cannot read the tags of a function",
                                                              .subject = worker}));
    const boost::json::object& tags = answer.at("Tags").as_object();
    const boost::json::value *name = tags.if_contains("runtime_name"), *version = tags.if_contains("lithops_version");
    if (!name || !version) return std::nullopt;
    return DeployedRuntime{std::string(name->as_string()), function.at("MemorySize").to_number<int>(),
                           std::string(version->as_string()), worker};
  }

  void refuse_unknown_settings() const {
    if (!config_.has(own, "efs") || config_.texts({own}, "efs").empty()) return;
    throw Error(Errc::usage, "file systems are not attached by daypack", "efs in " + config_.origin(),
                "leave it out, and attach them to the function yourself");
  }

  std::string storage_region() const {
    const std::string region = config_.text({storage_.c_str(), account}, "region");
    return region.empty() ? session_->region() : region;
  }

  Access storage_access() const {
    return {.region = storage_region(), .endpoint_url = config_.text({storage_.c_str()}, "endpoint")};
  }

  std::shared_ptr<daypack::aws::Session> storage_session(const daypack::Context& context) const {
    return std::make_shared<daypack::aws::Session>(context, storage_access());
  }

  // The one that Lithops makes when nobody names one.
  std::string bucket(const daypack::Context& context) const {
    const std::string named = config_.text({storage_.c_str(), account}, "storage_bucket");
    if (!named.empty()) return named;
    return "lithops-" + storage_region() + '-' + user_key_of(asked_user_id(context, session_));
  }

  daypack::aws::S3 metadata_object(const std::string& key, const daypack::Context& context) const {
    if (storage_ != "aws_s3" && storage_ != "minio")
      throw Error(Errc::usage, "Lithops' storage cannot be reached", storage_ + " (expected aws_s3 or minio)",
                  "name the storage with -s, or in the section lithops of its configuration");
    return {.bucket = bucket(context),
            .key = metadata_path(key),
            .access = storage_access(),
            .content_type = "application/json"};
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
  std::string user_id_, storage_;
};

}  // namespace

std::unique_ptr<Runtimes> aws_runtimes(const LithopsConfig& config, const RuntimeOptions& options,
                                       const daypack::Context& context) {
  return std::make_unique<AwsRuntimes>(config, options, context);
}

}  // namespace cli
