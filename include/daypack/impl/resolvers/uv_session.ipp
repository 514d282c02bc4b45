// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/scratch_folder.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/detail/uv_program.hpp>
#include <daypack/detail/uv_words.hpp>
#include <daypack/impl/resolvers/exclude_newer.ipp>
#include <daypack/impl/resolvers/misfits.ipp>
#include <daypack/process/search_path.hpp>
#include <daypack/resolvers/uv.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/tags.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace daypack::detail {

// The nearest platform that uv knows and that is not below the target's C library. uv 0.13.8 has nothing between 2.17
// and 2.28 (`uv pip compile --help`, --python-platform, 2026-11-20), so it may choose wheels that the target cannot
// load.
inline std::string uv_platform(const TargetFacts& target) {
  static constexpr std::array<int, 12> known{17, 28, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40};
  const auto minor =
      std::ranges::find_if(known, [&](int candidate) { return Glibc{2, candidate} >= target.runtime->glibc; });
  return std::string(machine_of(target.arch)) + "-manylinux_2_" +
         std::to_string(minor == known.end() ? known.back() : *minor);
}

// What uv may be asked. A question is answered by a pylock.toml, or refused in words.
struct UvQuestion {
  std::string input = {};
  std::string constraints = {};
  std::vector<std::string> arguments = {};
  bool builds = false;  // whether anything may be built for the answer
};

struct UvAnswer {
  std::optional<Resolution> resolution = {};
  std::string words = {};
};

// uv for one target.
class UvSession {
 public:
  UvSession(const Uv& uv, const std::vector<std::string>& options, const Context& context)
      : context_(context), target_(context.target()), base_(uv.arguments) {
    if (!uv.exclude_newer.empty()) base_.insert(base_.end(), {"--exclude-newer", moment_of(uv.exclude_newer)});
    if (context.offline()) base_.push_back("--offline");
    take_options(options);
  }

