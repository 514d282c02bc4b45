// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/scratch_folder.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/project_settings.ipp>
#include <daypack/impl/detail/requirement_parser.ipp>
#include <daypack/impl/detail/uv_words.ipp>
#include <daypack/impl/resolvers/exclude_newer.ipp>
#include <daypack/impl/resolvers/misfits.ipp>
#include <daypack/impl/resolvers/pip_report.ipp>
#include <daypack/impl/wheel/build_tool.ipp>  // add_last_lines
#include <daypack/process/runner.hpp>
#include <daypack/resolvers/pip.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/tags.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <utility>

namespace daypack {

namespace detail {

// Runs pip with other answers for markers than those of the Python that it runs in. pip has no option for that
// (https://github.com/pypa/pip/issues/11664, 2026-11-20). Its --python-version chooses files, but Requires-Python of
// what it has chosen is held against its own Python again: `install` does not hand the option on to its resolver
// (pip 23.2, _internal/commands/install.py, make_resolver).
inline constexpr const char* pip_for_target =
    "import json, runpy, sys\n"
    "from pip._internal.resolution.resolvelib import factory\n"
    "from pip._vendor.packaging import markers\n"
    "answers = json.loads(sys.argv.pop(1))\n"
    "markers.default_environment = lambda: dict(answers)\n"
    "python = tuple(map(int, answers['python_full_version'].split('.')))\n"
    "candidate = factory.RequiresPythonCandidate\n"
    "factory.RequiresPythonCandidate = lambda own: candidate(python)\n"
    "sys.argv[0] = 'pip'\n"
    "runpy.run_module('pip', run_name='__main__', alter_sys=True)\n";

// pip speaks of the lines of a file that it was given: "-r /tmp/f (line 3)". Their texts, instead.
inline std::string with_lines_of(std::string words, const std::string& place, const std::string& text) {
  const std::vector<std::string> lines = split_at(text, '\n');
  const std::string mark = place + " (line ";
  for (std::size_t at = words.find(mark); at != std::string::npos; at = words.find(mark, at + 1)) {
    const std::size_t end = words.find(')', at);
    const auto number = whole_number(std::string_view(words).substr(at + mark.size(), end - at - mark.size()));
    if (end == std::string::npos || !number || *number < 1 || *number > static_cast<int>(lines.size())) break;
    words.replace(at, end + 1 - at, lines[static_cast<std::size_t>(*number) - 1]);
  }
  return words;
}

// pip for one target.
class PipSession {
 public:
  PipSession(const Pip& pip, const Requirements& requirements, const Context& context)
      : pip_(pip), requirements_(requirements), context_(context), target_(context.target()) {
    for (const std::string& option : requirements.options) {
      if (option == "--no-binary :all:") {
        context.warn(option, "is not followed: name what shall be built");
      } else if (option.starts_with("--no-binary ") && option != "--no-binary :none:") {
        built_.push_back(option);
      } else if (!option.starts_with("--no-binary ") && !option.starts_with("--only-binary ") &&
                 !option.ends_with("require-hashes")) {
        options_.options.push_back(option);
      }
    }
  }

  Resolution resolve() {
    Requirements plain = requirements_;
    plain.options = options_.options;
    for (Requirement& item : plain.items) item.hashes.clear();  // Resolve looks at them
    for (Requirement& item : plain.constraints) item.hashes.clear();
    const std::string constraints = plain.constraints_text();
    while (true) {
      const ScratchFolder scratch;
      const std::string input = builds() + plain.text();
      const Finished finished = run(scratch, input, constraints, {});
      if (finished.ok()) return pip_resolution(read_file(scratch.file("report.json")), environment_);
      std::string words = plain_words(finished.out + '\n' + finished.err);
      words = with_lines_of(words, "-r " + scratch.file("requirements.txt"), input);
      words = with_lines_of(words, "-c " + scratch.file("constraints.txt"), constraints);
      if (!allow_build(words)) throw Error(fault_of(words));
    }
  }

 private:
  // pip refuses --no-binary beside its platform options, but not in a file.
  std::string builds() const {
    std::string lines;
    for (const std::string& option : built_) lines += option + '\n';
    return lines;
  }

  static std::string missing_in(const std::string& words) {
    const std::string missing(line_behind(words, "No matching distribution found for "));
    return missing.substr(0, missing.find(" (from "));
  }

  // Whether pip missed wheels of something that has source code and no wheel at all, so that it may be asked again.
  bool allow_build(const std::string& words) {
    const std::string missing = missing_in(words);
    if (missing.empty()) return false;
    std::string option = "--no-binary " + name_in(missing);
    if (std::ranges::find(built_, option) != built_.end()) return false;
    const std::string more = words_about(missing);
    if (!has(more, "No sources permitted for") || !skipped_wheels(more, name_in(missing), missing).empty())
      return false;
    built_.push_back(std::move(option));
    return true;
  }

