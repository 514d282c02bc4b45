// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "deliver.hpp"
#include "lithops_records.hpp"
#include "runtime.hpp"

#include <daypack/detail/base64.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/net/http.hpp>
#include <daypack/providers/azure_blob.hpp>
#include <daypack/providers/azure_functions.hpp>
#include <daypack/providers/azure_queue.hpp>
#include <daypack/providers/azure_resource_group.hpp>

#include <algorithm>
#include <chrono>

namespace cli {

namespace {

using daypack::Errc, daypack::Error;
using daypack::azure::Queue;

constexpr auto own = "azure_functions", account = "azure", store = "azure_storage";
constexpr std::pair<const char*, const char*> keys[] = {{"storage_account_name", "AZURE_STORAGE_ACCOUNT"},
                                                        {"storage_account_key", "AZURE_STORAGE_KEY"}};
constexpr std::size_t longest_name = 60;  // of an app
constexpr std::string_view question = R"({"log_level": 20, "get_metadata": true})";

class AzureRuntimes : public Runtimes {
 public:
  AzureRuntimes(const LithopsConfig& config, const RuntimeOptions& options, const daypack::Context& context)
      : config_(config), scm_url_(options.scm_url) {
    lend_keys(config, {own, store}, keys);
    access_.management_url = options.endpoint_url;
    access_.subscription = config.text({own, account}, "subscription_id");
    access_.storage_account = config.text({own, store}, "storage_account_name");
    session_ = std::make_shared<daypack::azure::Session>(context, access_);
    group_ = config.text({own, account}, "resource_group");
    if (group_.empty())
      throw Error(Errc::usage, "function apps lie in a resource group", "nobody has named it",
                  "set resource_group in the section azure_functions of Lithops' configuration");
    check_storage(config, options.storage, store);
  }

  // Instances of Flex Consumption have one of three sizes; Lithops takes the next one too.
  int memory_for(int asked, const daypack::Context& context) const override {
    const int taken = asked <= 512 ? 512 : asked <= 2048 ? 2048 : 4096;
    if (taken != asked)
      context.warn(std::to_string(asked) + " MB",
                   "instances have 512, 2048 or 4096 MB: they get " + std::to_string(taken));
    return taken;
  }

  // An app has letters, digits and '-'. Lithops finds it by its queues, whose names have the hash alone; but by its
  // name where it is called by HTTP.
  std::string worker_of(const DeployedRuntime& runtime) const override {
    std::string name = runtime.name;
    std::ranges::replace_if(name, [](char c) { return !daypack::detail::is_ascii_alnum(c) && c != '-'; }, '-');
    const std::string before = "lithops-worker-", behind = '-' + without_dots(runtime.version) + '-' + hash_of(runtime);
    name.resize(std::min(name.size(), longest_name - before.size() - behind.size()));
    if (calls_by_http() && before + name + behind != lithops_name(runtime))
      throw Error(Errc::usage, "Lithops cannot call an app of this name by HTTP", runtime.name,
                  "take letters, digits and '-', at most " +
                      std::to_string(longest_name - before.size() - behind.size()) + ", or the trigger pub/sub");
    return before + name + behind;
  }

  std::string key_of(const DeployedRuntime& runtime) const override {
    return "azure_functions/" + runtime.version + '/' + lithops_name(runtime);
  }

  daypack::Deployment deploy(const RuntimePlan& plan, daypack::Context& context) const override {
    const daypack::azure::FunctionApp app{.name = plan.runtime.worker, .resource_group = group_};
    const auto settings = settings_of(plan.runtime);
    if (!prepare(plan, app, settings, context)) return {.id = app.name, .digest = plan.archive.sha256().hex()};
    daypack::azure::ZipDeploy to{.app = app, .memory = plan.runtime.memory, .environment = settings};
    to.scm_url = scm_url_;
    to.dry_run = plan.dry_run;
    to.access = access_;
    return deliver_by(to, plan.archive, context);
  }

  boost::json::object metadata_of(const DeployedRuntime& runtime, const daypack::Context& context) const override {
    const std::string answer = calls_by_http() ? answer_by_http(runtime, context) : answer_by_queue(runtime, context);
    return metadata_in(answer, false, runtime.worker);
  }

  std::vector<DeployedRuntime> list(const daypack::Context& context) const override {
    std::vector<DeployedRuntime> found;
    for (auto& app : group(context).apps()) {
      if (app.tags["type"] == "lithops-runtime")
        found.push_back({app.tags["runtime_name"], app.memory, app.tags["lithops_version"], app.name});
    }
    return found;
  }

  void remove(const DeployedRuntime& runtime, const daypack::Context& context) const override {
    group(context).remove_app(runtime.worker);
    queue(runtime, "in-trigger", context).remove();
    queue(runtime, "out-result", context).remove();
  }

  void keep(const std::string& key, const std::string& text, daypack::Context& context) const override {
    const daypack::azure::Blob blob = metadata_blob(key);
    daypack::azure::make_container(blob.container, session_, context);
    blob.put(archive_of(text), session_, context);
    keep_locally(key, text);
  }