  // The newest versions that the target can load. uv is asked for a platform that may be newer than the target; of what
  // it pins, the versions without a wheel for the real C library are excluded, and it is asked again, until all fit.
  UvAnswer newest(const std::string& input, const std::string& constraints, std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.end(), {"--python-version", environment_.python_full_version, "--python-platform",
                                       uv_platform(target_), "--no-universal"});
    while (true) {
      UvAnswer answer = ask({input, constraints + exclusions(), arguments});
      if (!answer.resolution && allow_builds(answer.words, constraints + exclusions(), arguments)) continue;
      if (!answer.resolution) return answer;
      bool all_fit = true;
      for (Pinned& package : answer.resolution->packages) {
        if (loads_any(tags_, package.wheels) || may_be_built(package)) continue;
        if (is_excluded(package)) return {.words = package.name + " has no usable wheels"};  // required by its URL
        all_fit = takes_other_wheels(package) && all_fit;
      }
      if (all_fit) return answer;
    }
  }

  // uv takes --no-binary NAME beside --only-binary :all: as leave to build that one. False when it had it already.
  bool allow_build(const std::string& name) {
    if (std::ranges::find(built_, name) != built_.end()) return false;
    built_.push_back(name);
    return true;
  }

  // All wheels that there are of this requirement, whatever they are for.
  std::vector<PinnedFile> wheels_of(const std::string& requirement) {
    std::vector<PinnedFile> wheels = indexed_wheels(requirement);
    for (const auto& [name, versions] : excluded_) {
      if (wheels.empty() && name_in(requirement) == name) wheels = versions.front().wheels;
    }
    return wheels;
  }

  // The newest excluded version of a distribution that the words are about, "numpy==2.4.6"; empty when there is none.
  std::string excluded_in(const std::string& words) const {
    for (const auto& [name, versions] : excluded_) {
      if (mentions(words, name)) return name + "==" + versions.front().version;
    }
    return {};
  }

  UvAnswer ask(const UvQuestion& question) {
    const ScratchFolder scratch;
    const std::string lock = scratch.file("pylock.toml");
    std::vector<std::string> arguments{"pip", "compile", "-"};
    // Any Python will do, but uv takes seconds to look for one by itself.
    if (const auto pythons = programs_named("python3"); !pythons.empty())
      arguments.insert(arguments.end(), {"--python", pythons.front()});
    arguments.insert(arguments.end(),
                     {"--format", "pylock.toml", "-o", lock, "--no-header", "--quiet", "--color", "never"});
    if (!question.builds) arguments.insert(arguments.end(), {"--only-binary", ":all:"});
    for (const std::string& name : built_) arguments.insert(arguments.end(), {"--no-binary", name});
    arguments.insert(arguments.end(), question.arguments.begin(), question.arguments.end());
    if (!question.constraints.empty()) {
      write_file(scratch.file("constraints.txt"), question.constraints);
      arguments.insert(arguments.end(), {"-c", scratch.file("constraints.txt")});
    }
    arguments.insert(arguments.end(), base_.begin(), base_.end());
    const Finished finished = program_.run(
        {.argv = std::move(arguments), .environment = {{"NO_COLOR", "1"}}, .input = index_options_ + question.input});
    if (!finished.ok()) {
      const std::string words = plain_words(finished.err.empty() ? finished.out : finished.err);
      return {.words = words.empty() ? "error: no words, exit code " + std::to_string(finished.exit_code) : words};
    }
    return {.resolution = Resolution::read(lock)};
  }

 private:
  bool may_be_built(const Pinned& package) const {
    const bool allowed = std::ranges::find(built_, package.name) != built_.end();
    return !package.source.empty() || (allowed && !package.sdists.empty());
  }

  // Whether uv missed wheels of something that has none at all, so that the next attempt may go further.
  bool allow_builds(const std::string& words, const std::string& constraints,
                    const std::vector<std::string>& arguments) {
    std::string more;
    for (const std::string& requirement : wheelless_in(words)) {
      if (wheels_of(requirement).empty() && allow_build(name_in(requirement))) more += requirement + '\n';
    }
    if (!more.empty()) allow_builds_below({more, constraints, arguments, true});
    return !more.empty();
  }

  // What comes as source code alone often depends on more of its kind. uv would build each version for its metadata,
  // down to the oldest, in search of one that does not: so they are looked for first.
  void allow_builds_below(const UvQuestion& question) {
    const UvAnswer answer = ask(question);
    if (!answer.resolution) return;
    for (const Pinned& package : answer.resolution->packages) {
      if (!package.wheels.empty() || package.sdists.empty()) continue;
      if (wheels_of(package.name + "==" + package.version).empty()) allow_build(package.name);
    }
  }

  std::vector<PinnedFile> indexed_wheels(const std::string& requirement) {
    std::string python = "3.6";
    for (int attempt = 0; attempt < 3; ++attempt) {
      const UvAnswer answer = ask({requirement + '\n', {}, {"--universal", "--no-deps", "--python-version", python}});
      if (answer.resolution) {
        std::vector<PinnedFile> wheels;
        for (const Pinned& package : answer.resolution->packages)
          wheels.insert(wheels.end(), package.wheels.begin(), package.wheels.end());
        return wheels;
      }
      const std::string bound = python_bound_in(answer.words);
      if (bound.empty() || bound == python) break;
      python = bound;
    }
    return {};
  }

  // Options that uv takes from a requirements file stay there; the others become arguments.
  void take_options(const std::vector<std::string>& options) {
    Requirements kept;
    for (const std::string& option : options) {
      const auto [name, behind] = split_once(option, ' ');
      const std::string value(behind);
      if (name == "--pre" || (name == "--all-releases" && value == ":all:")) {
        base_.insert(base_.end(), {"--prerelease", "allow"});
      } else if (name == "--only-final" && value == ":all:") {
        base_.insert(base_.end(), {"--prerelease", "disallow"});
      } else if (name == "--trusted-host") {
        base_.insert(base_.end(), {"--allow-insecure-host", value});
      } else if (name == "--no-binary" && value != ":none:") {
        take_no_binary(option, value);
      } else if (name == "--all-releases" || name == "--only-final") {
        context_.warn(option, "is not followed: uv knows no such choice for single packages");
      } else if (name == "--index-url" || name == "--extra-index-url" || name == "--find-links" ||
                 name == "--no-index") {
        kept.options.push_back(option);
      }
    }
    index_options_ = kept.text();
  }

  void take_no_binary(const std::string& option, const std::string& value) {
    if (value == ":all:") return context_.warn(option, "is not followed: name what shall be built");
    for (const std::string& name : split_at(value, ',')) allow_build(normalised_name(name));
  }

  // uv pins the one wheel that suits its platform best; the same version may have another one. If not, the version is
  // excluded, and with it all older ones down to one that fits.
  bool takes_other_wheels(Pinned& package) {
    std::string below = "==" + package.version;
    for (bool first = true;; first = false) {
      const std::optional<Pinned> found = universal(package.name + below);
      if (found && loads_any(tags_, found->wheels)) {
        if (!first) return false;
        package.wheels = found->wheels;
        std::erase_if(package.wheels, [&](const PinnedFile& wheel) { return !loads(tags_, wheel); });
        return true;
      }
      if (!found && !first) return false;
      excluded_[package.name].push_back(found ? *found : package);
      below = '<' + excluded_[package.name].back().version;
    }
  }

  // The newest version for the target's Python with all its wheels, whatever they are for. uv has just read the index
  // pages, so its cache mostly suffices.
  std::optional<Pinned> universal(const std::string& requirement) {
    UvQuestion question{
        requirement + '\n', {}, {"--universal", "--no-deps", "--python-version", environment_.python_full_version}};
    const UvQuestion online = question;
    if (!context_.offline()) question.arguments.push_back("--offline");
    UvAnswer answer = ask(question);
    if (!answer.resolution && !context_.offline()) answer = ask(online);
    if (!answer.resolution) return {};
    for (Pinned& package : answer.resolution->packages) {
      if (marker_holds(package.marker, environment_)) return std::move(package);
    }
    return {};
  }

  bool is_excluded(const Pinned& package) const {
    const auto found = excluded_.find(package.name);
    return found != excluded_.end() &&
           std::ranges::find(found->second, package.version, &Pinned::version) != found->second.end();
  }

  std::string exclusions() const {
    std::string lines;
    for (const auto& [name, versions] : excluded_) {
      for (const Pinned& package : versions) lines += name + "!=" + package.version + '\n';
    }
    return lines;
  }

  const Context& context_;
  const TargetFacts& target_;
  const MarkerEnvironment environment_ = MarkerEnvironment::of(target_);
  const SupportedTags tags_{target_};
  std::vector<std::string> base_;
  std::string index_options_ = {};
  std::vector<std::string> built_ = {};                       // what may be built
  std::map<std::string, std::vector<Pinned>> excluded_ = {};  // versions that the target cannot load
  UvProgram program_{context_.runner(), context_.stop()};
};

}  // namespace daypack::detail