  // What pip says of one requirement when it is asked for more words.
  std::string words_about(const std::string& requirement) {
    const ScratchFolder scratch;
    const Finished finished =
        run(scratch, options_.text() + requirement + '\n', {}, {"-vv", "--no-deps", "--retries", "0"});
    return plain_words(finished.out + '\n' + finished.err);
  }

  std::vector<std::string> for_target() const {
    std::vector<std::string> arguments{"--python-version", environment_.python_full_version, "--implementation", "cp"};
    const std::vector<std::string> tags = SupportedTags(target_).list();
    arguments.insert(arguments.end(), {"--abi", split_at(tags.front(), '-').at(1)});
    std::vector<std::string> platforms;
    for (const std::string& tag : tags) {
      std::string platform = split_at(tag, '-').at(2);
      if (platform == "any" || std::ranges::find(platforms, platform) != platforms.end()) continue;
      arguments.insert(arguments.end(), {"--platform", platform});
      platforms.push_back(std::move(platform));
    }
    return arguments;
  }

  Finished run(const ScratchFolder& scratch, const std::string& input, const std::string& constraints,
               const std::vector<std::string>& more) {
    std::vector<std::string> argv{pip_.python, "-c", pip_for_target,
                                  boost::json::serialize(pip_environment(environment_))};
    argv.insert(argv.end(), {"install", "--dry-run", "--ignore-installed", "--only-binary", ":all:", "--report",
                             scratch.file("report.json"), "--target", scratch.file("target")});
    const auto target = for_target();
    argv.insert(argv.end(), target.begin(), target.end());
    write_file(scratch.file("requirements.txt"), input);
    argv.insert(argv.end(), {"--requirement", scratch.file("requirements.txt")});
    if (!constraints.empty()) {
      write_file(scratch.file("constraints.txt"), constraints);
      argv.insert(argv.end(), {"--constraint", scratch.file("constraints.txt")});
    }
    if (!pip_.exclude_newer.empty())
      argv.insert(argv.end(), {"--uploaded-prior-to", pip_moment_of(pip_.exclude_newer)});
    if (context_.offline()) argv.push_back("--no-index");
    argv.insert(argv.end(), pip_.arguments.begin(), pip_.arguments.end());
    argv.insert(argv.end(), more.begin(), more.end());
    const Finished finished = context_.runner().run({.argv = std::move(argv),
                                                     .environment = {{"NO_COLOR", "1"},
                                                                     {"PIP_DISABLE_PIP_VERSION_CHECK", "1"},
                                                                     {"PIP_NO_INPUT", "1"},
                                                                     {"PIP_PROGRESS_BAR", "off"},
                                                                     {"PIP_USER", "0"}}},
                                                    context_.stop());
    if (finished.exit_code == 127 || has(finished.err, "No module named 'pip") ||
        has(finished.err, "No module named pip"))
      throw Error(Errc::tool_missing, "this Python has no pip", pip_.python,
                  "install it (" + pip_.python + " -m ensurepip), or resolve with uv");
    return finished;
  }

  Fault fault_of(const std::string& words) {
    if (const std::string_view option = line_behind(words, "no such option: "); !option.empty()) {
      return {Errc::tool_failed, "pip does not know an option", std::string(option),
              option == "--uploaded-prior-to" ? "--exclude-newer needs pip 26: pip install -U pip, or resolve with uv"
                                              : "update pip (pip install -U pip): 22.2 is the oldest that will do"};
    }
    if (has(words, "--uploaded-prior-to error: "))
      return {Errc::usage, "this is no date and no time span", pip_.exclude_newer, exclude_newer_hint};
    if (has(words, "does not provide upload-time metadata")) {
      return {Errc::failed, "the index does not tell when files were uploaded",
              std::string(line_behind(words, "ERROR: Index ").substr(0, line_behind(words, "ERROR: Index ").find(' '))),
              "resolve without --exclude-newer, or with uv"};
    }
    const std::string missing = missing_in(words);
    if (!missing.empty()) return missing_fault(missing, words);
    if (has(words, "metadata-generation-failed") || has(words, "subprocess-exited-with-error")) {
      Fault fault{.code = Errc::tool_failed,
                  .message = "a source does not tell what it requires",
                  .hint = "its build has to work here; the end of pip's words is below"};
      add_last_lines(fault, words);
      return fault;
    }
    if (has(words, "ResolutionImpossible")) return conflict_fault(words);
    const std::size_t last = words.rfind("ERROR: ");
    const std::string said(
        line_behind(std::string_view(words).substr(last == std::string::npos ? 0 : last), "ERROR: "));
    if (has(said, "Connection") || has(said, "Max retries") || has(said, "HTTP error"))
      return {Errc::network, "the package index cannot be reached", said, "check the network, and pip's configuration"};
    return {Errc::tool_failed, "pip failed", said.empty() ? std::string(trimmed(words)) : said, {}};
  }

