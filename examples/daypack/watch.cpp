// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "watch.hpp"
#include "answer.hpp"
#include "build.hpp"
#include "cache_account.hpp"
#include "deploy.hpp"

#include <daypack/detail/file_url.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/manifest_file.hpp>
#include <daypack/stages/add.hpp>
#include <daypack/walk/walk.hpp>
#include <daypack/walk/watch.hpp>

#include <boost/filesystem/operations.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <set>

namespace cli {

using namespace daypack;

namespace {

// No URL, and not nothing.
bool is_here(const std::string& place) { return !place.empty() && place.find("://") == std::string::npos; }

// What decides which packages are taken: files of requirements, what they include, local projects and wheels, layers.
// Where they cannot be read, what was known before counts on, and the file that is off.
std::set<std::string> asked_files(const BuildOptions& options, const Context& context,
                                  const std::set<std::string>& before) {
  std::set<std::string> files(options.requirement_files.begin(), options.requirement_files.end());
  files.insert(options.layers.begin(), options.layers.end());
  files.insert({options.lock, options.split_like});
  try {
    const Requirements all = requirements_of(options, context);
    for (const auto* list : {&all.items, &all.constraints}) {
      for (const Requirement& item : *list) {
        files.insert(item.file);
        files.insert(detail::path_of_file_url(item.url).value_or(item.url));
      }
    }
  } catch (const Error& error) {  // the build tells it
    files.insert(before.begin(), before.end());
    files.insert(error.subject().substr(0, error.subject().find(':')));
  }
  std::erase_if(files, [](const std::string& file) { return !is_here(file); });
  return files;
}

bool lies_in(const std::string& path, const std::string& folder) {
  return path == folder || (path.starts_with(folder) && (folder.ends_with('/') || path[folder.size()] == '/'));
}

// "src/app.py and 2 more"
std::string words_of(const std::vector<std::string>& changed) {
  return changed.front() + (changed.size() == 1 ? "" : " and " + std::to_string(changed.size() - 1) + " more");
}

class WatchedBuilds {
 public:
  WatchedBuilds(const BuildOptions& options, const WatchedBuild& watched, const Everywhere& everywhere)
      : options_(options),
        watched_(watched),
        everywhere_(everywhere),
        console_(everywhere),
        context_(context_of(everywhere, console_, options.offline)) {
    silent_.quiet = true;
  }

  int run() {
    std::vector<std::string> changed;
    for (;;) {
      watch_files();
      const bool built = build_once(changed);
      context_.check_stop();
      changed = watch_->wait(context_.stop());
      context_.check_stop();
      console_.say("changed: " + words_of(changed));
      if (!built || std::ranges::any_of(changed, [&](const auto& path) { return is_asked(path); }))
        shared_ = std::make_unique<SharedPackages>();
    }
  }

 private:
  bool is_asked(const std::string& path) const {
    return std::ranges::any_of(asked_, [&](const std::string& one) { return lies_in(path, one); });
  }

  // Looks at all before the build does: what changes meanwhile is built next.
  void watch_files() {
    asked_ = asked_files(options_, context_, asked_);
    std::set<std::string> paths = asked_;
    for (const std::string& text : options_.add) paths.insert(Source::parse(text).path);
    std::vector<std::string> all(paths.begin(), paths.end());
    if (watch_ && all == paths_) return;
    paths_ = all;
    watch_ = std::make_unique<Watch>(
        std::move(all),
        WatchOptions{.walk = walk_of_sources(),
                     .except = {options_.output, manifest_path(options_.output), options_.report, options_.sources}});
  }

  bool build_once(const std::vector<std::string>& changed) {
    const auto begin = std::chrono::steady_clock::now();
    Console console(first_ ? everywhere_ : silent_);
    try {
      const Package package = build(options_, everywhere_, context_.observed_by(console.observer()), console, *shared_);
      std::optional<Deployment> live;
      if (!watched_.deploy.empty()) live = deploy_locally(options_.output, watched_.deploy, context_.observed_by({}));
      see_own_work();
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
      tell(package, console, live, changed, took.count());
      if (first_) warn_of_output();
      first_ = false;
      return true;
    } catch (const Error& error) {
      if (error.code() == Errc::cancelled) throw;
      return fail(error);
    } catch (const std::exception& error) {
      return fail(Error(Errc::failed, error.what()));
    }
  }

  // A build writes the lock, and tools that build a local project write into its folder.
  void see_own_work() {
    for (const std::string& path : asked_) {
      if (path == options_.lock || boost::filesystem::is_directory(path)) watch_->seen(path);
    }
  }

  bool fail(const Error& error) const {
    print_error(error, everywhere_.json);
    std::fflush(stdout);
    return false;
  }

  void tell(const Package& package, const Console& console, const std::optional<Deployment>& live,
            const std::vector<std::string>& changed, double took) {
    if (everywhere_.json) {
      boost::json::object answer = answer_of(package, console, options_.output);
      answer["changed"] = boost::json::array(changed.begin(), changed.end());
      answer["seconds"] = took;
      if (live)
        answer["deployed"] = boost::json::object{
            {"id", live->id}, {"version", live->version}, {"digest", live->digest}, {"unchanged", live->unchanged}};
      print(boost::json::serialize(answer));
    } else {
      for (const std::string& path : paths_of(package, options_.output)) print(path);
    }
    std::fflush(stdout);
    if (first_) {
      summarise(package, console_);
    } else {
      console_.tell_new(console);
    }
    if (!everywhere_.json) say_cache_uses(console_, package.cache_uses);
    console_.say("built: " + megabytes(package.archive().size()) + ", " + seconds(took) +
                 (live ? "; deployed: " + live->id + ", version " + live->version : ""));
  }

  // It would grow with each build.
  void warn_of_output() {
    for (const std::string& text : options_.add) {
      const std::string folder = Source::parse(text).path;
      if (!boost::filesystem::is_directory(folder)) continue;
      for (const Found& found : walk(folder, walk_of_sources())) {
        boost::system::error_code error;
        if (!boost::filesystem::equivalent(folder + '/' + found.path, options_.output, error) || error) continue;
        console_.say("warning: " + options_.output + " lies in " + folder +
                     ", so the next package would hold this one: write it elsewhere, or name it in a .daypackignore");
      }
    }
  }

  const BuildOptions& options_;
  const WatchedBuild& watched_;
  const Everywhere& everywhere_;
  Everywhere silent_ = everywhere_;
  Console console_;
  Context context_;
  std::unique_ptr<SharedPackages> shared_ = std::make_unique<SharedPackages>();
  std::set<std::string> asked_;
  std::vector<std::string> paths_;
  std::unique_ptr<Watch> watch_;
  bool first_ = true;
};

}  // namespace

int watch(const BuildOptions& options, const WatchedBuild& watched, const Everywhere& everywhere) {
  return WatchedBuilds(options, watched, everywhere).run();
}

}  // namespace cli
