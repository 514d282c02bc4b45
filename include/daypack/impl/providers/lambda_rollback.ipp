// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/lambda_delivery.ipp>
#include <daypack/sign/sha256.hpp>

namespace daypack::detail::lambda {

// An alias, or $LATEST, back to an earlier version.
class Return {
 public:
  Return(const aws::Rollback& wanted, const Context& context)
      : wanted_(wanted),
        context_(context),
        api_({context, std::make_shared<aws::Session>(context, wanted.access), "lambda"}, context, wanted.name,
             wanted.dry_run),
        function_(api_, wanted.name, wanted.patience) {}

  Deployment run() const { return wanted_.alias.empty() ? latest() : alias(); }

 private:
  Deployment alias() const {
    const auto found = function_.find_alias(wanted_.alias);
    if (!found) throw Error(Errc::not_found, "there is no such alias", wanted_.name + ':' + wanted_.alias);
    const std::string current = member_text(*found, "FunctionVersion");
    const bool shared = !object_at(object_at(*found, "RoutingConfig"), "AdditionalVersionWeights").empty();
    const std::string version = !wanted_.version.empty() ? checked(wanted_.version)
                                : shared                 ? current
                                                         : before(number_of(current));
    const std::optional<AliasChange> change = function_.alias_change(wanted_.alias, version, 1);
    if (change) function_.apply(*change);
    return {.id = member_text(*found, "AliasArn"), .digest = {}, .version = version, .unchanged = !change};
  }

  std::string checked(const std::string& version) const {
    const std::vector<int> all = function_.versions();
    if (std::find(all.begin(), all.end(), number_of(version)) != all.end()) return version;
    throw Error(Errc::not_found, "there is no such version", wanted_.name + ':' + version,
                all.empty() ? "none was published: deploy --publish"
                            : "there are " + listed(all, ", ", [](int number) { return std::to_string(number); }));
  }

  std::string before(int current) const {
    const std::vector<int> all = function_.versions();
    const auto found = std::lower_bound(all.begin(), all.end(), current);
    if (found != all.begin()) return std::to_string(*(found - 1));
    throw Error(Errc::not_found, "there is no earlier version", wanted_.name + ':' + std::to_string(current),
                "deploy --publish, or --alias, keeps what there was");
  }

  // The newest version that is not what $LATEST is now.
  std::string before_latest(const json::object& now) const {
    const std::vector<int> all = function_.versions();
    for (auto at = all.rbegin(); at != all.rend(); ++at) {
      const auto found = function_.find(std::to_string(*at));
      if (found && !same_settings(object_at(*found, "Configuration"), now)) return std::to_string(*at);
    }
    throw Error(Errc::not_found, "there is no earlier version", wanted_.name,
                "deploy --publish, or --alias, keeps what there was");
  }

  Deployment latest() const {
    const json::object now = function_.settled();
    const std::string version = wanted_.version.empty() ? before_latest(now) : checked(wanted_.version);
    const auto found = function_.find(version);
    if (!found) throw Error(Errc::not_found, "there is no such version", wanted_.name + ':' + version);
    const json::object& then = object_at(*found, "Configuration");
    const Archive archive = downloaded(member_text(object_at(*found, "Code"), "Location"), then);
    Deployment live = Delivery(as_it_was(then), archive, context_).run();
    live.version = "$LATEST";
    return live;
  }

  // The service gives a URL that is good for ten minutes.
  Archive downloaded(const std::string& url, const json::object& then) const {
    std::string bytes;
    const auto from_zero = [&](HttpRequest&) -> BodySink {
      bytes.clear();
      return [&](ByteView piece) {
        if (bytes.size() + piece.size() > aws::Lambda::policy.limits.unzipped)
          throw Error(Errc::over_limit, "the code of a version is larger than it can be", api_.subject());
        bytes += as_text(piece);
      };
    };
    const HttpResponse response =
        send_with_retry(context_.http(), context_.clock(), {.url = url}, from_zero, {}, context_.stop());
    if (response.status != 200) {
      throw Error(Errc::provider, "cannot download the code of a version",
                  api_.subject() + " (status " + std::to_string(response.status) + ")");
    }
    const Blob blob = blob_of(std::move(bytes));
    const Sha256 digest = sha256_of(blob.bytes);
    if (base64_of(digest) != member_text(then, "CodeSha256"))
      throw Error(
          Errc::hash_mismatch, "the code of a version is not what it should be",
          api_.subject() + " (got " + base64_of(digest) + ", expected " + member_text(then, "CodeSha256") + ")");
    Manifest manifest;
    manifest.python = member_text(then, "Runtime").substr(std::string_view("python").size());
    const std::vector<std::string> architectures = texts_at(then, "Architectures");
    manifest.arch = architectures.empty() ? "x86_64" : architectures.front();
    return Archive({blob}, digest, std::move(manifest));
  }

  aws::Function as_it_was(const json::object& then) const {
    aws::Function function{
        .name = wanted_.name,
        .role = member_text(then, "Role"),
        .handler = member_text(then, "Handler"),
        .description = member_text(then, "Description"),
        .memory = static_cast<int>(number_at(then, "MemorySize")),
        .timeout = static_cast<int>(number_at(then, "Timeout")),
        .ephemeral_storage = static_cast<int>(number_at(object_at(then, "EphemeralStorage"), "Size")),
        .environment_exact = true,
        .layers = texts_at(then, "Layers", "Arn"),
        .dry_run = wanted_.dry_run,
        .patience = wanted_.patience,
        .access = wanted_.access};
    for (const auto& [name, value] : object_at(object_at(then, "Environment"), "Variables")) {
      if (value.is_string()) function.environment.emplace(name, std::string(value.get_string()));
    }
    return function;
  }

  const aws::Rollback& wanted_;
  const Context& context_;
  Api api_;
  FunctionOf function_;
};

}  // namespace daypack::detail::lambda
