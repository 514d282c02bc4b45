// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/cache_use.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/tree.ipp>  // same_content
#include <daypack/impl/wheel/direct_url.ipp>
#include <daypack/impl/wheel/fetch.ipp>  // largest_first
#include <daypack/sign/sha256.hpp>
#include <daypack/stages/vendor.hpp>
#include <daypack/wheel/build.hpp>
#include <daypack/wheel/choose.hpp>
#include <daypack/wheel/install.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/name.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <span>
#include <utility>

namespace daypack {

namespace detail {

// A wheel that shall be installed, and for which distribution.
struct ChosenWheel {
  const Pinned* package = nullptr;
  PinnedFile file = {};             // empty while the wheel is not built
  std::vector<Fault> misfits = {};  // the wheels that exist and why each does not fit
};

// What is off in a field of the lock, told with the distribution that has it.
[[noreturn]] inline void refuse_lock_field(const Error& error, const std::string& subject, const std::string& field,
                                           const std::string& text) {
  throw Error(error.code(), error.message(), subject + " (" + field + ' ' + text + ')',
              "correct the lock, or lock again");
}

inline bool admits_python(const std::string& specifiers, const std::string& subject,
                          const MarkerEnvironment& environment) try {
  return Specifiers::parse(specifiers).admit(std::string_view(environment.python_full_version));
} catch (const Error& error) {
  refuse_lock_field(error, subject, "requires-python", specifiers);
}

inline void require_python(const std::string& specifiers, const std::string& subject,
                           const MarkerEnvironment& environment) {
  if (admits_python(specifiers, subject, environment)) return;
  throw Error(Errc::no_wheel,
              "it does not run on the target's Python (got " + environment.python_full_version + ", expected " +
                  specifiers + ')',
              subject, "lock again for this target, or take another Python");
}

inline bool is_needed(const Pinned& package, const MarkerEnvironment& environment) try {
  return marker_holds(package.marker, environment);
} catch (const Error& error) {
  refuse_lock_field(error, package.name + ' ' + package.version, "marker", package.marker);
}

// The distributions of the lock that the target needs, each once.
inline std::vector<const Pinned*> needed_packages(const Resolution& resolution, const MarkerEnvironment& environment) {
  std::vector<const Pinned*> needed;
  for (const Pinned& package : resolution.packages) {
    if (is_needed(package, environment)) needed.push_back(&package);
  }
  std::ranges::stable_sort(needed, {}, [](const Pinned* package) { return std::string_view(package->name); });
  const auto twice =
      std::ranges::adjacent_find(needed, {}, [](const Pinned* package) { return std::string_view(package->name); });
  if (twice != needed.end()) {
    throw Error(Errc::conflict, "the lock names two versions of one distribution for this target",
                (*twice)->name + " (" + (*twice)->version + ", " + (*std::next(twice))->version + ')', "lock again");
  }
  return needed;
}

inline std::vector<ChosenWheel> choose_wheels(const Resolution& resolution, const TargetFacts& target) {
  const MarkerEnvironment environment = MarkerEnvironment::of(target);
  require_python(resolution.requires_python, "the lock as a whole", environment);
  const SupportedTags tags(target);
  std::vector<ChosenWheel> chosen;
  std::vector<Fault> faults;
  for (const Pinned* package : needed_packages(resolution, environment)) {
    try {
      require_python(package->requires_python, package->name + ' ' + package->version, environment);
    } catch (const Error& error) {
      faults.push_back(error.fault());
      continue;
    }
    try {
      chosen.push_back({package, choose_wheel(*package, tags, target)});
    } catch (const Error& error) {
      if (has_source(*package)) {
        chosen.push_back({package, {}, error.fault().causes});
      } else {
        faults.push_back(error.fault());
      }
    }
  }
  throw_collected(std::move(faults), "some distributions have no wheel for " + words_of(target));
  return chosen;
}

// The bytes of all wheels: fetched, or built side by side where only source code fits.
inline std::vector<Blob> obtain_wheels(std::vector<ChosenWheel>& wheels, const BuildSettings& build,
                                       const Context& ctx) {
  std::vector<PinnedFile> files;
  std::vector<std::size_t> fetched, built;
  for (std::size_t i = 0; i < wheels.size(); ++i) {
    const bool exists = !wheels[i].file.file.empty();
    (exists ? fetched : built).push_back(i);
    if (exists) files.push_back(wheels[i].file);
  }
  std::vector<Blob> blobs(wheels.size()), bytes = fetch_wheels(files, ctx);
  for (std::size_t i = 0; i < fetched.size(); ++i) blobs[fetched[i]] = std::move(bytes[i]);
  std::vector<std::optional<Fault>> failed(built.size());
  ctx.pool().for_each(built.size(), [&](std::size_t i) {
    ChosenWheel& wheel = wheels[built[i]];
    try {
      BuiltWheel made = build_wheel(*wheel.package, ctx, build, wheel.misfits);
      wheel.file = std::move(made.file);
      blobs[built[i]] = std::move(made.bytes);
    } catch (const Error& error) {
      if (error.code() == Errc::cancelled) throw;
      failed[i] = error.fault();
    }
  });
  std::vector<Fault> faults;
  for (auto& fault : failed) {
    if (fault) faults.push_back(std::move(*fault));
  }
  throw_collected(std::move(faults), "some wheels cannot be built");
  return blobs;
}

// Installs the wheels of one call of Vendor, on the pool.
class WheelVendor {
 public:
  WheelVendor(const std::vector<ChosenWheel>& wheels, std::vector<Blob> blobs, const BuildSettings& index,
              const Vendor& options, const Context& ctx)
      : wheels_(wheels),
        blobs_(std::move(blobs)),
        index_(std::make_shared<const BuildSettings>(index)),
        options_(options),
        ctx_(ctx),
        installed_(wheels.size()),
        faults_(wheels.size()),
        remarks_(wheels.size()) {}

