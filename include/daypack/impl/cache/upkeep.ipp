// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/cache/upkeep.hpp>
#include <daypack/detail/discard.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>

#include <boost/filesystem.hpp>

#include <algorithm>
#include <ctime>
#include <tuple>

namespace daypack {

namespace detail {

struct CachedValue {
  std::string kind;
  boost::filesystem::path path;
  std::uint64_t bytes = 0;
  std::time_t used = 0;
};

// Rehearsed packages: a folder each (stages/verify.hpp).
inline constexpr std::string_view unpacked_kind = "unpacked";

// Runs beside others that write and remove: what is gone by then does not count.
class CacheListing {
 public:
  explicit CacheListing(const std::string& folder) {
    for_each_in(folder, [&](const auto& kind) {
      const std::string name = kind.path().filename().string();
      if (!is_folder(kind)) return;
      for_each_in(kind.path(), [&](const auto& part) {
        if (name == unpacked_kind) return add_folder(name, part);
        if (is_folder(part)) for_each_in(part.path(), [&](const auto& value) { add_file(name, value); });
      });
    });
  }

  std::vector<CachedValue> take() && { return std::move(values_); }

 private:
  using Entry = boost::filesystem::directory_entry;

  template <class Visit>
  static void for_each_in(const boost::filesystem::path& folder, Visit visit) {
    boost::system::error_code error;
    boost::filesystem::directory_iterator at(folder, error);
    for (; !error && at != boost::filesystem::directory_iterator(); at.increment(error)) visit(*at);
    if (error && error != boost::system::errc::no_such_file_or_directory)
      throw Error(Errc::unreadable, "the cache cannot be read", folder.string() + " (" + error.message() + ")");
  }

  static bool is_folder(const Entry& entry) {
    boost::system::error_code gone;
    return boost::filesystem::is_directory(entry.symlink_status(gone));
  }

  void add_file(const std::string& kind, const Entry& entry) {
    boost::system::error_code gone;
    if (entry.path().filename().string().starts_with('.') || is_folder(entry)) return;
    const std::uint64_t bytes = boost::filesystem::file_size(entry.path(), gone);
    const std::time_t used = gone ? 0 : boost::filesystem::last_write_time(entry.path(), gone);
    if (!gone) values_.push_back({kind, entry.path(), bytes, used});
  }

  void add_folder(const std::string& kind, const Entry& entry) {
    boost::system::error_code gone;
    CachedValue value{kind, entry.path(), 0, boost::filesystem::last_write_time(entry.path(), gone)};
    for (boost::filesystem::recursive_directory_iterator at(entry.path(), gone), end; !gone && at != end;
         at.increment(gone)) {
      boost::system::error_code none;
      if (boost::filesystem::is_regular_file(at->symlink_status(none)))
        value.bytes += boost::filesystem::file_size(at->path(), none);
    }
    if (!gone) values_.push_back(std::move(value));
  }

  std::vector<CachedValue> values_;
};

}  // namespace detail

DAYPACK_DECL CacheAmount CacheUsage::total() const {
  CacheAmount total;
  for (const Kind& kind : kinds) {
    total.values += kind.amount.values;
    total.bytes += kind.amount.bytes;
  }
  return total;
}

DAYPACK_DECL CacheUsage cache_usage(const std::string& folder) {
  CacheUsage usage;
  for (const detail::CachedValue& value : detail::CacheListing(folder).take()) {
    auto kind = std::ranges::find(usage.kinds, value.kind, &CacheUsage::Kind::name);
    if (kind == usage.kinds.end()) kind = usage.kinds.insert(kind, {.name = value.kind});
    ++kind->amount.values;
    kind->amount.bytes += value.bytes;
  }
  std::ranges::sort(usage.kinds, {}, &CacheUsage::Kind::name);
  return usage;
}

DAYPACK_DECL CacheAmount prune_cache(const std::string& folder, const PruneOptions& options) {
  std::vector<detail::CachedValue> values = detail::CacheListing(folder).take();
  std::ranges::sort(values, {}, [](const detail::CachedValue& value) { return std::tie(value.used, value.path); });
  std::uint64_t left = 0;
  for (const detail::CachedValue& value : values) left += value.bytes;
  const std::time_t since =
      std::time(nullptr) - std::chrono::duration_cast<std::chrono::seconds>(options.unused).count();
  CacheAmount removed;
  for (const detail::CachedValue& value : values) {
    if (left <= options.limit || value.used > since) break;
    detail::discard(value.path);
    boost::system::error_code unknown;
    if (boost::filesystem::exists(value.path, unknown)) continue;  // not ours to remove
    left -= value.bytes;
    ++removed.values;
    removed.bytes += value.bytes;
  }
  return removed;
}

DAYPACK_DECL std::optional<CacheAmount> keep_cache_within(const std::string& folder, std::uint64_t limit) {
  static constexpr std::time_t day = 24 * 3600;
  const std::string mark = folder + "/pruned";  // its time says when
  boost::system::error_code error;
  const std::time_t now = std::time(nullptr), last = boost::filesystem::last_write_time(mark, error);
  if (!error && last <= now && now - last < day) return {};
  if (!boost::filesystem::is_directory(folder, error)) return {};
  try {
    detail::write_file(mark, "");  // first: who asks meanwhile need not do it too
  } catch (const Error&) {
    return {};
  }
  return prune_cache(folder, {.limit = limit});
}

}  // namespace daypack
