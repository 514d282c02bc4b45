// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/detail/cache_use.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/scratch_folder.hpp>
#include <daypack/elf/glibc.hpp>
#include <daypack/elf/inspect.hpp>
#include <daypack/impl/elf/runtime.ipp>
#include <daypack/impl/resolvers/uv.ipp>  // newest_with_wheel
#include <daypack/impl/wheel/build_source.ipp>
#include <daypack/impl/wheel/build_tool.ipp>
#include <daypack/impl/wheel/choose.ipp>
#include <daypack/process/search_path.hpp>
#include <daypack/python.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/wheel/build.hpp>
#include <daypack/wheel/install.hpp>

#include <sys/utsname.h>
#include <algorithm>
#include <boost/filesystem/directory.hpp>
#include <boost/filesystem/operations.hpp>
#include <optional>
#include <set>
#include <utility>

namespace daypack {

namespace detail {

// One call of build_wheel.
class WheelBuild {
 public:
  WheelBuild(const Pinned& package, const Context& ctx, const BuildSettings& settings,
             const std::vector<Fault>& misfits)
      : package_(package), ctx_(ctx), settings_(settings), misfits_(misfits), tool_(settings, ctx) {}

  BuiltWheel run() {
    const std::string version = tool_.version(), digest = cached_as(version);
    if (auto kept = digest.empty() ? std::nullopt : kept_wheel(digest)) return *std::move(kept);
    find_python();
    // Compilers write the folder's name into what they make.
    const ScratchFolder scratch(digest.empty() ? "" : "daypack-build-" + digest.substr(0, 16));
    ctx_.note(subject(), "its wheel is built from source code, by " + version);
    BuiltWheel built = read(build(scratch));
    check(built);
    if (!digest.empty()) keep(digest, built);
    return built;
  }

 private:
  std::string subject() const { return build_subject(package_); }

  // SHA-256 of all that decides the wheel; empty for folders, which change.
  std::string cached_as(const std::string& version) const {
    const PinnedSource& source = package_.source;
    if (package_.sdists.empty() && source.commit.empty()) return {};
    std::string text = "daypack built wheel 2\n";
    text += package_.sdists.empty() ? source.vcs + ' ' + source.commit + ' ' + source.subdirectory
                                    : "sdist " + package_.sdists.front().sha256;
    const Runtime& runtime = *ctx_.target().runtime;
    text += '\n' + to_string(runtime.python) + ' ' + std::string(machine_of(ctx_.target().arch)) + ' ' +
            text_of(runtime.glibc) + '\n' + version + '\n' + settings_.exclude_newer + '\n';
    for (const std::string& setting : package_.config_settings) text += setting + '\n';
    return sha256_of(as_bytes(text)).hex();
  }

  // "NAME SHA256" is kept as kind "built", the bytes as a wheel like any other.
  std::optional<BuiltWheel> kept_wheel(const std::string& digest) {
    auto built = read_kept(digest);
    tell_cache_use(ctx_, {"built", digest}, {package_.name, digest}, CacheCount::one(built.has_value()));
    return built;
  }

