// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/scratch_folder.hpp>
#include <daypack/detail/uv_program.hpp>
#include <daypack/detail/uv_words.hpp>
#include <daypack/error.hpp>
#include <daypack/process/search_path.hpp>
#include <daypack/resolvers/uv.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/tags.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace daypack {

namespace detail {

// The nearest platform that uv knows and that is not above the target's C library. uv 0.13.8 has nothing between 2.17
// and 2.28.
inline std::string uv_platform(const TargetFacts& target) {
  static constexpr std::array<int, 12> known{40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 28, 17};
  const Glibc glibc = target.runtime->glibc;
  const auto minor =
      std::find_if(known.begin(), known.end(), [&](int candidate) { return Glibc{2, candidate} <= glibc; });
  return std::string(machine_of(target.arch)) + "-manylinux_2_" +
         std::to_string(minor == known.end() ? known.back() : *minor);
}

inline std::string target_words(const TargetFacts& target) {
  const Runtime& runtime = *target.runtime;
  return std::string(target.backend->title) + " Python " + to_string(runtime.python) + ", " +
         std::string(machine_of(target.arch)) + ", glibc " + std::to_string(runtime.glibc.major) + '.' +
         std::to_string(runtime.glibc.minor);
}

// What uv may be asked. A question is answered by a pylock.toml, or refused in words.
struct UvQuestion {
  std::string input = {};
  std::string constraints = {};
  std::vector<std::string> arguments = {};
};

struct UvAnswer {
  std::optional<Resolution> resolution = {};
  std::string words = {};
};

// uv for one target.
class UvSession {
 public:
  UvSession(const Uv& uv, const Requirements& requirements, const Context& context)
      : requirements_(requirements), context_(context), target_(context.target()), base_(uv.arguments) {
    if (!uv.exclude_newer.empty()) base_.insert(base_.end(), {"--exclude-newer", uv.exclude_newer});
    if (context.offline()) base_.push_back("--offline");
    take_options();
  }

  Resolution resolve() {
    std::string input = index_options_;
    Requirements plain = requirements_;
    plain.options.clear();
    for (Requirement& item : plain.items) item.hashes.clear();  // uv does not look at them here; Resolve does
    for (Requirement& item : plain.constraints) item.hashes.clear();
    for (const Requirement& item : plain.items) {
      if (!item.name.empty() && !item.url.empty()) allow_build(item.name);
    }
    while (true) {
      UvAnswer answer = ask({input + plain.text(), plain.constraints_text(), for_target()});
      if (answer.resolution) return *std::move(answer.resolution);
      if (!allow_builds(answer.words)) throw Error(fault_of(answer.words));
    }
  }

 private:
  // uv takes --no-binary NAME beside --only-binary :all: as leave to build that one.
  bool allow_build(const std::string& name) {
    if (std::ranges::find(built_, name) != built_.end()) return false;
    built_.push_back(name);
    return true;
  }

  // Whether uv missed wheels of something that has none at all, so that the next attempt may go further.
  bool allow_builds(const std::string& words) {
    bool more = false;
    for (const std::string& requirement : wheelless_in(words)) {
      if (!wheels_of(requirement).empty()) continue;
      more |= allow_build(requirement.substr(0, requirement.find_first_of("=<>!~[")));
    }
    return more;
  }

  // Options that uv takes from a requirements file stay there; the others become arguments.
  void take_options() {
    Requirements options;
    for (const std::string& option : requirements_.options) {
      const std::size_t blank = std::min(option.find(' '), option.size());
      const std::string name = option.substr(0, blank), value = option.substr(std::min(blank + 1, option.size()));
      if (name == "--pre" || (name == "--all-releases" && value == ":all:")) {
        base_.insert(base_.end(), {"--prerelease", "allow"});
      } else if (name == "--only-final" && value == ":all:") {
        base_.insert(base_.end(), {"--prerelease", "disallow"});
      } else if (name == "--trusted-host") {
        base_.insert(base_.end(), {"--allow-insecure-host", value});
      } else if (name == "--no-binary" && value != ":none:") {
        if (value == ":all:") {
          context_.warn(option, "is not followed: name what shall be built");
        } else {
          for (const std::string& each : split_at(value, ',')) allow_build(normalised_name(each));
        }
      } else if (name == "--all-releases" || name == "--only-final") {
        context_.warn(option, "is not followed: uv knows no such choice for single packages");
      } else if (name == "--index-url" || name == "--extra-index-url" || name == "--find-links" ||
                 name == "--no-index") {
        options.options.push_back(option);
      }
    }
    index_options_ = options.text();
  }

  std::vector<std::string> for_target() const {
    return {"--python-version", MarkerEnvironment::of(target_).python_full_version, "--python-platform",
            uv_platform(target_), "--no-universal"};
  }

  UvAnswer ask(const UvQuestion& question) {
    const ScratchFolder scratch;
    const std::string lock = scratch.file("pylock.toml");
    std::vector<std::string> arguments{"pip", "compile", "-"};
    // Any Python will do, but uv takes seconds to look for one by itself.
    if (const auto pythons = programs_named("python3"); !pythons.empty())
      arguments.insert(arguments.end(), {"--python", pythons.front()});
    arguments.insert(arguments.end(), {"--only-binary", ":all:", "--format", "pylock.toml", "-o", lock, "--no-header",
                                       "--quiet", "--color", "never"});
    for (const std::string& name : built_) arguments.insert(arguments.end(), {"--no-binary", name});
    arguments.insert(arguments.end(), question.arguments.begin(), question.arguments.end());
    if (!question.constraints.empty()) {
      write_file(scratch.file("constraints.txt"), question.constraints);
      arguments.insert(arguments.end(), {"-c", scratch.file("constraints.txt")});
    }
    arguments.insert(arguments.end(), base_.begin(), base_.end());
    const Finished finished =
        program_.run({.argv = std::move(arguments), .environment = {{"NO_COLOR", "1"}}, .input = question.input});
    if (!finished.ok()) {
      const std::string words = plain_words(finished.err.empty() ? finished.out : finished.err);
      return {.words = words.empty() ? "error: no words, exit code " + std::to_string(finished.exit_code) : words};
    }
    return {.resolution = Resolution::read(lock)};
  }

