// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/discard.hpp>
#include <daypack/detail/environment.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/io_point.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/providers/function_options.ipp>
#include <daypack/providers/local.hpp>
#include <daypack/sign/sha256.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <algorithm>
#include <array>
#include <boost/filesystem.hpp>
#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <set>
#include <thread>
#include <utility>

// The store:
//   packages/DIGEST.zip        what was delivered, functions and layers alike; never changed
//   functions/NAME/N.json      version N; appears by one rename, which is the moment of the deployment. The highest is
//   current unpacked/DIGEST/           made by the runtime when it is first needed lock                       held by
//   whoever changes any of these
namespace daypack::detail::local_store {

namespace fs = boost::filesystem;
namespace json = boost::json;
using local::Function;
using local::Store;
using local::Version;
using function_options::check_environment;
using function_options::check_handler;
using function_options::check_range;

// Held by whoever changes the folder; a process that dies lets go of it.
class FolderLock {
 public:
  FolderLock(const std::string& path, const Context& context) : file_(opened(path)) {
    while (::flock(file_.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR) throw_io(Errc::unwritable, "cannot lock a file", path, errno);
      context.check_stop();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

 private:
  static Descriptor opened(const std::string& path) {
    make_parents(path);
    int error = io_point();
    Descriptor file(error ? -1 : ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (!error && file.get() < 0) error = errno;
    if (error) throw_io(Errc::unwritable, "cannot write a file", path, error);
    return file;
  }
  Descriptor file_;
};

inline std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<fs::path> found;
  boost::system::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    found.push_back(at->path());
  std::sort(found.begin(), found.end());
  return found;
}

// What a killed process left behind. Called under the lock, so nobody is still writing them.
inline void sweep(const fs::path& folder) {
  for (const fs::path& path : entries_of(folder)) {
    const std::string name = path.filename().string();
    if (name.starts_with('.') || name.ends_with(".part")) discard(path);
  }
}

inline std::string record_of(const Version& deployed) {
  const json::object document{{"function", deployed.function},
                              {"version", deployed.number},
                              {"digest", deployed.digest},
                              {"size", deployed.size},
                              {"handler", deployed.handler},
                              {"memory", deployed.memory},
                              {"timeout", deployed.timeout},
                              {"environment", json::value_from(deployed.environment)},
                              {"layers", json::value_from(deployed.layers)},
                              {"backend", deployed.backend},
                              {"python", deployed.python},
                              {"arch", deployed.arch},
                              {"packages_folder", deployed.packages_folder}};
  return json::serialize(document) + '\n';
}

// By hand: value_to<std::map> does not compile where Boost.Range is included too (1.81).
inline std::map<std::string, std::string> texts_of(const json::object& object) {
  std::map<std::string, std::string> texts;
  for (const auto& [name, value] : object) texts.emplace(name, value.as_string().c_str());
  return texts;
}

inline Version read_record(const std::string& path) {
  const std::string text = read_file(path);
  try {
    const json::value document = json::parse(text);
    const auto string = [&](const char* key) { return json::value_to<std::string>(document.at(key)); };
    return {.function = string("function"),
            .number = document.at("version").to_number<int>(),
            .digest = string("digest"),
            .size = document.at("size").to_number<std::uint64_t>(),
            .handler = string("handler"),
            .memory = document.at("memory").to_number<int>(),
            .timeout = document.at("timeout").to_number<int>(),
            .environment = texts_of(document.at("environment").as_object()),
            .layers = json::value_to<std::vector<std::string>>(document.at("layers")),
            .backend = string("backend"),
            .python = string("python"),
            .arch = string("arch"),
            .packages_folder = string("packages_folder")};
  } catch (const std::exception& error) {
    throw Error(Errc::syntax, "cannot read the record of a deployed version", path + " (" + error.what() + ")",
                "deploy the function again under another name, and remove this one");
  }
}

// The numbers of N.json in a function's folder, ascending.
inline std::vector<int> numbers_in(const fs::path& folder) {
  std::vector<int> numbers;
  for (const fs::path& path : entries_of(folder)) {
    const std::string stem = path.stem().string();
    const bool digits = !stem.empty() && stem.size() < 10 && stem.find_first_not_of("0123456789") == std::string::npos;
    if (digits && path.extension() == ".json") numbers.push_back(std::stoi(stem));
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

inline std::string functions_folder(const std::string& store) { return store + "/functions"; }

inline void check_name(std::string_view name) {
  const std::string reason = local::function_name_reason(name);
  if (reason.empty()) return;
  throw Error(Errc::usage, "a function cannot have this name", "'" + std::string(name) + "' (" + reason + ")",
              "take 1 to 64 of A-Z, a-z, 0-9, '-' and '_'");
}

inline void check_options(const Function& function, const BackendPolicy& policy) {
  check_name(function.name);
  check_handler(function.handler);
  check_range("memory", function.memory, policy.memory.least, policy.memory.most, "MB");
  check_range("timeout", function.timeout, 1, policy.timeout_most == 0 ? 1'000'000'000 : policy.timeout_most, "s");
  check_environment(function.environment);
}

// Puts the archive at its digest, unless it lies there. The bytes are hashed on their way: a name in the store is a
// promise.
inline void keep_package(const Store& store, const Archive& archive, const Context& context) {
  const std::string path = store.package(archive.sha256().hex());
  boost::system::error_code absent;
  if (fs::file_size(path, absent) == archive.size() && !absent) return;
  AtomicFile file(path);
  Sha256Hasher hasher;
  archive.pour([&](ByteView bytes) {
    while (!bytes.empty()) {
      context.check_stop();
      const ByteView piece = bytes.first(std::min<std::size_t>(bytes.size(), 1 << 20));
      hasher.update(piece);
      file.write(piece);
      bytes = bytes.subspan(piece.size());
    }
  });
  const std::string got = hasher.finish().hex();
  if (got != archive.sha256().hex()) {
    throw Error(Errc::hash_mismatch, "the archive changed after it was sealed",
                "got " + got + ", expected " + archive.sha256().hex(), "build it again");
  }
  file.commit();
}

inline std::string keep_layer(const Store& store, const std::string& path, const Context& context) {
  const Blob bytes = map_file(path);
  const Archive archive({bytes}, sha256_of(bytes.bytes), {});
  keep_package(store, archive, context);
  return archive.sha256().hex();
}

inline Version version_of(const Function& function, const Archive& archive, const TargetFacts& target) {
  return {.function = function.name,
          .digest = archive.sha256().hex(),
          .size = archive.size(),
          .handler = function.handler,
          .memory = function.memory,
          .timeout = function.timeout,
          .environment = function.environment,
          .backend = std::string(target.backend->name),
          .python = to_string(target.runtime->python),
          .arch = std::string(to_string(target.arch)),
          .packages_folder = std::string(target.packages_folder())};
}

// Removes what no version names any more. An unpacked folder in use is locked by its sandbox, and stays.
inline void collect(const Store& store) {
  std::set<std::string> used;
  for (const fs::path& folder : entries_of(functions_folder(store.folder()))) {
    for (const int number : numbers_in(folder)) {
      const Version deployed = read_record((folder / (std::to_string(number) + ".json")).string());
      used.insert(deployed.digest);
      used.insert(deployed.layers.begin(), deployed.layers.end());
    }
  }
  const auto unused = [&](const fs::path& path) { return !used.contains(path.stem().string()); };
  for (const fs::path& path : entries_of(store.folder() + "/packages")) {
    if (unused(path)) discard(path);
  }
  for (const fs::path& path : entries_of(store.unpacked_folder())) {
    const Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (unused(path) && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0) discard(path);
  }
}

}  // namespace daypack::detail::local_store

namespace daypack::local {

DAYPACK_DECL std::string data_folder() {
  if (const std::string own = detail::environment_text("DAYPACK_DATA_DIR"); !own.empty()) return own;
  // A relative path is to be ignored, says the XDG Base Directory Specification 0.8.
  if (const std::string xdg = detail::environment_text("XDG_DATA_HOME"); xdg.starts_with('/')) return xdg + "/daypack";
  if (const std::string home = detail::environment_text("HOME"); !home.empty()) return home + "/.local/share/daypack";
  throw Error(Errc::usage, "no folder for deployed functions is known", {}, "set DAYPACK_DATA_DIR");
}

DAYPACK_DECL std::string function_name_reason(std::string_view name) {
  if (name.empty()) return "it is empty";
  if (name.size() > 64) return "it has " + std::to_string(name.size()) + " characters, expected at most 64";
  const auto bad =
      std::find_if_not(name.begin(), name.end(), [](char c) { return detail::function_options::is_word(c) || c == '-'; });
  if (bad == name.end()) return {};
  return *bad == '/' || *bad == '\\' ? "it has a path separator" : "it has a character that names do not have";
}

DAYPACK_DECL Deployment Function::deliver(const Archive& archive, Context& context) const {
  const TargetFacts& target = context.target();
  detail::local_store::check_options(*this, *target.backend);
  const Store store(folder.empty() ? data_folder() : folder);
  const std::string versions = detail::local_store::functions_folder(store.folder()) + '/' + name;

  const detail::local_store::FolderLock lock(store.folder() + "/lock", context);
  detail::local_store::sweep(store.folder() + "/packages");
  detail::local_store::sweep(versions);
  Version next = detail::local_store::version_of(*this, archive, target);
  detail::local_store::keep_package(store, archive, context);
  for (const std::string& layer : layers) next.layers.push_back(detail::local_store::keep_layer(store, layer, context));

  const std::vector<int> numbers = detail::local_store::numbers_in(versions);
  if (!numbers.empty()) {
    const Version current = store.find(name, numbers.back());
    next.number = current.number;
    if (next == current) {
      return {.id = name, .digest = next.digest, .version = std::to_string(next.number), .unchanged = true};
    }
  }
  next.number += 1;
  detail::AtomicFile record(versions + '/' + std::to_string(next.number) + ".json");
  // Environments hold credentials.
  detail::local_store::fs::permissions(detail::local_store::functions_folder(store.folder()),
                                       detail::local_store::fs::owner_all);
  record.write(as_bytes(detail::local_store::record_of(next)));
  record.commit();
  return {.id = name, .digest = next.digest, .version = std::to_string(next.number)};
}

DAYPACK_DECL std::vector<Version> Store::list() const {
  std::vector<Version> current;
  for (const auto& path : detail::local_store::entries_of(detail::local_store::functions_folder(folder_))) {
    const std::string name = path.filename().string();
    const std::vector<int> numbers = detail::local_store::numbers_in(path);
    if (function_name_reason(name).empty() && !numbers.empty()) current.push_back(find(name, numbers.back()));
  }
  return current;
}

DAYPACK_DECL std::vector<Version> Store::versions(std::string_view function) const {
  detail::local_store::check_name(function);
  std::vector<Version> all;
  for (const int number :
       detail::local_store::numbers_in(detail::local_store::functions_folder(folder_) + '/' + std::string(function))) {
    all.push_back(find(function, number));
  }
  return all;
}

DAYPACK_DECL Version Store::find(std::string_view function, int number) const {
  detail::local_store::check_name(function);
  const std::string versions = detail::local_store::functions_folder(folder_) + '/' + std::string(function) + '/';
  const std::vector<int> numbers = detail::local_store::numbers_in(versions);
  const auto there_is = [&](int n) { return std::binary_search(numbers.begin(), numbers.end(), n); };
  if (!numbers.empty() && (number == 0 || there_is(number))) {
    return detail::local_store::read_record(versions + std::to_string(number == 0 ? numbers.back() : number) + ".json");
  }
  if (numbers.empty()) {
    const std::string others = detail::listed(list(), ", ", &Version::function);
    throw Error(Errc::not_found, "no such function is deployed", std::string(function),
                others.empty() ? "deploy one first" : "deployed are: " + others);
  }
  const std::string others = detail::listed(numbers, ", ", [](int n) { return std::to_string(n); });
  throw Error(Errc::not_found, "the function has no such version",
              std::string(function) + " (got " + std::to_string(number) + ", expected one of " + others + ")");
}

DAYPACK_DECL bool Store::remove(std::string_view function, Context& context) const {
  detail::local_store::check_name(function);
  const std::string versions = detail::local_store::functions_folder(folder_) + '/' + std::string(function);
  boost::system::error_code error;
  if (!detail::local_store::fs::exists(versions, error)) return false;
  const detail::local_store::FolderLock lock(folder_ + "/lock", context);
  const std::string doomed = detail::local_store::functions_folder(folder_) + "/.removed-" + std::string(function);
  detail::discard(doomed);
  if (const int fault = detail::io_point()) {
    detail::throw_io(Errc::unwritable, "cannot remove a function", versions, fault);
  }
  detail::local_store::fs::rename(versions, doomed, error);  // at once: readers see all versions or none
  if (error && error != boost::system::errc::no_such_file_or_directory) {
    detail::throw_io(Errc::unwritable, "cannot remove a function", versions, error.value());
  }
  detail::local_store::sweep(detail::local_store::functions_folder(folder_));
  detail::local_store::collect(*this);
  return !error;
}

DAYPACK_DECL std::string Store::package(std::string_view digest) const {
  return folder_ + "/packages/" + std::string(digest) + ".zip";
}
DAYPACK_DECL std::string Store::unpacked_folder() const { return folder_ + "/unpacked"; }
DAYPACK_DECL std::string Store::runtimes_folder() const { return folder_ + "/runtimes"; }

}  // namespace daypack::local
