// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

// First: header-only, its bodies are those below.
#include <daypack/providers/aws_function.hpp>

#include <daypack/backends/aws.hpp>
#include <daypack/impl/providers/lambda_delivery.ipp>
#include <daypack/providers/aws_layer.hpp>

namespace daypack {

namespace detail::lambda {

inline void check_options(const aws::LayerVersion& wanted, const Context& context) {
  if (context.has_target() && context.target().backend->functions != aws::Lambda::policy.name) {
    throw Error(Errc::usage, "this is no layer of AWS Lambda", std::string(context.target().backend->name),
                "build it with -b aws_layer");
  }
  if (!aws::Layer::policy.layer_name.allows(wanted.name)) {
    throw Error(Errc::usage, "a layer cannot have this name", "'" + wanted.name + "'",
                "take 1 to 140 of A-Z, a-z, 0-9, '-' and '_'");
  }
  // botocore 1.44.5, service model of lambda: CompatibleRuntimes, LicenseInfo.
  if (wanted.runtimes.size() > 15)
    throw Error(Errc::usage, "too many runtimes",
                "got " + std::to_string(wanted.runtimes.size()) + ", expected at most 15");
  if (wanted.licence.size() > 512)
    throw Error(Errc::usage, "the licence is too long",
                "got " + std::to_string(wanted.licence.size()) + " bytes, expected at most 512");
  for (const std::string& function : wanted.functions) check_function_name(function);
}

// One publication.
class Publication {
 public:
  Publication(const aws::LayerVersion& wanted, const Archive& archive, const Context& context)
      : wanted_(wanted),
        archive_(archive),
        runs_(runs_of({}, archive, context)),
        sha256_(base64_of(archive.sha256())),
        path_(layers_path + '/' + wanted.name + "/versions"),
        api_({context, std::make_shared<aws::Session>(context, wanted.access), "lambda"}, context, wanted.name,
             wanted.dry_run) {
    if (!wanted.runtimes.empty()) runtimes_ = wanted.runtimes;
  }

  Deployment run() {
    std::vector<json::object> versions = listed_versions();
    json::object live = same_among(versions);
    const bool found = !live.empty();
    if (!found) live = publish(versions);
    const std::string arn = member_text(live, "LayerVersionArn");
    bool changed = !found;
    for (const std::string& function : wanted_.functions) changed |= attach(function, arn);
    if (wanted_.keep_versions != 0) changed |= keep(number_at(live, "Version"));
    return {.id = arn,
            .digest = archive_.sha256().hex(),
            .version = arn.empty() ? "(next)" : std::to_string(number_at(live, "Version")),
            .unchanged = !changed};
  }

 private:
  // Newest first.
  std::vector<json::object> listed_versions() const {
    std::vector<json::object> versions =
        api_.list(path_, "LayerVersions", "lambda:ListLayerVersions", "cannot list the layer's versions");
    std::sort(versions.begin(), versions.end(),
              [](const auto& a, const auto& b) { return number_at(a, "Version") > number_at(b, "Version"); });
    return versions;
  }

