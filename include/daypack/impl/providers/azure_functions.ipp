// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/azure_site.ipp>
#include <daypack/impl/providers/azure_kudu.ipp>
#include <daypack/providers/azure_functions.hpp>

#include <memory>

namespace daypack {

namespace detail::azure_app {

// Where Flex Consumption is told what was deployed last: its sites take no message. The deployment's ID stands behind
// the digest, so that a deployment by other means is noticed.
inline constexpr const char* digest_setting = "DAYPACK_PACKAGE";

// Nothing is built where the package goes. Flex Consumption has no such settings.
inline Settings without_builds(Settings wanted) {
  wanted.try_emplace("SCM_DO_BUILD_DURING_DEPLOYMENT", "false");
  wanted.try_emplace("ENABLE_ORYX_BUILD", "false");
  return wanted;
}

inline void note_push(const Context& context, const std::string& app, const Archive& archive, const Kudu& kudu) {
  context.note(app, "would deploy the package, " + size_words(archive.size()) + ": POST " + kudu.path());
}

// One delivery to an app that the resource manager is asked about.
class Push {
 public:
  Push(const azure::ZipDeploy& to, const Archive& archive, const Context& context)
      : to_(to),
        archive_(archive),
        context_(context),
        session_(std::make_shared<azure::Session>(context, to.access)),
        app_(to.app, session_, context, to.dry_run),
        flex_(app_.plan() == Plan::flex),
        scm_(context, session_, to.scm_url.empty() ? app_.scm_url() : without_last_slashes(to.scm_url)),
        kudu_(scm_, context, to.app.name, archive.sha256().hex(), flex_, to.patience) {}

  Deployment run() {
    check_plan();
    Settings there = app_.settings();
    check_settings_there(there);
    bool changed = app_.set_memory(to_.memory);
    changed |= app_.merge(there, flex_ ? to_.environment : without_builds(to_.environment));
    Deployment done{.id = to_.app.name, .url = app_.url(), .digest = archive_.sha256().hex()};
    const Deployed latest = kudu_.latest();
    if (is_live(latest, there)) {
      done.version = Kudu::id_of(latest);
      done.unchanged = !changed;
      return done;
    }
    if (to_.dry_run) {
      note_push(context_, to_.app.name, archive_, kudu_);
      return done;
    }
    done.version = running_of_ours(latest) ? kudu_.wait_for(Kudu::id_of(latest)) : kudu_.deploy(archive_);
    if (flex_) remember(done.version);
    return done;
  }

 private:
  void check_plan() const {
    check_memory_of_plan(to_.memory, app_.plan(), to_.app.name);
    if (app_.plan() == Plan::consumption) {
      throw Error(
          Errc::usage, "the plan Consumption takes finished packages by URL alone", to_.app.name,
          "deploy by RunFromPackage (a storage account holds the package), or move the app to Flex Consumption");
    }
  }

  void check_settings_there(const Settings& there) const {
    const auto found = there.find("WEBSITE_RUN_FROM_PACKAGE");
    if (found == there.end() || !found->second.starts_with("http")) return;
    throw Error(Errc::usage, "the app runs from a URL, and takes no other package",
                to_.app.name + " (its setting WEBSITE_RUN_FROM_PACKAGE)",
                "deploy by RunFromPackage, or delete the setting");
  }

  // Whether the last deployment was one of these bytes, and a good one.
  bool is_live(const Deployed& latest, const Settings& there) const {
    if (!latest || Kudu::state_of(*latest) != State::success) return false;
    if (!flex_) return kudu_.has_our_message(*latest);
    const auto found = there.find(digest_setting);
    return found != there.end() && found->second == archive_.sha256().hex() + ' ' + Kudu::id_of(latest);
  }

  // Of an earlier run that was interrupted. Sites of Flex Consumption do not tell whose bytes run.
  bool running_of_ours(const Deployed& latest) const {
    return !flex_ && latest && Kudu::runs(*latest) && kudu_.has_our_message(*latest);
  }

  // Read anew: a deployment takes minutes, and somebody may have changed the settings meanwhile.
  void remember(const std::string& id) const {
    if (!id.empty()) app_.merge(app_.settings(), {{digest_setting, archive_.sha256().hex() + ' ' + id}});
  }

