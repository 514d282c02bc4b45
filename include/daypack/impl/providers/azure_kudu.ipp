// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/size_words.hpp>
#include <daypack/impl/providers/azure_app_client.ipp>
#include <daypack/impl/providers/parts.ipp>

#include <chrono>
#include <optional>
#include <string>

// An app's deployment site: what was pushed, what becomes of it (azure-cli 2.91.0, appservice/custom.py; KuduLite of
// 2021-09; read on 2026-11-20).
namespace daypack::detail::azure_app {

using Deployed = std::optional<json::object>;

// Terminal states of a deployment, and what leads there.
enum class State : std::int64_t {
  cancelled = -1,
  pending = 0,
  building = 1,
  deploying = 2,
  failed = 3,
  success = 4,
  superseded = 5,
  partial = 6
};

class Kudu {
 public:
  // digest: of what is deployed, in hex; it is told as the deployment's message where `flex` is false.
  Kudu(const AppClient& scm, const Context& context, std::string app, std::string digest, bool flex,
       std::chrono::seconds patience)
      : scm_(scm),
        context_(context),
        app_(std::move(app)),
        digest_(std::move(digest)),
        flex_(flex),
        patience_(patience) {}

  // Nothing where nothing was deployed yet.
  Deployed latest() const { return look("latest").deployed; }

  static std::string id_of(const Deployed& deployed) { return deployed ? member_text(*deployed, "id") : ""; }
  static State state_of(const json::object& deployed) {
    return static_cast<State>(json_api::number_at(deployed, "status"));
  }
  bool has_our_message(const json::object& deployed) const { return member_text(deployed, "message") == message(); }
  static bool runs(const json::object& deployed) {
    const State state = state_of(deployed);
    return state == State::pending || state == State::building || state == State::deploying;
  }

  std::string path() const {
    return flex_ ? "/api/publish?RemoteBuild=false&Deployer=daypack"
                 : "/api/zipdeploy?isAsync=true&Deployer=daypack&message=" + uri_encoded(message());
  }

  // Pushes, and waits for it; the deployment's ID. Another deployment that runs is waited for, and an answer that was
  // lost is made up for: the site knows what it has begun.
  std::string deploy(const Archive& archive) const {
    const std::string before = id_of(latest());
    const auto until = context_.clock().now() + patience_;
    for (int lost = 0;;) {
      std::string why;
      try {
        return wait_for(push(archive), before);
      } catch (const ServiceError& error) {
        const int status = error.answer().status;
        if (status == 409 && context_.clock().now() < until) {
          why = "another deployment runs";
        } else if (status / 100 != 5 || ++lost == 3) {
          throw with_way_out(error);
        }
      } catch (const Error& error) {
        if (error.code() != Errc::network || ++lost == 3) throw;
      }
      context_.note(app_, why.empty() ? "no answer; looking for the deployment" : why + "; waiting for its end");
      pause(why.empty() ? 2 : 5);
      const Deployed now = latest();
      if (why.empty() && now && id_of(now) != before && is_ours(*now)) return wait_for(id_of(now), before);
    }
  }

  // Until it has come to an end; throws unless it is a good one. Without an ID, it is the latest that is ours and not
  // the one before.
  std::string wait_for(const std::string& id, const std::string& before = {}) const {
    const auto until = context_.clock().now() + patience_;
    const auto soon = context_.clock().now() + std::chrono::seconds(20);
    const std::string which = id.empty() ? "latest" : id;
    for (bool accepted = false;;) {
      Look now = look(which);
      if (id.empty() && now.deployed && (id_of(now.deployed) == before || !is_ours(*now.deployed))) now = {};
      accepted |= now.accepted;
      if (now.deployed && !runs(*now.deployed)) return ended(*now.deployed, which);
      // On Flex Consumption the site goes away when it is done; at first it knows nothing yet.
      if (now.gone && accepted && flex_) return id;
      if (!now.deployed && context_.clock().now() >= soon)
        throw Error(Errc::provider, "the deployment is not to be found", app_ + " (deployment " + which + ')',
                    "deploy again");
      if (context_.clock().now() >= until)
        throw Error(Errc::provider, "the deployment takes too long",
                    app_ + " (deployment " + which + ", waited " + std::to_string(patience_.count()) + " s)",
                    "deploy again: it is found and waited for");
      pause(1);
    }
  }