  std::optional<BuiltWheel> read_kept(const std::string& digest) {
    const auto note = ctx_.cache().get({"built", digest});
    if (!note) return {};
    const auto [file, digest_of_it] = split_once(note->text(), ' ');
    BuiltWheel built{.file = {.file = std::string(file), .sha256 = std::string(digest_of_it)}};
    if (built.file.sha256.size() != 64) return {};
    const CacheKey key{"wheels", built.file.sha256};
    auto bytes = ctx_.cache().get_unchecked(key);
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

  std::string build(const ScratchFolder& scratch) {
    const std::string source = BuildSource(package_, ctx_, scratch).folder(python_), out = scratch.file("out");
    const Finished finished = tool_.build(python_, source, out, package_, scratch);
    ctx_.check_stop();
    if (finished.ok()) return only_wheel_in(out);
    Fault fault{.code = why_pure_.empty() ? Errc::tool_failed : Errc::no_wheel,
                .message = "its wheel cannot be built",
                .subject = subject() + " (for " + words_of(ctx_.target()) + ')'};
    if (why_pure_.empty()) {
      fault.hint = "the last lines of `" + tool_.name() + "` are below; a compiler or headers may be missing";
    } else {
      fault.hint = "build it where the target's Python and architecture are: " + why_pure_;
    }
    add_wheels(fault);
    keep_log(finished);
    add_last_lines(fault, finished.err.empty() ? finished.out : finished.err);
    throw Error(std::move(fault));
  }

  // The whole output of a failed build outlives it, for whoever wants more than its end.
  void keep_log(const Finished& finished) const {
    const std::string text = plain_words(finished.out + finished.err);
    if (std::ranges::count(text, '\n') <= 12) return;  // it is told anyway
    boost::system::error_code error;
    const auto path = boost::filesystem::temp_directory_path(error) /
                      boost::filesystem::unique_path("daypack-build-" + package_.name + "-%%%%-%%%%.log", error);
    if (error) return;
    try {
      write_file(path.string(), text);
      boost::filesystem::permissions(path, boost::filesystem::owner_read | boost::filesystem::owner_write, error);
      ctx_.note(subject(), "all that its build said: " + path.string());
    } catch (const Error&) {  // a full disk is not what failed here
    }
  }

  std::string only_wheel_in(const std::string& folder) const {
    boost::system::error_code error;
    for (boost::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
      if (at->path().extension() == ".whl") return at->path().string();
    }
    throw Error(Errc::tool_failed, "`" + tool_.name() + "` has made no wheel", subject());
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
    check_libraries(built);
  }

  // A build here links with what is here; the tag of its wheel, linux_x86_64, promises nothing.
  void check_libraries(const BuiltWheel& built) {
    std::set<std::string, std::less<>> brought, foreign;
    const InstalledWheel wheel = install_wheel(open_wheel(built.bytes, built.file.file), {});
    for (const Entry& entry : wheel.entries) brought.insert(entry.path.substr(entry.path.rfind('/') + 1));
    for (const Entry& entry : wheel.entries) {
      const auto facts = elf::inspect(read_content(entry).bytes);
      if (!facts) continue;
      if (!why_pure_.empty()) refuse(built, "it has machine code (" + entry.path + "), and " + why_pure_);
      const std::string why = version_misfit(*facts);
      if (!why.empty()) refuse(built, "built here " + why + " (" + entry.path + ')');
      for (const std::string& library : facts->needed) {
        if (!is_of_runtime(library, *ctx_.target().runtime) && !brought.contains(library))
          foreign.insert(library + " for " + entry.path);
      }
    }
    if (!foreign.empty()) judge_foreign(built, *foreign.begin(), foreign.size());
  }

  // Why the versions that a file demands are not those of the target; empty when they are.
  std::string version_misfit(const elf::Facts& facts) const {
    const Runtime& runtime = *ctx_.target().runtime;
    const auto glibc = elf::glibc_need(facts);
    if (glibc && *glibc > runtime.glibc)
      return "it needs glibc " + text_of(*glibc) + ", the target has " + text_of(runtime.glibc);
    const auto misfit = runtime.image ? standard_library_misfit(facts, *runtime.image) : std::nullopt;
    return misfit ? "it needs " + misfit->needed + " of libstdc++, the target has " + misfit->has : std::string();
  }

  // This machine has the libraries that are here; a cloud's has not.
  void judge_foreign(const BuiltWheel& built, const std::string& first, std::size_t count) {
    const std::string more = count > 1 ? " and " + std::to_string(count - 1) + " more" : "";
    const std::string why = "it needs libraries of this host, which it does not bring along: " + first + more;
    if (!ctx_.target().backend->task_root.empty()) refuse(built, why);
    ctx_.warn(subject(), "runs on machines like this one only: " + why);
  }

  // The wheels that exist and why each does not fit, and the newest version that has one that does.
  void add_wheels(Fault& fault) {
    fault.causes.insert(fault.causes.end(), misfits_.begin(), misfits_.end());
    if (fault.code != Errc::no_wheel || package_.sdists.empty() || package_.direct || !settings_.pip.empty()) return;
    try {
      UvSession session(Uv{.exclude_newer = settings_.exclude_newer}, settings_.options, ctx_);
      const SupportedTags tags(ctx_.target());
      const std::vector<PinnedFile> wheels = session.wheels_of(package_.name + "==" + package_.version);
      const auto fits = std::ranges::find_if(wheels, [&](const PinnedFile& wheel) { return loads(tags, wheel); });
      if (fits != wheels.end()) {
        fault.hint = "drop --no-binary " + package_.name + ": " + fits->file + " fits; or " + fault.hint;
        return;
      }
      if (misfits_.empty()) add_misfits(fault, wheels, tags);
      const std::string newest = newest_with_wheel(session, package_.name);
      if (!newest.empty())
        fault.hint =
            "take " + package_.name + "==" + newest + ", the newest that has a wheel that fits; or " + fault.hint;
    } catch (const Error& error) {
      if (error.code() == Errc::cancelled) throw;  // else there is no more to say
    }
  }

  [[noreturn]] void refuse(const BuiltWheel& built, std::string why) {
    Fault fault{
        .code = Errc::no_wheel,
        .message = "the wheel that was built does not fit the target",
        .subject = subject() + " (" + words_of(ctx_.target()) + ')',
        .hint = "build it on a machine like the target and require that file, or take a version that has a wheel"};
    fault.causes.push_back({.code = Errc::no_wheel, .message = std::move(why), .subject = built.file.file});
    add_wheels(fault);
    throw Error(std::move(fault));
  }

  const Pinned& package_;
  const Context& ctx_;
  const BuildSettings& settings_;
  const std::vector<Fault>& misfits_;
  BuildTool tool_;
  std::string python_ = {};
  std::string why_pure_ = {};
};

}  // namespace detail

DAYPACK_DECL BuiltWheel build_wheel(const Pinned& package, const Context& ctx, const BuildSettings& settings,
                                    const std::vector<Fault>& misfits) {
  return detail::WheelBuild(package, ctx, settings, misfits).run();
}

}  // namespace daypack