  // The requirements with their places, then what else pip names: "boto3 1.34.0 depends on botocore<1.35.0".
  Fault conflict_fault(std::string_view words) const {
    const std::string_view all = line_behind(words, "Cannot install ");
    const std::size_t begin = std::min(words.find("The conflict is caused by:"), words.size());
    std::string_view block = words.substr(begin);
    block = block.substr(0, block.find("\n\n"));
    const std::string asked(all.substr(0, all.find(" because ")));
    Fault fault{Errc::unresolvable, "no set of versions satisfies the requirements", asked + std::string(block),
                "loosen or drop one of the requirements"};
    add_places(fault, requirements_);
    fault.subject = asked;
    for (const std::string& line : split_at(block, '\n')) {
      const std::string_view cause = trimmed(line);
      if (!cause.empty() && !cause.ends_with(':') && !cause.starts_with("The user requested") &&
          fault.causes.size() < 10)
        fault.causes.push_back({.message = std::string(cause)});
    }
    return fault;
  }

  // pip says the same of a project that is not there, of a version, and of wheels that do not fit: it is asked again,
  // for more words.
  Fault missing_fault(const std::string& requirement, const std::string& words) {
    const std::string more = words_about(requirement);
    if (auto fault = unread_fault(requirement, more)) return *std::move(fault);
    if (context_.offline())
      return {Errc::network, "a package is in no folder of wheels, and this run is offline", requirement,
              "run with the network, or resolve with uv, which keeps what it has fetched"};
    const std::string name = name_in(requirement);
    const auto wheels = skipped_wheels(more, name, requirement);
    const std::string newest = newest_in(line_behind(words, "(from versions: "));
    if (!wheels.empty() || (newest.empty() && has(more, "No sources permitted for")))
      return misfit_fault({requirement, wheels, newest, dependent_of(requirement, words)}, requirements_, target_);
    Fault fault{Errc::not_found, "no package of this name is in the index", requirement,
                "check the spelling; for a private index add --extra-index-url to the requirements, or set it in "
                "pip.conf"};
    std::string yanked = yanked_in(words, requirement);
    if (yanked.empty() && !newest.empty() && specifiers_of(requirement).admit(std::string_view(newest)))
      yanked = newest;  // pip 23 names it among the versions, and does not take it
    if (!yanked.empty()) {
      fault = {Errc::unresolvable, "only yanked versions would do", requirement + " (yanked: " + yanked + ')',
               yanked_hint};
    } else if (!newest.empty()) {
      fault = {Errc::unresolvable, "a version does not exist", requirement,
               "take " + name + "==" + newest + ", the newest that there is for the target"};
    } else if (has(more, " not prior to ")) {
      fault = too_new_fault(requirement, pip_.exclude_newer);
    }
    add_places(fault, requirements_);
    return fault;
  }

  // A page of the index that could not be read, for another reason than that it is not there.
  static std::optional<Fault> unread_fault(const std::string& requirement, std::string_view words) {
    for (const std::string& line : split_at(words, '\n')) {
      const std::string_view unread = line_behind(line, "Could not fetch URL ");
      const std::size_t end = unread.find(": ");
      if (end == std::string_view::npos) continue;
      std::string_view reason = unread.substr(end + 2);
      if (reason.starts_with("404 ")) continue;
      // "...certificate verify failed: self-signed certificate (_ssl.c:1006)..."
      const std::string_view unsure = line_behind(reason, "certificate verify failed: ");
      if (!unsure.empty()) reason = unsure.substr(0, unsure.find(" (_ssl"));
      if (const std::size_t number = reason.find("[Errno "); number != std::string_view::npos)  // inside of much else
        reason = reason.substr(number, reason.find_first_of("')", number) - number);
      for (const std::string_view tail : {" for url: ", " - skipping"}) reason = reason.substr(0, reason.find(tail));
      const std::string subject =
          requirement + " (" + std::string(unread.substr(0, end)) + ", " + std::string(reason) + ')';
      if (!unsure.empty())
        return Fault{Errc::network, "the certificate of the package index is not trusted", subject,
                     "name the file of its certificate authority in PIP_CERT"};
      if (reason.starts_with("401 ") || reason.starts_with("403 "))
        return Fault{Errc::network, "the package index wants other credentials", subject,
                     "put them into netrc, pip's keyring or the index URL of pip.conf"};
      return Fault{Errc::network, "the package index cannot be reached", subject,
                   "check the network, HTTPS_PROXY, and the index that pip is configured for (pip config list)"};
    }
    return {};
  }

