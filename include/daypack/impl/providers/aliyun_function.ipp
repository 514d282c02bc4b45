// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/providers/fc_settings.ipp>
#include <daypack/impl/providers/fc_versions.ipp>
#include <daypack/providers/aliyun_function.hpp>

namespace daypack {

namespace detail::fc {

// One deployment. Every step looks first at what there is, so that a second run goes on where a first one stood.
class Delivery {
 public:
  Delivery(const aliyun::Function& wanted, const Archive& archive, const Context& context)
      : wanted_(wanted),
        digest_(archive.sha256().hex()),
        settings_(wanted, archive, context),
        package_(archive, wanted.bucket, wanted.prefix, wanted.access),
        api_(api_of(context, wanted.access, wanted.name, wanted.dry_run)),
        function_(api_, wanted.name, wanted.patience) {}

  Deployment run() {
    if (auto found = function_.find()) {
      now_ = is_settled(*found) ? std::move(*found) : function_.settled();
      update();
      if (has_failed(now_)) now_ = function_.settled();  // which tells why
    } else {
      create();
    }
    Deployment live{.id = member_text(now_, "functionArn"), .digest = digest_, .version = "LATEST"};
    const bool published = wanted_.publish || !wanted_.alias.empty() || wanted_.keep_versions != 0;
    if (published) {
      const auto [version, is_new] = function_.publish(now_, wanted_.description);
      live.version = version;
      changed_ |= is_new;
    }
    std::optional<json::object> alias;
    if (!wanted_.alias.empty()) alias = function_.alias_change(wanted_.alias, live.version, wanted_.weight);
    changed_ |= alias.has_value();
    if (wanted_.smoke && changed_) function_.smoke(*wanted_.smoke, live.version, old_serves(live));
    if (alias) function_.apply(wanted_.alias, std::move(*alias));
    if (wanted_.keep_versions != 0) changed_ |= function_.keep(wanted_.keep_versions, live.version);
    live.unchanged = !changed_;
    return live;
  }

 private:
  // What an update may have mended.
  static bool has_failed(const json::object& function) {
    return member_text(function, "state") == "Failed" || member_text(function, "lastUpdateStatus") == "Failed";
  }

  bool has_code() const { return member_text(now_, "codeChecksum") == package_.checksum(); }
  bool is_done() const { return has_code() && settings_.changes(now_).empty(); }

  void create() {
    const PackageBody body = package_.body(settings_.first(), api_);
    changed_ = true;
    try {
      const auto made = api_.change({.method = "POST",
                                     .path = root + "functions",
                                     .body = body.pieces(),
                                     .permission = "fc:CreateFunction and ram:PassRole",
                                     .doing = "cannot create the function",
                                     .planned = "create the function with " + size_words(package_.size())});
      if (!made) return;  // a dry run
    } catch (const ServiceError& error) {
      if (error.answer().status != 409) throw;  // an answer before was lost, or somebody else was faster
    }
    now_ = function_.settled();
    if (!is_done()) update();
  }

  void update() {
    for (int attempt = 1; !is_done(); ++attempt) {
      changed_ = true;
      try {
        if (!send()) return;  // a dry run
      } catch (const ServiceError& error) {
        if (error.answer().status != 409 || attempt == 3) throw;  // somebody else changes it
      }
      now_ = function_.settled();
      if (attempt == 3 && !is_done())
        throw Error(Errc::provider, "somebody else changes the function at the same time", wanted_.name,
                    "deploy again when they are done");
    }
  }

  // Code and settings in one call.
  bool send() const {
    const json::object changes = settings_.changes(now_);
    Change change{.method = "PUT",
                  .path = function_.path(),
                  .permission = "fc:UpdateFunction and ram:PassRole",
                  .doing = "cannot update the function"};
    if (has_code()) {
      change.planned = "set " + names_of(changes);
      return api_.change(std::move(change), changes).has_value();
    }
    const PackageBody body = package_.body(changes, api_);
    change.body = body.pieces();
    change.planned = "update the code with " + size_words(package_.size()) +
                     (changes.empty() ? "" : ", and set " + names_of(changes));
    return api_.change(change).has_value();
  }

  std::string old_serves(const Deployment& live) const {
    if (!wanted_.alias.empty()) return "the alias " + wanted_.alias + " still points to what it pointed to before";
    if (live.version != "LATEST") return "it is published as version " + live.version + " all the same";
    return "it is what LATEST runs now: deploy the package before again";
  }

  const aliyun::Function& wanted_;
  std::string digest_;
  Settings settings_;
  Package package_;
  Api api_;
  FunctionOf function_;
  json::object now_;  // as the service tells it
  bool changed_ = false;
};

}  // namespace detail::fc

DAYPACK_DECL Deployment aliyun::Function::deliver(const Archive& archive, Context& context) const {
  daypack::detail::fc::check_options(*this);
  return daypack::detail::fc::Delivery(*this, archive, context).run();
}

}  // namespace daypack