 private:
  struct Look {
    Deployed deployed = {};
    bool accepted = false;
    bool gone = false;
  };

  std::string message() const { return "daypack " + digest_; }
  bool is_ours(const json::object& deployed) const {
    return flex_ ? member_text(deployed, "deployer") == "daypack" : has_our_message(deployed);
  }

  void pause(int seconds) const {
    context_.clock().sleep(std::chrono::seconds(seconds), context_.stop());
    context_.check_stop();
  }

  // A list of none is an answer too.
  Look look(const std::string& which) const {
    try {
      const HttpResponse response = scm_.call({.path = "/api/deployments/" + uri_encoded(which),
                                               .permission = "Microsoft.Web/sites/publish/action",
                                               .doing = "cannot look at a deployment",
                                               .subject = app_});
      Deployed deployed = answers::object_in(response.body);
      if (deployed && !deployed->contains("status")) deployed.reset();
      return {.deployed = std::move(deployed), .accepted = response.status == 202};
    } catch (const ServiceError& error) {
      if (error.answer().status != 404) throw;
      return {.gone = true};
    }
  }

  // The deployment's ID, where the answer tells it.
  std::string push(const Archive& archive) const {
    context_.advance(0, archive.size(), "bytes");
    const HttpResponse response =
        scm_.call({.method = "POST",
                   .path = path(),
                   .headers = {{"Content-Type", "application/zip"}, {"Cache-Control", "no-cache"}},
                   .body = parts::views_of(archive.segments()),
                   .permission = "Microsoft.Web/sites/publish/action",
                   .doing = "cannot push the package",
                   .subject = app_,
                   .once = true});
    parts::release(archive.segments());
    context_.advance(archive.size(), archive.size(), "bytes");
    std::string id(trimmed(response.body));
    std::erase(id, '"');
    const bool is_id = flex_ && id.size() <= 64 &&
                       std::ranges::all_of(id, [](char c) { return is_ascii_alnum(c) || c == '-' || c == '_'; });
    return is_id ? id : "";
  }

  std::string ended(const json::object& deployed, const std::string& which) const {
    const std::string id = member_text(deployed, "id");
    const std::string subject = app_ + " (deployment " + (id.empty() ? which : id);
    switch (state_of(deployed)) {
      case State::success:
        return id;
      case State::cancelled:
        throw Error(Errc::provider, "the deployment was cancelled", subject + ')', "deploy again");
      case State::superseded:
        throw Error(Errc::conflict, "another deployment has taken the place of this one", subject + ')',
                    "deploy again, one at a time");
      default:
        break;
    }
    const std::string said = answers::without_keys(member_text(deployed, "status_text"));
    throw Error(Errc::provider,
                state_of(deployed) == State::partial ? "the deployment was a success in part alone"
                                                     : "the deployment has failed",
                subject + (said.empty() ? "" : ", " + said) + "): " + log_of(id.empty() ? which : id),
                "its whole log: /api/deployments/" + which + "/log of the deployment site");
  }

  // The last lines.
  std::string log_of(const std::string& which) const {
    try {
      const HttpResponse response = scm_.call({.path = "/api/deployments/" + uri_encoded(which) + "/log",
                                               .doing = "cannot read the log of a deployment",
                                               .subject = app_});
      boost::system::error_code error;
      const json::value document = json::parse(response.body, error);
      std::vector<std::string> lines;
      if (!error && document.is_array()) {
        for (const json::value& line : document.get_array()) {
          if (line.is_object()) lines.push_back(answers::without_keys(member_text(line.get_object(), "message")));
        }
      }
      if (lines.size() > 5) lines.erase(lines.begin(), lines.end() - 5);
      return lines.empty() ? "its log is empty" : listed(lines, " | ");
    } catch (const Error& error) {
      if (error.code() == Errc::cancelled) throw;
      return "its log cannot be read";
    }
  }

  static ServiceError with_way_out(const ServiceError& error) {
    Fault fault = error.fault();
    if (error.answer().status == 409)
      fault.hint =
          "wait for the deployment that runs; an app whose WEBSITE_RUN_FROM_PACKAGE is a URL takes none at all";
    return {std::move(fault), error.answer()};
  }

  const AppClient& scm_;
  const Context& context_;
  std::string app_;
  std::string digest_;
  bool flex_;
  std::chrono::seconds patience_;
};

}  // namespace daypack::detail::azure_app
