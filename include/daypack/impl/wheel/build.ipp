// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/scratch_folder.hpp>
#include <daypack/detail/uv_program.hpp>
#include <daypack/detail/uv_words.hpp>
#include <daypack/impl/wheel/choose.ipp>
#include <daypack/process/search_path.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/wheel/build.hpp>
#include <daypack/wheel/fetch.hpp>
#include <daypack/wheel/install.hpp>

#include <sys/utsname.h>
#include <algorithm>
#include <array>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <utility>

namespace daypack {

namespace detail {

// The newest glibc whose symbols a library asks for: its version references are text such as "GLIBC_2.34".
inline Glibc glibc_needed_by(std::string_view library) {
  static constexpr std::string_view mark = "GLIBC_2.";
  Glibc needed{2, 0};
  for (std::size_t at = library.find(mark); at != std::string_view::npos; at = library.find(mark, at + 1)) {
    const char* begin = library.data() + at + mark.size();
    int minor = 0;
    std::from_chars(begin, library.data() + library.size(), minor);
    needed.minor = std::max(needed.minor, minor);
  }
  return needed;
}

// One call of build_wheel.
class WheelBuild {
 public:
  WheelBuild(const Pinned& package, const Context& ctx, const std::vector<Fault>& misfits)
      : package_(package), ctx_(ctx), misfits_(misfits), uv_(ctx.runner(), ctx.stop()) {}

  BuiltWheel run() {
    const std::string digest = cached_as();
    if (auto kept = digest.empty() ? std::nullopt : kept_wheel(digest)) return *std::move(kept);
    find_python();
    const ScratchFolder scratch;
    ctx_.note(subject(), "its wheel is built from source code");
    const std::string path = build(source_in(scratch), scratch.file("out"));
    BuiltWheel built = read(path);
    check(built);
    if (!digest.empty()) keep(digest, built);
    return built;
  }

 private:
  std::string subject() const { return package_.name + (package_.version.empty() ? "" : ' ' + package_.version); }

  // SHA-256 of all that decides the wheel; empty for folders, which change.
  std::string cached_as() {
    const PinnedSource& source = package_.source;
    if (package_.sdists.empty() && source.commit.empty()) return {};
    std::string text = "daypack built wheel 1\n";
    text += package_.sdists.empty() ? source.vcs + ' ' + source.commit + ' ' + source.subdirectory
                                    : "sdist " + package_.sdists.front().sha256;
    const Runtime& runtime = *ctx_.target().runtime;
    text += '\n' + to_string(runtime.python) + ' ' + std::string(machine_of(ctx_.target().arch)) + ' ' +
            text_of(runtime.glibc) + '\n' + uv_.run({.argv = {"--version"}}).out;
    return sha256_of(as_bytes(text)).hex();
  }

  // "NAME SHA256" is kept as kind "built", the bytes as a wheel like any other.
  std::optional<BuiltWheel> kept_wheel(const std::string& digest) {
    const auto note = ctx_.cache().get({"built", digest});
    if (!note) return {};
    const std::string_view text = note->text();
    const std::size_t blank = std::min(text.find(' '), text.size());
    BuiltWheel built{.file = {.file = std::string(text.substr(0, blank)),
                              .sha256 = std::string(text.substr(std::min(blank + 1, text.size())))}};
    if (built.file.sha256.size() != 64) return {};
    const CacheKey key{"wheels", built.file.sha256};
    auto bytes = ctx_.cache().get(key);
    if (!bytes) return {};
    if (sha256_of(bytes->bytes).hex() != built.file.sha256) {
      ctx_.warn(subject(), "the cache holds damaged bytes; the wheel is built again");
      ctx_.cache().drop(key);
      return {};
    }
    built.bytes = *std::move(bytes);
    built.file.size = built.bytes.size();
    return built;
  }

  void keep(const std::string& digest, const BuiltWheel& built) {
    ctx_.cache().put({"wheels", built.file.sha256}, built.bytes.bytes);
    ctx_.cache().put({"built", digest}, as_bytes(built.file.file + ' ' + built.file.sha256));
  }