  std::vector<InstalledWheel> run() {
    expect_checks();
    const auto order = largest_first(wheels_.size(), [this](std::size_t i) { return blobs_[i].size(); });
    ctx_.pool().for_each(order.size(), [&](std::size_t n) {
      ctx_.check_stop();
      const std::size_t i = order[n];
      try {
        install(i);
      } catch (const Error& error) {
        if (error.code() == Errc::cancelled) throw;
        faults_[i] = error.fault();
      }
      ctx_.advance(++done_, wheels_.size(), "wheels");
    });
    std::vector<Fault> faults;
    for (std::size_t i = 0; i < wheels_.size(); ++i) {
      for (std::string& remark : remarks_[i]) ctx_.warn(wheels_[i].file.file, std::move(remark));
      if (faults_[i]) faults.push_back(std::move(*faults_[i]));
    }
    throw_collected(std::move(faults), "some wheels cannot be installed");
    return std::move(installed_);
  }

 private:
  // Raise it when check_wheel() learns to check more.
  static constexpr std::string_view check_version = "1";

  static CacheKey check_key(const std::string& digest) {
    return {"checked", digest + '-' + std::string(check_version)};
  }

  void expect_checks() const {
    std::vector<CacheKey> keys;
    for (const auto& wheel : wheels_) {
      if (!wheel.file.sha256.empty()) keys.push_back(check_key(wheel.file.sha256));
    }
    if (!keys.empty()) ctx_.cache().expect(keys);
  }

  void install(std::size_t i) {
    const auto& [package, file, misfits] = wheels_[i];
    const OpenWheel wheel = open_wheel(blobs_[i], file.file);
    const std::string digest = file.sha256.empty() ? sha256_of(blobs_[i].bytes).hex() : file.sha256;
    const CacheKey key = check_key(digest);
    const bool checked = ctx_.cache().get(key).has_value();
    tell_cache_use(ctx_, key, {package->name, file.file + ' ' + digest}, CacheCount::one(checked));
    if (!checked) {
      release_mapped(blobs_[i]);  // opening has touched pages all over it
      remarks_[i] = check_wheel(wheel, ctx_.pool());
      ctx_.cache().put(key, as_bytes(file.file + '\n'));
    }
    const bool indexed = !package->direct && package->source.empty();
    auto origin = std::make_shared<const Distribution>(
        Distribution{package->name, wheel.name.version, file.file, digest, indexed ? index_ : nullptr});
    installed_[i] =
        install_wheel(wheel, std::move(origin),
                      {.scripts = options_.scripts, .trusted = true, .direct_url = direct_url_text(*package)});
    release_mapped(blobs_[i]);
  }

  const std::vector<ChosenWheel>& wheels_;
  std::vector<Blob> blobs_;
  std::shared_ptr<const BuildSettings> index_;
  Vendor options_;
  const Context& ctx_;
  std::vector<InstalledWheel> installed_;
  std::vector<std::optional<Fault>> faults_;
  std::vector<std::vector<std::string>> remarks_;
  std::atomic<std::uint64_t> done_{0};
};

// A file that tells people something and that no program reads: at the root by its name, or in a folder of such files.
inline bool describes_only(std::string_view path) {
  static constexpr std::array<std::string_view, 12> names{"license", "licence",      "copying",      "notice",
                                                          "authors", "contributors", "readme",       "changelog",
                                                          "changes", "news",         "contributing", "history"};
  static constexpr std::array<std::string_view, 5> folders{"doc/", "docs/", "licenses/", "share/doc/", "share/man/"};
  if (path.ends_with(".py") || path.ends_with(".so")) return false;
  const std::string lowered = ascii_lowered(path);
  if (path.find('/') != std::string_view::npos)
    return std::ranges::any_of(folders, [&](std::string_view folder) { return lowered.starts_with(folder); });
  return std::ranges::find(names, lowered.substr(0, lowered.find_first_of(".-_"))) != names.end();
}

// Settles what wheels disagree about: several wheels bring one path, not all with the same bytes and mode.
class DisputeSettler {
 public:
  explicit DisputeSettler(const std::vector<std::string>& prefer) {
    for (const std::string& name : prefer) prefer_.push_back(normalised_name(name));
  }