  static std::set<std::string> sorted(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

  // The version that has what is wanted. Only the version itself tells its digest.
  json::object same_among(const std::vector<json::object>& versions, std::int64_t above = 0) const {
    static constexpr std::size_t looked_at = 5;
    for (std::size_t i = 0; i < std::min(looked_at, versions.size()); ++i) {
      const std::int64_t number = number_at(versions[i], "Version");
      if (number <= above) break;
      auto version =
          api_.find(path_ + '/' + std::to_string(number), "lambda:GetLayerVersion", "cannot look at a layer");
      if (!version || member_text(object_at(*version, "Content"), "CodeSha256") != sha256_) continue;
      if (sorted(texts_at(*version, "CompatibleRuntimes")) != sorted(runtimes_)) continue;
      const std::vector<std::string> architectures = texts_at(*version, "CompatibleArchitectures");
      if (!architectures.empty() && architectures != std::vector{runs_.arch}) continue;
      return std::move(*version);
    }
    return {};
  }

  // Sent once, for the service makes a version of each request. When no answer comes it is looked whether one was made.
  json::object publish(const std::vector<json::object>& versions) {
    json::object others{{"CompatibleRuntimes", array_of(runtimes_)},
                        {"CompatibleArchitectures", json::array{runs_.arch}}};
    if (!wanted_.description.empty()) others["Description"] = wanted_.description;
    if (!wanted_.licence.empty()) others["LicenseInfo"] = wanted_.licence;
    const PackageBody body = package(others);
    const Change change{.method = "POST",
                        .path = path_,
                        .body = body.pieces(),
                        .permission = "lambda:PublishLayerVersion",
                        .doing = "cannot publish the layer",
                        .planned = "publish a version of the layer with " + size_words(archive_.size()),
                        .once = true};
    const std::int64_t newest = versions.empty() ? 0 : number_at(versions.front(), "Version");
    for (int attempt = 1;; ++attempt) {
      try {
        return api_.change(change).value_or(json::object());
      } catch (const Error& error) {
        if (error.code() != Errc::network && !is_servers_fault(error)) throw;
        json::object made = same_among(listed_versions(), newest);
        if (!made.empty()) return made;
        if (attempt == 3) throw;
        api_.context().note(wanted_.name, error.message() + "; no version was made, trying again");
      }
    }
  }

  static bool is_servers_fault(const Error& error) {
    const auto* refusal = dynamic_cast<const ServiceError*>(&error);
    return refusal && refusal->answer().status / 100 == 5;
  }

  PackageBody package(const json::object& others) const {
    return package_body(archive_, others, "Content", {wanted_.bucket, wanted_.prefix}, api_);
  }

  // In the place of an earlier version of the same layer, else as the last one. Whether the function has changed.
  bool attach(const std::string& name, const std::string& arn) const {
    const Api api(api_.client(), api_.context(), name, wanted_.dry_run);
    const FunctionOf function(api, name, wanted_.patience);
    for (int attempt = 1;; ++attempt) {
      const json::object now = function.settled();
      const std::vector<std::string> layers = with_layer(texts_at(now, "Layers", "Arn"), arn);
      if (layers == texts_at(now, "Layers", "Arn")) return attempt > 1;
      check_layers(layers);
      const Change change{.method = "PUT",
                          .path = function.path() + "/configuration",
                          .permission = "lambda:UpdateFunctionConfiguration and lambda:GetLayerVersion",
                          .doing = "cannot attach the layer",
                          .planned = "attach the layer " + arn};
      try {
        const json::object body{{"Layers", array_of(layers)}, {"RevisionId", member_text(now, "RevisionId")}};
        if (!api.change(change, body)) return true;  // a dry run
        function.settled();
        return true;
      } catch (const ServiceError& error) {
        if (!is_conflict(error) || attempt == 3) throw;
      }
    }
  }

  static std::vector<std::string> with_layer(std::vector<std::string> layers, const std::string& arn) {
    const std::string layer = arn.substr(0, arn.rfind(':') + 1);
    const auto old = std::find_if(layers.begin(), layers.end(), [&](const std::string& other) {
      return other.substr(0, other.rfind(':') + 1) == layer;
    });
    if (old != layers.end()) {
      *old = arn;
    } else {
      layers.push_back(arn);
    }
    return layers;
  }

  bool keep(std::int64_t live) const {
    const std::vector<json::object> versions = listed_versions();
    bool deleted = false;
    for (std::size_t i = static_cast<std::size_t>(wanted_.keep_versions); i < versions.size(); ++i) {
      const std::int64_t number = number_at(versions[i], "Version");
      if (number == live) continue;
      api_.change(Change{.method = "DELETE",
                         .path = path_ + '/' + std::to_string(number),
                         .permission = "lambda:DeleteLayerVersion",
                         .doing = "cannot delete an old version",
                         .planned = "delete version " + std::to_string(number)});
      deleted = true;
    }
    return deleted;
  }

  const aws::LayerVersion& wanted_;
  const Archive& archive_;
  Runs runs_;
  std::vector<std::string> runtimes_{runs_.runtime};
  std::string sha256_;
  std::string path_;
  Api api_;
};

}  // namespace detail::lambda

namespace aws {

DAYPACK_DECL Deployment LayerVersion::deliver(const Archive& archive, Context& context) const {
  daypack::detail::lambda::check_options(*this, context);
  return daypack::detail::lambda::Publication(*this, archive, context).run();
}

}  // namespace aws

}  // namespace daypack