  // Sets why_pure_ when the host differs from the target, so that only a pure wheel will do.
  void find_python() {
    const TargetFacts& target = ctx_.target();
    struct ::utsname host = {};
    ::uname(&host);
    if (std::string_view(host.sysname) != "Linux" || std::string_view(host.machine) != machine_of(target.arch)) {
      why_pure_ = std::string("this host is ") + host.sysname + ' ' + host.machine;
    } else {
      try {
        python_ = find_interpreter(target.runtime->python, {}, ctx_.runner(), ctx_.stop()).path;
        return;
      } catch (const Error& error) {
        if (error.code() != Errc::interpreter_missing) throw;
        why_pure_ = "this host has no Python " + to_string(target.runtime->python);
      }
    }
    const auto pythons = programs_named("python3");
    python_ = pythons.empty() ? "3" : pythons.front();
  }

  std::string source_in(const ScratchFolder& scratch) {
    if (!package_.sdists.empty()) {
      const PinnedFile& sdist = package_.sdists.front();
      const std::string path = scratch.file("sdist/") + sdist.file;
      write_file(path, fetch_wheels(std::span(&sdist, 1), ctx_).front().text());
      return path;
    }
    const PinnedSource& source = package_.source;
    std::string folder = source.vcs.empty() ? source.path : cloned(scratch.file("repository"));
    if (!source.subdirectory.empty()) folder += '/' + source.subdirectory;
    if (!boost::filesystem::is_directory(folder)) {
      throw Error(Errc::not_found, "the folder of a required project does not exist", subject() + " (" + folder + ')',
                  "check the path in the requirements or the lock");
    }
    return folder;
  }

  // The repository at its commit. git asks nobody: credentials come from its own helpers, netrc or ssh.
  std::string cloned(const std::string& folder) {
    const PinnedSource& source = package_.source;
    const std::string url = source.path.empty() ? source.url : source.path;
    if (ctx_.offline() && source.path.empty() && !url.starts_with("file:")) {
      throw Error(Errc::network, "cannot clone a repository while offline", subject() + " (" + redacted(url) + ')',
                  "run once with a network; the cache keeps the wheel");
    }
    git({"clone", "--quiet", "--no-checkout", "--", url, folder}, url);
    git({"-C", folder, "checkout", "--quiet", "--detach", source.commit}, url);
    if (boost::filesystem::exists(folder + "/.gitmodules"))
      git({"-C", folder, "submodule", "--quiet", "update", "--init", "--recursive"}, url);
    return folder;
  }

  void git(std::vector<std::string> arguments, const std::string& url) {
    arguments.insert(arguments.begin(), "git");
    const Finished finished = ctx_.runner().run(
        {.argv = std::move(arguments), .environment = {{"GIT_TERMINAL_PROMPT", "0"}, {"LC_ALL", "C"}}}, ctx_.stop());
    if (finished.ok()) return;
    Fault fault{.code = Errc::tool_failed,
                .message = "git does not give the source code",
                .subject = subject() + " (" + redacted(url) + " at " + package_.source.commit + ')',
                .hint = "check that git can clone it from here, and that the commit still exists"};
    add_last_lines(fault, finished.err);
    throw Error(std::move(fault));
  }