  // "2.0, 2.1": the yanked versions that the requirement admits.
  static std::string yanked_in(std::string_view words, const std::string& requirement) {
    std::vector<std::string> yanked;
    for (const std::string& text : split_at(line_behind(words, "Ignored the following yanked versions: "), ',')) {
      const auto version = Version::parse(trimmed(text));
      if (version && specifiers_of(requirement).admit(*version)) yanked.emplace_back(trimmed(text));
    }
    return listed(yanked);
  }

  static Specifiers specifiers_of(const std::string& requirement) {
    const std::size_t at = requirement.find_first_of("=<>!~");
    return Specifiers::parse(
        at == std::string::npos ? "" : std::string_view(requirement).substr(at, requirement.find(';') - at));
  }

  // What depends on a requirement that nobody has written: "scipy" of "... requirement numpy>=2 (from scipy) (from
  // versions: none)".
  static std::string dependent_of(const std::string& requirement, std::string_view words) {
    const std::string_view behind = line_behind(words, "satisfies the requirement " + requirement + " (from ");
    const std::string_view name = behind.substr(0, behind.find_first_of(":)-"));
    return name == "versions" || has(name, " ") ? "" : std::string(name);
  }

  // The last of "1.0, 2.0, 3.0rc1)" that is no pre-release.
  static std::string newest_in(std::string_view versions) {
    std::string newest;
    for (const std::string& text : split_at(versions.substr(0, versions.find(')')), ',')) {
      const auto version = Version::parse(trimmed(text));
      if (version && (!version->is_prerelease() || newest.empty())) newest = std::string(trimmed(text));
    }
    return newest;
  }

  // The wheels that pip has left aside: those of the version that is asked for, else of the newest one.
  static std::vector<PinnedFile> skipped_wheels(const std::string& words, const std::string& name,
                                                const std::string& requirement) {
    const Specifiers wanted = specifiers_of(requirement);
    std::vector<std::pair<Version, PinnedFile>> found;
    for (const std::string& line : split_at(words, '\n')) {
      if (!has(line, "none of the wheel's tags") && !has(line, "requires a different Python")) continue;
      std::string_view url = std::string_view(line).substr(std::min(line.rfind("): "), line.size() - 3) + 3);
      url = url.substr(0, url.find_first_of("# "));
      const std::string file = lock_file_name(url, true);
      if (!file.ends_with(".whl")) continue;
      try {
        const WheelName wheel = WheelName::parse(file);
        const auto version = Version::parse(wheel.version);
        if (wheel.name == name && version && wanted.admit(*version)) found.push_back({*version, {.file = file}});
      } catch (const Error&) {  // an old name, which nobody can install
      }
    }
    std::vector<PinnedFile> wheels;
    if (found.empty()) return wheels;
    const Version newest =
        std::ranges::max_element(found, {}, [](const auto& f) -> const Version& { return f.first; })->first;
    for (auto& [version, file] : found) {
      if (version == newest) wheels.push_back(std::move(file));
    }
    return wheels;
  }

  const Pip& pip_;
  const Requirements& requirements_;
  const Context& context_;
  const TargetFacts& target_;
  const MarkerEnvironment environment_ = MarkerEnvironment::of(target_);
  Requirements options_ = {};            // options alone
  std::vector<std::string> built_ = {};  // "--no-binary NAME" of what may be built
};

}  // namespace detail

DAYPACK_DECL Resolution Pip::resolve(const Requirements& requirements, const Context& context) const {
  detail::refuse_uv_settings(requirements, "pip");
  return detail::PipSession(*this, requirements, context).resolve();
}

DAYPACK_DECL std::string detail::newest_by_pip(const std::string& requirement, const BuildSettings& settings,
                                               const Context& context) try {
  Requirements wanted = Requirements::of({requirement});
  wanted.options = settings.options;
  const Pip pip{.python = settings.pip, .exclude_newer = settings.exclude_newer, .arguments = {"--no-deps"}};
  const Resolution found = pip.resolve(wanted, context);
  return found.packages.empty() || found.packages.front().wheels.empty() ? "" : found.packages.front().version;
} catch (const Error& error) {
  if (error.code() == Errc::cancelled) throw;
  return {};
}

DAYPACK_DECL std::string Pip::identity() const {
  std::string identity = "pip";
  if (!exclude_newer.empty()) identity += " --exclude-newer " + exclude_newer;
  for (const std::string& argument : arguments) identity += ' ' + argument;
  return identity;
}

}  // namespace daypack