  // Tells of the failure, with the lines of the requirements that it is about.
  Fault fault_of(const std::string& words) {
    if (const auto wheelless = wheelless_in(words); !wheelless.empty()) {
      return wheelless_fault(wheelless.front());
    }
    Fault fault = uv_fault(words);
    if (fault.code != Errc::unresolvable && fault.code != Errc::not_found) return fault;
    for (const auto* list : {&requirements_.items, &requirements_.constraints}) {
      for (const Requirement& item : *list) {
        if (item.name.empty() || !mentions(fault.subject, item.name) || fault.causes.size() == 10) continue;
        fault.causes.push_back(
            {.message = item.file.empty() ? "asked for" : item.file + ':' + std::to_string(item.line),
             .subject = redacted(item.text)});
      }
    }
    return fault;
  }

  // All wheels that the index has of this requirement, whatever they are for.
  std::vector<PinnedFile> wheels_of(const std::string& requirement) {
    std::string python = "3.6";
    for (int attempt = 0; attempt < 3; ++attempt) {
      const UvAnswer answer =
          ask({index_options_ + requirement + '\n', {}, {"--universal", "--no-deps", "--python-version", python}});
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

  // The newest version that has a wheel for the target; empty when none has.
  std::string newest_with_wheel(const std::string& name) {
    std::vector<std::string> arguments = for_target();
    arguments.push_back("--no-deps");
    const UvAnswer answer = ask({index_options_ + name + '\n', {}, std::move(arguments)});
    return answer.resolution && !answer.resolution->packages.empty() ? answer.resolution->packages.front().version : "";
  }

  // "requirements.txt:3" of the first requirement of this name; empty when none was written by hand.
  std::string place_of(const std::string& name) const {
    const auto& items = requirements_.items;
    const auto item = std::find_if(items.begin(), items.end(), [&](const Requirement& candidate) {
      return candidate.name == name && !candidate.file.empty();
    });
    return item == items.end() ? "" : item->file + ':' + std::to_string(item->line);
  }

  Fault wheelless_fault(const std::string& requirement) {
    const std::string name = requirement.substr(0, requirement.find_first_of("=<>!~["));
    const std::string place = place_of(name);
    Fault fault{Errc::no_wheel, "no wheel fits the target",
                requirement + " (" + (place.empty() ? "" : place + ", ") + "for " + target_words(target_) + ')'};
    const std::string fitting = add_misfits(fault, wheels_of(requirement));
    if (!fitting.empty()) {
      fault.message = "uv finds no wheel for the target";
      fault.hint =
          "uv knows no platform of this glibc, yet one wheel fits; name it: " + name + " @ " + redacted(fitting);
      return fault;
    }
    if (fault.causes.empty()) fault.message = "there is source code but no wheel";
    const std::string newest = newest_with_wheel(name);
    fault.hint = newest.empty()
                     ? "build a wheel (pip wheel --no-deps " + name + ") and require that file"
                     : "take " + name + "==" + newest + ", the newest that has one, or a target with a newer Python";
    return fault;
  }

  // The nearest misses first. Gives the URL of a wheel that fits after all, because the target's glibc lies between two
  // platforms of uv.
  std::string add_misfits(Fault& fault, const std::vector<PinnedFile>& wheels) const {
    static constexpr std::size_t shown = 6;
    const SupportedTags tags(target_);
    std::vector<std::pair<int, Fault>> misfits;
    for (const PinnedFile& wheel : wheels) {
      const WheelName name = WheelName::parse(wheel.file);
      if (tags.rank(name)) {
        fault.causes.clear();
        return wheel.url;
      }
      SupportedTags::Misfit misfit = tags.misfit(name);
      misfits.emplace_back(misfit.distance, Fault{.message = std::move(misfit.words), .subject = wheel.file});
    }
    std::sort(misfits.begin(), misfits.end(), [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first < b.first : a.second.subject < b.second.subject;
    });
    for (std::size_t i = 0; i < std::min(misfits.size(), shown); ++i)
      fault.causes.push_back(std::move(misfits[i].second));
    if (misfits.size() > shown)
      fault.causes.push_back(
          {.message = "and " + std::to_string(misfits.size() - shown) + " wheels that are farther off"});
    return {};
  }

  const Requirements& requirements_;
  const Context& context_;
  const TargetFacts& target_;
  std::vector<std::string> base_;
  std::string index_options_ = {};
  std::vector<std::string> built_ = {};  // may be built
  UvProgram program_{context_.runner(), context_.stop()};
};

}  // namespace detail

DAYPACK_DECL Resolution Uv::resolve(const Requirements& requirements, const Context& context) const {
  return detail::UvSession(*this, requirements, context).resolve();
}

DAYPACK_DECL std::string Uv::version(const Context& context) {
  const Finished finished = detail::UvProgram(context.runner(), context.stop()).run({.argv = {"--version"}});
  return finished.out.substr(0, finished.out.find('\n'));
}

DAYPACK_DECL std::string Uv::identity() const {
  std::string identity = "uv";
  if (!exclude_newer.empty()) identity += " --exclude-newer " + exclude_newer;
  for (const std::string& argument : arguments) identity += ' ' + argument;
  return identity;
}

}  // namespace daypack
