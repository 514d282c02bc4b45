// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/fc_names.ipp>
#include <daypack/impl/providers/fc_versions.ipp>
#include <daypack/providers/aliyun_layer.hpp>

#include <set>

namespace daypack {

namespace detail::fc {

// One publication.
class LayerPublication {
 public:
  LayerPublication(const aliyun::LayerVersion& wanted, const Archive& archive, const Context& context)
      : wanted_(wanted),
        digest_(archive.sha256().hex()),
        runtimes_(wanted.runtimes.empty() ? std::vector{runtime_of(archive, context)} : wanted.runtimes),
        path_(root + "layers/" + uri_encoded(wanted.name) + "/versions"),
        package_(archive, wanted.bucket, wanted.prefix, wanted.access),
        api_(api_of(context, wanted.access, wanted.name, wanted.dry_run)) {}

  Deployment run() {
    const std::vector<json::object> versions = listed_versions();
    json::object live = same_among(versions, 0);
    bool changed = live.empty();
    if (changed) live = publish(versions);
    const std::string arn = member_text(live, "layerVersionArn");
    for (const std::string& function : wanted_.functions) changed |= attach(function, arn);
    if (wanted_.keep_versions != 0) changed |= keep(number_at(live, "version"));
    return {.id = arn,
            .digest = digest_,
            .version = live.empty() ? "(next)" : std::to_string(number_at(live, "version")),
            .unchanged = !changed};
  }

 private:
  // Newest first.
  std::vector<json::object> listed_versions() const {
    std::vector<json::object> versions =
        listed_items(api_, path_, "layers", "nextVersion", "startVersion", "fc:ListLayerVersions", "LayerNotFound");
    std::ranges::sort(versions, std::greater(), [](const json::object& one) { return number_at(one, "version"); });
    return versions;
  }

  // The version that has what is wanted.
  json::object same_among(const std::vector<json::object>& versions, std::int64_t above) const {
    static constexpr std::size_t looked_at = 5;
    const auto sorted = [](const std::vector<std::string>& texts) { return std::set(texts.begin(), texts.end()); };
    for (std::size_t i = 0; i < std::min(looked_at, versions.size()); ++i) {
      const json::object& version = versions[i];
      if (number_at(version, "version") <= above) break;
      if (member_text(version, "codeChecksum") == package_.checksum() &&
          sorted(texts_at(version, "compatibleRuntime")) == sorted(runtimes_))
        return version;
    }
    return {};
  }

  // Sent once, for the service makes a version of each request. When no answer comes it is looked whether one was made.
  json::object publish(const std::vector<json::object>& versions) {
    json::object others{{"compatibleRuntime", json::value_from(runtimes_)}};
    if (!wanted_.description.empty()) others["description"] = wanted_.description;
    if (!wanted_.licence.empty()) others["license"] = wanted_.licence;
    const PackageBody body = package_.body(others, api_);
    const Change change{.method = "POST",
                        .path = path_,
                        .body = body.pieces(),
                        .permission = "fc:CreateLayerVersion",
                        .doing = "cannot publish the layer",
                        .planned = "publish a version of the layer with " + size_words(package_.size()),
                        .once = true};
    const std::int64_t newest = versions.empty() ? 0 : number_at(versions.front(), "version");
    for (int attempt = 1;; ++attempt) {
      try {
        return api_.change(change).value_or(json::object());
      } catch (const Error& error) {
        if (!may_be_done(error)) throw;
        if (json::object made = same_among(listed_versions(), newest); !made.empty()) return made;
        if (attempt == 3) throw;
        api_.context().note(wanted_.name, error.message() + "; no version was made, trying again");
      }
    }
  }

  // In the place of an earlier version of the same layer, else before all others: the first one wins. Whether the
  // function has changed.
  bool attach(const std::string& name, const std::string& arn) const {
    const Api api(api_.client(), api_.context(), name, wanted_.dry_run);
    const FunctionOf function(api, name, wanted_.patience);
    for (int attempt = 1;; ++attempt) {
      const std::vector<std::string> now = texts_at(function.settled(), "layers", "arn");
      const std::vector<std::string> layers = with_layer(now, arn);
      if (layers == now) return attempt > 1;
      check_layers(layers);
      try {
        const Change change{.method = "PUT",
                            .path = function.path(),
                            .permission = "fc:UpdateFunction",
                            .doing = "cannot attach the layer",
                            .planned = "attach the layer " + arn};
        if (!api.change(change, json::object{{"layers", json::value_from(layers)}})) return true;  // a dry run
      } catch (const ServiceError& error) {
        if (error.answer().status != 409 || attempt == 3) throw;
      }
    }
  }

  static std::vector<std::string> with_layer(std::vector<std::string> layers, const std::string& arn) {
    const auto layer_of = [](const std::string& one) { return one.substr(0, one.rfind('/') + 1); };
    const auto old = std::ranges::find(layers, layer_of(arn), layer_of);
    if (old != layers.end())
      *old = arn;
    else
      layers.insert(layers.begin(), arn);
    return layers;
  }

  bool keep(std::int64_t live) const {
    const std::vector<json::object> versions = listed_versions();
    bool deleted = false;
    for (std::size_t i = static_cast<std::size_t>(wanted_.keep_versions); i < versions.size(); ++i) {
      const std::int64_t number = number_at(versions[i], "version");
      if (number == live) continue;
      api_.change(Change{.method = "DELETE",
                         .path = path_ + '/' + std::to_string(number),
                         .permission = "fc:DeleteLayerVersion",
                         .doing = "cannot delete an old version",
                         .planned = "delete version " + std::to_string(number)});
      deleted = true;
    }
    return deleted;
  }

  const aliyun::LayerVersion& wanted_;
  std::string digest_;
  std::vector<std::string> runtimes_;
  std::string path_;
  Package package_;
  Api api_;
};

}  // namespace detail::fc

DAYPACK_DECL Deployment aliyun::LayerVersion::deliver(const Archive& archive, Context& context) const {
  daypack::detail::fc::check_name(Layer::policy.layer_name, name, "a layer cannot have this name");
  for (const std::string& function : functions)
    daypack::detail::fc::check_name(Fc::policy.function_name, function, "a function cannot have this name");
  return daypack::detail::fc::LayerPublication(*this, archive, context).run();
}

}  // namespace daypack
