// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deliver.hpp"
#include "deploy_layers.hpp"
#include "lithops_records.hpp"
#include "runtime.hpp"

#include <daypack/error.hpp>
#include <daypack/providers/aliyun_function.hpp>
#include <daypack/providers/aliyun_functions.hpp>
#include <daypack/providers/aliyun_layer.hpp>
#include <daypack/providers/oss.hpp>

#include <algorithm>
#include <optional>

namespace cli {

namespace {

using daypack::Errc, daypack::Error;

constexpr auto own = "aliyun_fc", account = "aliyun";
constexpr std::pair<const char*, const char*> keys[] = {{"access_key_id", "ALIBABA_CLOUD_ACCESS_KEY_ID"},
                                                        {"access_key_secret", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"},
                                                        {"security_token", "ALIBABA_CLOUD_SECURITY_TOKEN"}};
const std::string prefix = "lithops-worker-";

class AliyunRuntimes : public Runtimes {
 public:
  AliyunRuntimes(const LithopsConfig& config, const RuntimeOptions& options, const daypack::Context& context)
      : config_(config), options_(options) {
    lend_keys(config, {own, account}, keys);
    access_.region = config.text({own, account}, "region");
    access_.endpoint = options.endpoint_url;
    access_.account = config.text({own, account}, "account_id");
    session_ = std::make_shared<daypack::aliyun::Session>(context, access_);
  }

  std::string worker_of(const DeployedRuntime& runtime) const override {
    std::string version = runtime.version;
    std::ranges::replace(version, '.', '-');
    const std::string unique = runtime.name + '-' + std::to_string(runtime.memory) + '-' + runtime.version;
    return prefix + runtime.name + "-v" + version + '-' + short_hash(unique, 10);
  }

  std::string key_of(const DeployedRuntime& runtime) const override {
    return "aliyun_fc/" + runtime.version + '/' + session_->region() + '/' + runtime.worker;
  }

  daypack::Deployment deploy(const RuntimePlan& plan, daypack::Context& context) const override {
    check_storage(config_, options_.storage, "aliyun_oss");
    daypack::aliyun::Function function;
    function.name = plan.runtime.worker;
    function.role = options_.role.empty() ? config_.text({own, account}, "role_arn") : options_.role;
    function.description = "Lithops " + plan.runtime.version + " worker, Python " + plan.archive.manifest().python;
    function.memory = plan.runtime.memory;
    function.timeout = plan.timeout;
    function.internet = true;
    function.dry_run = plan.dry_run;
    function.access = access_;
    if (plan.archive.size() > daypack::aliyun::Fc::policy.limits.direct) function.bucket = bucket();
    const DeployOptions cut{.archive = plan.path, .name = plan.runtime.worker, .dry_run = plan.dry_run};
    function.layers = published_layers<daypack::aliyun::LayerVersion>(cut, plan.archive, access_, context);
    return deliver_by(function, plan.archive, context);
  }

  boost::json::object metadata_of(const DeployedRuntime& runtime, const daypack::Context& context) const override {
    const auto answer = functions(context).invoke(runtime.worker, R"({"get_metadata": true})");
    return metadata_in(answer.body, answer.failed, runtime.worker);
  }

  std::vector<DeployedRuntime> list(const daypack::Context& context) const override {
    std::vector<DeployedRuntime> found;
    for (const daypack::ListedFunction& one : functions(context).list(prefix)) {
      if (auto runtime = runtime_in(one)) found.push_back(*std::move(runtime));
    }
    return found;
  }

  void remove(const DeployedRuntime& runtime, const daypack::Context& context) const override {
    functions(context).remove(runtime.worker);
  }

  void keep(const std::string& key, const std::string& text, daypack::Context& context) const override {
    metadata_object(key).put(archive_of(text), session_, context);
    keep_locally(key, text);
  }

  void forget(const std::string& key, const daypack::Context& context) const override {
    const daypack::aliyun::Oss object = metadata_object(key);
    forget_locally(key);
    object.remove({.bucket = object.bucket, .key = object.key}, session_, context);
  }

 private:
  daypack::aliyun::Functions functions(const daypack::Context& context) const { return {context, session_}; }

  // What Lithops has put into the name; nothing where the hash belongs to something else.
  std::optional<DeployedRuntime> runtime_in(const daypack::ListedFunction& function) const {
    const std::size_t hash = function.name.rfind('-');
    const std::size_t version = function.name.rfind("-v", hash);
    if (version == std::string::npos || version < prefix.size()) return std::nullopt;
    DeployedRuntime runtime{.name = function.name.substr(prefix.size(), version - prefix.size()),
                            .memory = function.memory,
                            .version = function.name.substr(version + 2, hash - version - 2),
                            .worker = function.name};
    std::ranges::replace(runtime.version, '-', '.');
    return worker_of(runtime) == function.name ? std::optional(std::move(runtime)) : std::nullopt;
  }

  // The one that Lithops makes when nobody names one.
  std::string bucket() const {
    const std::string named = config_.text({"aliyun_oss", account}, "storage_bucket");
    if (!named.empty()) return named;
    return "lithops-" + session_->region() + '-' +
           short_hash(session_->credentials().keys.id + config_.text({"aliyun_oss", account}, "account_id"), 12);
  }

  daypack::aliyun::Oss metadata_object(const std::string& key) const {
    check_storage(config_, options_.storage, "aliyun_oss");
    daypack::aliyun::Oss object;
    object.bucket = bucket();
    object.key = metadata_path(key);
    object.content_type = "application/json";
    object.access = access_;
    return object;
  }

  const LithopsConfig config_;
  const RuntimeOptions options_;
  daypack::aliyun::Access access_;
  std::shared_ptr<daypack::aliyun::Session> session_;
};

}  // namespace

std::unique_ptr<Runtimes> aliyun_runtimes(const LithopsConfig& config, const RuntimeOptions& options,
                                          const daypack::Context& context) {
  return std::make_unique<AliyunRuntimes>(config, options, context);
}

}  // namespace cli