  const azure::ZipDeploy& to_;
  const Archive& archive_;
  const Context& context_;
  std::shared_ptr<azure::Session> session_;
  App app_;
  bool flex_;
  AppClient scm_;
  Kudu kudu_;
};

// With a publish profile nobody can be asked about the app: it is zip deployment.
inline Deployment push_by_profile(const azure::ZipDeploy& to, const Archive& archive, const Context& context) {
  if (to.memory != 0 || !to.environment.empty()) {
    throw Error(Errc::usage, "a publish profile changes no settings of the app", to.publish_profile,
                "leave out memory and environment, or log in by `az login`");
  }
  const azure::PublishProfile profile = azure::read_publish_profile(to.publish_profile);
  const std::string url = to.scm_url.empty() ? profile.scm_url : without_last_slashes(to.scm_url);
  const AppClient scm(context, nullptr, url, profile);
  const Kudu kudu(scm, context, to.app.name, archive.sha256().hex(), false, to.patience);
  Deployment done{.id = to.app.name, .digest = archive.sha256().hex()};
  const Deployed latest = kudu.latest();
  const bool ours = latest && kudu.has_our_message(*latest);
  if (ours && Kudu::state_of(*latest) == State::success) {
    done.version = Kudu::id_of(latest);
    done.unchanged = true;
  } else if (to.dry_run) {
    note_push(context, to.app.name, archive, kudu);
  } else {
    done.version = ours && Kudu::runs(*latest) ? kudu.wait_for(Kudu::id_of(latest)) : kudu.deploy(archive);
  }
  return done;
}

// One package in Blob storage, and an app that is pointed to it.
class Pointing {
 public:
  Pointing(const azure::RunFromPackage& to, const Archive& archive, const Context& context)
      : to_(to),
        archive_(archive),
        context_(context),
        session_(std::make_shared<azure::Session>(context, to.access)),
        app_(to.app, session_, context, to.dry_run) {}

  Deployment run() {
    if (app_.plan() == Plan::flex)
      throw Error(Errc::usage, "the plan Flex Consumption runs from no URL", to_.app.name, "deploy by ZipDeploy");
    const Settings there = app_.settings();
    const auto storage = storage_session(there);
    const azure::Blob blob{.container = to_.container, .prefix = to_.prefix};
    const azure::StoredBlob stored = put(blob, storage);
    Settings wanted = without_builds(to_.environment);
    const bool points = is_current(there, stored);
    if (!points) wanted["WEBSITE_RUN_FROM_PACKAGE"] = url_of(stored, *storage);
    if (!to_.identity.empty()) wanted["WEBSITE_RUN_FROM_PACKAGE_BLOB_MI_RESOURCE_ID"] = to_.identity;
    wanted.try_emplace("WEBSITE_MOUNT_ENABLED", "1");
    const bool changed = app_.merge(there, wanted);
    // Also when nothing was changed: who was interrupted before this has not done it.
    if (changed || !to_.dry_run) app_.sync_triggers();
    return {.id = to_.app.name,
            .url = app_.url(),
            .digest = archive_.sha256().hex(),
            .version = stored.name,
            .unchanged = !changed && stored.unchanged && !to_.dry_run};
  }

 private:
  // Nobody names an account: the app's own.
  std::shared_ptr<azure::Session> storage_session(const Settings& there) const {
    azure::Access access = to_.access;
    const auto own = there.find("AzureWebJobsStorage");
    if (access.connection_string.empty() && access.storage_account.empty() && own != there.end())
      access.connection_string = own->second;
    return std::make_shared<azure::Session>(context_, std::move(access));
  }

  azure::StoredBlob put(const azure::Blob& blob, const std::shared_ptr<azure::Session>& storage) const {
    if (!to_.dry_run) return blob.put(archive_, storage, context_);
    const std::string name = azure_blob::checked_name(blob, archive_);
    const azure::StorageAccess access = storage->storage();
    context_.note(to_.app.name, "would put the package to " + access.account + '/' + to_.container + '/' + name);
    return {.account = access.account,
            .container = to_.container,
            .name = name,
            .url = access.blob_url + '/' + to_.container + '/' + uri_encoded(name, "/"),
            .unchanged = true};
  }

  std::string url_of(const azure::StoredBlob& stored, const azure::Session& storage) const {
    if (!to_.identity.empty()) return stored.url;
    const auto now = context_.clock().now();
    return azure::sas_url(stored, storage, now - std::chrono::minutes(10), now + to_.life);
  }

  // The blob's name is its content; a signed URL has to be good for some time yet.
  bool is_current(const Settings& there, const azure::StoredBlob& stored) const {
    const auto found = there.find("WEBSITE_RUN_FROM_PACKAGE");
    if (found == there.end()) return false;
    const auto [url, query] = split_once(found->second, '?');
    if (url != stored.url || query.empty() == to_.identity.empty()) return false;
    if (!to_.identity.empty()) return true;
    for (const std::string& part : split_at(query, '&')) {
      const auto [name, value] = split_once(part, '=');
      if (name != "se") continue;
      const auto end = answers::time_of(percent_decoded(value));
      return end && *end > context_.clock().now() + std::chrono::days(30);
    }
    return false;
  }

  const azure::RunFromPackage& to_;
  const Archive& archive_;
  const Context& context_;
  std::shared_ptr<azure::Session> session_;
  App app_;
};

}  // namespace detail::azure_app

DAYPACK_DECL Deployment azure::ZipDeploy::deliver(const Archive& archive, Context& context) const {
  namespace own = daypack::detail::azure_app;
  own::check_app(app, publish_profile.empty());
  own::check_memory(memory);
  own::check_settings(environment);
  if (!publish_profile.empty()) return own::push_by_profile(*this, archive, context);
  return own::Push(*this, archive, context).run();
}

DAYPACK_DECL Deployment azure::RunFromPackage::deliver(const Archive& archive, Context& context) const {
  namespace own = daypack::detail::azure_app;
  own::check_app(app, true);
  own::check_settings(environment);
  return own::Pointing(*this, archive, context).run();
}

}  // namespace daypack