  // Entries are sorted by path. Throws Error{conflict} with everything that nothing decides.
  void settle(std::vector<Entry>& entries, Ledger& ledger) {
    const auto same_path = [](const Entry& a, const Entry& b) { return a.path == b.path; };
    if (std::ranges::adjacent_find(entries, same_path) == entries.end()) return;
    std::vector<Entry> kept;
    kept.reserve(entries.size());
    for (auto begin = entries.begin(); begin != entries.end();) {
      const auto end =
          std::find_if(begin, entries.end(), [&](const Entry& entry) { return entry.path != begin->path; });
      const std::span<Entry> group(begin, end);
      if (is_disputed(group)) {
        if (const Entry* taken = decide(group, ledger)) kept.push_back(*taken);
      } else {
        std::ranges::move(group, std::back_inserter(kept));
      }
      begin = end;
    }
    throw_collected(std::move(faults_), "wheels disagree about some paths");
    entries = std::move(kept);
  }

 private:
  // Not where one wheel alone brings a path twice: that wheel is broken, and Tree says so.
  static bool is_disputed(std::span<const Entry> group) {
    const auto differs = [&](const Entry& entry) {
      return entry.origin != group.front().origin && !same_content(group.front(), entry);
    };
    return std::any_of(std::next(group.begin()), group.end(), differs);
  }

  // The entry that is taken; none for descriptions, of which none is right, and where nothing decides.
  const Entry* decide(std::span<const Entry> group, Ledger& ledger) {
    for (const std::string& name : prefer_) {
      const auto taken = std::ranges::find(group, name, [](const Entry& entry) { return entry.origin->name; });
      if (taken == group.end()) continue;
      for (const Entry& entry : group) {
        if (entry.origin != taken->origin) leave_out(entry, "preferred", "the file of " + name + " is taken", ledger);
      }
      return &*taken;
    }
    if (!describes_only(group.front().path)) {
      faults_.push_back(fault_of(group));
      return nullptr;
    }
    for (const Entry& entry : group)
      leave_out(entry, "disputed", "several wheels bring this file, each its own", ledger);
    return nullptr;
  }

  static void leave_out(const Entry& entry, const char* rule, std::string note, Ledger& ledger) {
    ledger.push_back({.change = Change::removed,
                      .path = entry.path,
                      .bytes = size_of(entry.content),
                      .distribution = entry.origin->name,
                      .rule = std::string("install: ") + rule,
                      .note = std::move(note)});
  }

  static Fault fault_of(std::span<const Entry> group) {
    const std::string files = listed(group, ", ", [](const Entry& entry) { return entry.origin->file; });
    const std::string names = listed(group, " or ", [](const Entry& entry) { return entry.origin->name; });
    return {.code = Errc::conflict,
            .message = "wheels give one path different content",
            .subject = group.front().path + " (" + files + ")",
            .hint = "name the one whose file is taken, " + names + ": Vendor{.prefer = {\"" +
                    group.front().origin->name + "\"}}, --prefer " + group.front().origin->name +
                    " on the command line"};
  }

  std::vector<std::string> prefer_;
  std::vector<Fault> faults_;
};

// Those of all wheels, sorted by path; where two have one, in the order of the wheels.
inline std::vector<Entry> entries_by_path(std::vector<InstalledWheel>& wheels) {
  std::vector<Entry*> order;
  for (InstalledWheel& wheel : wheels) {
    for (Entry& entry : wheel.entries) order.push_back(&entry);
  }
  std::ranges::stable_sort(order, {}, [](const Entry* entry) { return std::string_view(entry->path); });
  std::vector<Entry> entries;
  entries.reserve(order.size());
  for (Entry* entry : order) entries.push_back(std::move(*entry));
  return entries;
}

}  // namespace detail

DAYPACK_DECL Tree Vendor::operator()(const Resolution& resolution, Context& ctx) const {
  const TargetFacts& target = ctx.target();
  auto wheels = detail::choose_wheels(resolution, target);
  auto blobs = detail::obtain_wheels(wheels, resolution.build, ctx);
  auto installed = detail::WheelVendor(wheels, std::move(blobs), resolution.build, *this, ctx).run();
  Ledger ledger;
  for (InstalledWheel& wheel : installed) std::ranges::move(wheel.ledger, std::back_inserter(ledger));
  std::vector<Entry> entries = detail::entries_by_path(installed);
  detail::DisputeSettler(prefer).settle(entries, ledger);
  return Tree::of(std::move(entries), std::move(ledger)).under(target.packages_folder());
}

}  // namespace daypack
