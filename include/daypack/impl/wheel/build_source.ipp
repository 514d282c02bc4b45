// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/file_url.hpp>
#include <daypack/detail/scratch_folder.hpp>
#include <daypack/detail/url_login.hpp>
#include <daypack/impl/wheel/build_tool.ipp>
#include <daypack/resolution.hpp>
#include <daypack/wheel/fetch.hpp>

#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace daypack::detail {

// Answers what git asks for one host, and nothing that another one asks.
inline constexpr const char* git_askpass =
    "#!/bin/sh\n"
    "case \"$1\" in\n"
    "  *\"://$DAYPACK_GIT_HOST'\"*|*\"@$DAYPACK_GIT_HOST'\"*) ;;\n"
    "  *) exit 1 ;;\n"
    "esac\n"
    "case \"$1\" in\n"
    "  Username*) printf '%s\\n' \"$DAYPACK_GIT_USER\" ;;\n"
    "  *) printf '%s\\n' \"$DAYPACK_GIT_PASSWORD\" ;;\n"
    "esac\n";

// The source code of one pinned distribution as a folder.
class BuildSource {
 public:
  BuildSource(const Pinned& package, const Context& ctx, const ScratchFolder& scratch)
      : package_(package), source_(package.source), ctx_(ctx), scratch_(scratch) {}

  // `python` unpacks archives.
  std::string folder(const std::string& python) {
    if (!package_.sdists.empty()) return unpacked(package_.sdists.front(), python);
    std::string folder = source_.vcs.empty() ? source_.path : cloned();
    if (!source_.subdirectory.empty()) folder += '/' + source_.subdirectory;
    if (!boost::filesystem::is_directory(folder)) {
      throw Error(Errc::not_found, "the folder of a required project does not exist",
                  build_subject(package_) + " (" + folder + ')', "check the path in the requirements or the lock");
    }
    return folder;
  }

 private:
  // An sdist has one folder at its top (PEP 625).
  std::string unpacked(const PinnedFile& sdist, const std::string& python) {
    const std::string archive = scratch_.file(sdist.file), folder = scratch_.file("sdist");
    write_file(archive, fetch_wheels(std::span(&sdist, 1), ctx_).front().text());
    const char* module = sdist.file.ends_with(".zip") ? "zipfile" : "tarfile";
    const Finished finished = ctx_.runner().run({.argv = {python, "-m", module, "-e", archive, folder}}, ctx_.stop());
    std::vector<std::string> tops;
    boost::system::error_code error;
    for (boost::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (boost::filesystem::is_directory(at->path())) tops.push_back(at->path().string());
    }
    if (finished.ok() && tops.size() == 1) return tops.front();
    Fault fault{.code = Errc::tool_failed,
                .message = "a source archive cannot be unpacked",
                .subject = build_subject(package_) + " (" + sdist.file + ')',
                .hint = "an sdist is a .tar.gz or .zip with one folder at its top"};
    add_last_lines(fault, finished.err);
    throw Error(std::move(fault));
  }

  // The repository at its commit. git asks nobody: credentials come from the URL, git's own helpers, netrc or ssh.
  std::string cloned() {
    const std::string url = source_.path.empty() ? source_.url : source_.path;
    if (ctx_.offline() && source_.path.empty() && !url.starts_with("file:")) {
      throw Error(Errc::network, "cannot clone a repository while offline",
                  build_subject(package_) + " (" + redacted(url) + ')',
                  "run once with a network; the cache keeps the wheel");
    }
    const std::string folder = scratch_.file("repository");
    use_login(url);
    git({"clone", "--quiet", "--no-checkout", "--", UrlLogin(url).without(), folder});
    git({"-C", folder, "checkout", "--quiet", "--detach", source_.commit});
    if (boost::filesystem::exists(folder + "/.gitmodules"))
      git({"-C", folder, "submodule", "--quiet", "update", "--init", "--recursive"});
    return folder;
  }

  // The login of a URL reaches git by its environment, where other users of this host do not see it.
  void use_login(const std::string& text) {
    const UrlLogin url(text);
    if (url.login.empty()) return;
    const std::string script = scratch_.file("askpass");
    write_file(script, git_askpass);
    boost::filesystem::permissions(script, boost::filesystem::owner_all);
    const std::size_t colon = std::min(url.login.find(':'), url.login.size());
    const std::string_view password = url.login.substr(std::min(colon + 1, url.login.size()));
    environment_.insert(environment_.end(),
                        {{"GIT_ASKPASS", script},
                         {"DAYPACK_GIT_HOST", std::string(url.rest.substr(0, url.rest.find_first_of("/?#")))},
                         {"DAYPACK_GIT_USER", percent_decoded(url.login.substr(0, colon))},
                         {"DAYPACK_GIT_PASSWORD", percent_decoded(password)}});
    options_ = {"-c", "credential.helper="};
  }

  void git(const std::vector<std::string>& arguments) {
    std::vector<std::string> argv{"git"};
    argv.insert(argv.end(), options_.begin(), options_.end());
    argv.insert(argv.end(), arguments.begin(), arguments.end());
    const Finished finished = ctx_.runner().run({.argv = std::move(argv), .environment = environment_}, ctx_.stop());
    if (finished.ok()) return;
    const std::string url = source_.path.empty() ? source_.url : source_.path;
    Fault fault{.code = Errc::tool_failed,
                .message = "git does not give the source code",
                .subject = build_subject(package_) + " (" + redacted(url) + " at " + source_.commit + ')',
                .hint = "check that git can clone it from here, and that the commit still exists"};
    add_last_lines(fault, finished.err);
    throw Error(std::move(fault));
  }

  const Pinned& package_;
  const PinnedSource& source_;
  const Context& ctx_;
  const ScratchFolder& scratch_;
  std::vector<std::string> options_ = {};
  std::vector<std::pair<std::string, std::string>> environment_{{"GIT_TERMINAL_PROMPT", "0"}, {"LC_ALL", "C"}};
};

}  // namespace daypack::detail