  std::string build(const std::string& source, const std::string& out) {
    std::vector<std::string> argv{
        "build", "--wheel", "--no-create-gitignore", "--color", "never", "--python", python_, "--out-dir", out};
    if (ctx_.offline()) argv.push_back("--offline");
    argv.insert(argv.end(), {"--", source});
    Command command{.argv = std::move(argv), .environment = {{"NO_COLOR", "1"}, {"UV_PYTHON_DOWNLOADS", "never"}}};
    if (std::getenv("SOURCE_DATE_EPOCH") == nullptr)
      command.environment.emplace_back("SOURCE_DATE_EPOCH", "315532800");  // the first day that a zip can tell
    const Finished finished = uv_.run(std::move(command));
    if (finished.ok()) return only_wheel_in(out);
    Fault fault{.code = why_pure_.empty() ? Errc::tool_failed : Errc::no_wheel,
                .message = "its wheel cannot be built",
                .subject = subject() + " (for " + words_of(ctx_.target()) + ')',
                .hint = "the last lines of `uv build --wheel` are above; a compiler or headers may be missing"};
    if (!why_pure_.empty()) fault.hint = "build it where the target's Python and architecture are: " + why_pure_;
    fault.causes = misfits_;
    add_last_lines(fault, finished.err.empty() ? finished.out : finished.err);
    throw Error(std::move(fault));
  }

  static void add_last_lines(Fault& fault, const std::string& output) {
    static constexpr std::size_t most = 12;
    const std::vector<std::string> lines = lines_of(plain_words(output) + '\n');
    std::vector<std::string> told;
    std::ranges::copy_if(lines, std::back_inserter(told),
                         [](const std::string& line) { return !trimmed(line).empty(); });
    for (std::size_t i = told.size() - std::min(told.size(), most); i < told.size(); ++i)
      fault.causes.push_back({.code = fault.code, .message = told[i]});
  }

  std::string only_wheel_in(const std::string& folder) const {
    for (const auto& entry : boost::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".whl") return entry.path().string();
    }
    throw Error(Errc::tool_failed, "uv has built no wheel", subject());
  }

  static BuiltWheel read(const std::string& path) {
    BuiltWheel built{.bytes = blob_of(read_file(path))};
    built.file = {.file = path.substr(path.rfind('/') + 1),
                  .sha256 = sha256_of(built.bytes.bytes).hex(),
                  .size = built.bytes.size()};
    return built;
  }

  void check(const BuiltWheel& built) {
    const WheelName name = WheelName::parse(built.file.file);
    const bool pure = std::ranges::find(name.platforms, "any") != name.platforms.end();
    if (!pure && !why_pure_.empty()) refuse(built, "it has machine code, and " + why_pure_);
    PinnedFile local = built.file;
    local.path = built.file.file;
    const WheelCandidate judged = judge_wheel(local, package_, SupportedTags(ctx_.target()));
    if (!judged.rank) refuse(built, judged.misfit.words);
    if (pure) return;
    const Glibc needed = glibc_needed(built);
    const Glibc has = ctx_.target().runtime->glibc;
    if (needed > has)
      refuse(built, "built here it needs glibc " + text_of(needed) + ", the target has " + text_of(has));
  }

  static Glibc glibc_needed(const BuiltWheel& built) {
    Glibc needed{2, 0};
    const InstalledWheel wheel = install_wheel(open_wheel(built.bytes, built.file.file), {});
    for (const Entry& entry : wheel.entries) {
      const Blob content = read_content(entry);
      if (content.text().starts_with("\x7f"
                                     "ELF"))
        needed = std::max(needed, glibc_needed_by(content.text()));
    }
    return needed;
  }

  [[noreturn]] void refuse(const BuiltWheel& built, std::string why) {
    Fault fault{
        .code = Errc::no_wheel,
        .message = "the wheel that was built does not fit the target",
        .subject = subject() + " (" + words_of(ctx_.target()) + ')',
        .hint = "build it on a machine like the target and require that file, or take a version that has a wheel"};
    fault.causes = misfits_;
    fault.causes.push_back({.code = Errc::no_wheel, .message = std::move(why), .subject = built.file.file});
    throw Error(std::move(fault));
  }

  const Pinned& package_;
  const Context& ctx_;
  const std::vector<Fault>& misfits_;
  UvProgram uv_;
  std::string python_ = {};
  std::string why_pure_ = {};
};

}  // namespace detail

DAYPACK_DECL BuiltWheel build_wheel(const Pinned& package, const Context& ctx, const std::vector<Fault>& misfits) {
  return detail::WheelBuild(package, ctx, misfits).run();
}

}  // namespace daypack