  void forget(const std::string& key, const daypack::Context& context) const override {
    const daypack::azure::Blob blob = metadata_blob(key);
    forget_locally(key);
    blob.remove({.container = blob.container, .name = blob.name}, session_, context);
  }

 private:
  bool calls_by_http() const { return config_.text({own, account}, "trigger") == "https"; }

  std::string hash_of(const DeployedRuntime& runtime) const {
    return short_hash(session_->storage().account + '-' + runtime.name + '-' + runtime.version +
                          (calls_by_http() ? "-https" : "-pub/sub"),
                      12);
  }

  std::string lithops_name(const DeployedRuntime& runtime) const {
    return "lithops-worker-" + runtime.name + '-' + without_dots(runtime.version) + '-' + hash_of(runtime);
  }

  daypack::azure::ResourceGroup group(const daypack::Context& context) const { return {context, session_, group_}; }

  std::string queue_name(const DeployedRuntime& runtime, const char* which) const {
    return "lithops-worker-" + hash_of(runtime) + '-' + which;
  }
  Queue queue(const DeployedRuntime& runtime, const char* which, const daypack::Context& context) const {
    return {context, session_, queue_name(runtime, which)};
  }

  std::map<std::string, std::string> settings_of(const DeployedRuntime& runtime) const {
    return {{"AzureFunctionsWebHost__hostid", 'l' + hash_of(runtime)},
            {"LITHOPS_IN_QUEUE", queue_name(runtime, "in-trigger")},
            {"LITHOPS_OUT_QUEUE", queue_name(runtime, "out-result")}};
  }

  // Whether there is an app to deploy to.
  bool prepare(const RuntimePlan& plan, const daypack::azure::FunctionApp& app,
               const std::map<std::string, std::string>& settings, const daypack::Context& context) const {
    if (plan.dry_run) {
      const auto there = group(context).apps();
      if (std::ranges::find(there, app.name, &daypack::azure::ListedApp::name) != there.end()) return true;
      context.note(app.name, "would make the app, its plan and its queues");
      return false;
    }
    if (!calls_by_http()) {
      queue(plan.runtime, "in-trigger", context).make();
      queue(plan.runtime, "out-result", context).make();
    }
    std::string location = config_.text({own, account}, "region");
    if (location.empty()) location = config_.text({own, account}, "location");
    group(context).make_app(
        {.app = app,
         .location = location,
         .python = daypack::parse_python(plan.archive.manifest().python).value_or(daypack::Python{}),
         .memory = plan.runtime.memory,
         .tags = {{"type", "lithops-runtime"},
                  {"lithops_version", plan.runtime.version},
                  {"runtime_name", plan.runtime.name}},
         .environment = settings});
    return true;
  }

  // A new app takes a while before it listens.
  std::string answer_by_queue(const DeployedRuntime& runtime, const daypack::Context& context) const {
    const Queue answers = queue(runtime, "out-result", context);
    answers.clear();
    queue(runtime, "in-trigger", context).send(daypack::detail::base64_of(daypack::as_bytes(question)));
    const auto until = context.clock().now() + std::chrono::minutes(5);
    for (std::chrono::milliseconds wait{200};; wait = std::min(wait * 3 / 2, std::chrono::milliseconds(5000))) {
      if (const auto message = answers.take()) return daypack::detail::base64_decoded(*message).value_or(*message);
      if (context.clock().now() >= until)
        throw Error(Errc::provider, "the runtime does not answer", runtime.worker + " (waited 300 s)",
                    "look at the app's log; deploy again: it goes on where it stands");
      context.clock().sleep(wait, context.stop());
      context.check_stop();
    }
  }

  std::string answer_by_http(const DeployedRuntime& runtime, const daypack::Context& context) const {
    const daypack::HttpResponse answer =
        context.http().send({.method = "POST",
                             .url = "https://" + runtime.worker + ".azurewebsites.net/api/lithops_handler",
                             .headers = {{"Content-Type", "application/json"}},
                             .body = {daypack::as_bytes(question)}},
                            {}, context.stop());
    return answer.body;
  }

  // The container that Lithops makes when nobody names one.
  daypack::azure::Blob metadata_blob(const std::string& key) const {
    daypack::azure::Blob blob;
    blob.container = config_.text({store}, "storage_bucket");
    if (blob.container.empty()) {
      const daypack::azure::StorageAccess storage = session_->storage();
      blob.container = "lithops-" + short_hash(storage.account, 6) + '-' +
                       daypack::detail::ascii_lowered(storage.key.key.substr(0, 6));
    }
    blob.name = metadata_path(key);
    blob.content_type = "application/json";
    blob.access = access_;
    return blob;
  }

  const LithopsConfig config_;
  daypack::azure::Access access_;
  std::shared_ptr<daypack::azure::Session> session_;
  std::string group_, scm_url_;
};

}  // namespace

std::unique_ptr<Runtimes> azure_runtimes(const LithopsConfig& config, const RuntimeOptions& options,
                                         const daypack::Context& context) {
  return std::make_unique<AzureRuntimes>(config, options, context);
}

}  // namespace cli
