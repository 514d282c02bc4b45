// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/bytecode/interpreter.hpp>
#include <daypack/cache/disk.hpp>
#include <daypack/detail/discard.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/io_point.hpp>
#include <daypack/detail/scratch_folder.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/file.ipp>
#include <daypack/impl/stages/verify_modules.ipp>
#include <daypack/impl/stages/verify_probe.ipp>
#include <daypack/sign/sha256.hpp>
#include <daypack/stages/verify.hpp>
#include <daypack/zip/extract.hpp>

#include <unistd.h>

#include <boost/filesystem.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Where a package is rehearsed: its folder on this machine, the namespaces, the variables.
namespace daypack::detail {

namespace rehearsal {

namespace fs = boost::filesystem;

// Folders and files, so that nobody writes into them: the same folder serves the next rehearsal.
inline void allow_reading_alone(const std::string& folder) {
  for (fs::recursive_directory_iterator at(folder), end; at != end; ++at) {
    const fs::file_status status = at->symlink_status();
    if (fs::is_symlink(status)) continue;
    const bool enter = fs::is_directory(status) || (status.permissions() & fs::owner_exe) != 0;
    fs::permissions(at->path(), static_cast<fs::perms>(enter ? 0555 : 0444));
  }
  fs::permissions(folder, static_cast<fs::perms>(0555));
}

// Removes what nobody has rehearsed for a week, and what a killed run has left. Failures are the next run's.
inline void forget_old(const std::string& parent) {
  static constexpr std::time_t week = 7 * 24 * 3600;
  boost::system::error_code ignored;
  for (fs::directory_iterator at(parent, ignored), end; !ignored && at != end; at.increment(ignored)) {
    boost::system::error_code gone;
    const std::time_t used = fs::last_write_time(at->path(), gone);
    if (!gone && used < std::time(nullptr) - week) discard(at->path());
  }
}

// The contents of these zips in one folder, of which the later ones win; made once for these digests, and whole or not
// at all.
inline std::string unpacked_once(const std::string& parent, const std::string& key,
                                 const std::vector<const zip::Reader*>& zips, const Context& context) {
  const std::string folder = parent + '/' + key;
  boost::system::error_code unknown;
  if (fs::exists(folder, unknown)) {
    fs::last_write_time(folder, std::time(nullptr), unknown);  // it is in use
    return folder;
  }
  make_parents(folder);
  const std::string part = folder + fs::unique_path(".%%%%%%%%.part").string();
  try {
    if (zips.empty()) fs::create_directory(part);
    for (const zip::Reader* archive : zips)
      zip::extract(*archive, part, {.overwrite = true, .pool = &context.pool(), .stop = context.stop()});
    allow_reading_alone(part);
    const int error = io_point();
    if (error) throw_io(Errc::unwritable, "cannot make a folder", folder, error);
    boost::system::error_code taken;  // by another process that has done the same
    fs::rename(part, folder, taken);
    if (taken && !fs::exists(folder)) throw_io(Errc::unwritable, "cannot make a folder", folder, taken.value());
    if (taken) discard(part);
  } catch (const fs::filesystem_error& error) {
    discard(part);
    throw_io(Errc::unwritable, "cannot unpack a package", folder, error.code().value());
  } catch (...) {
    discard(part);
    throw;
  }
  return folder;
}

}  // namespace rehearsal

// What is called for in the room, and how to enter it.
class RehearsalRoom {
 public:
  RehearsalRoom(const Verify& stage, const std::vector<RehearsedZip>& zips, const std::vector<std::string>& digests,
                const Interpreter& interpreter, const Context& context)
      : target_(context.target()), interpreter_(interpreter) {
    const std::string parent = stage.folder.empty() ? cache_folder() + "/unpacked" : stage.folder;
    task_ = rehearsal::unpacked_once(parent, digests.front(), {&zips.front().reader}, context);
    std::vector<const zip::Reader*> layers;
    std::string key;
    for (std::size_t i = 1; i < zips.size(); ++i) {
      layers.push_back(&zips[i].reader);
      key += digests[i];
    }
    if (target_.backend->layer_order == LayerOrder::first_wins) std::ranges::reverse(layers);
    const std::string layers_key = "layers-" + sha256_of(as_bytes(key)).hex();
    layers_ = rehearsal::unpacked_once(parent, layers_key, layers, context);
    rehearsal::forget_old(parent);
    ask_prefix(context);
    if (stage.isolated) look_for_namespaces(context);
  }

  bool isolated() const noexcept { return !namespaces_.empty(); }
  bool offline() const noexcept { return offline_; }

  // A path of the target as the rehearsed code finds it.
  std::string seen(std::string path) const {
    if (isolated()) return path;
    for (const auto& [place, folder] : {std::pair{task_root_of(*target_.backend), task_},
                                        {std::string(target_.backend->layer_root), layers_},
                                        {std::string("/var/lang"), prefix_}}) {
      if (path.starts_with(place) && (path.size() == place.size() || path[place.size()] == '/'))
        return folder + path.substr(place.size());
    }
    return path;
  }

  // And the other way round, for what is told to people.
  std::string told(std::string text) const {
    if (isolated()) return text;
    const std::string place = task_root_of(*target_.backend);
    for (std::size_t at = 0; (at = text.find(task_, at)) != std::string::npos; at += place.size())
      text.replace(at, task_.size(), place);
    return text;
  }

  // The search paths are set last: no program that runs before may find the package's files.
  Command command(const std::vector<std::string>& search_path, const std::string& handler, std::size_t jobs,
                  std::chrono::milliseconds patience) const {
    std::map<std::string, std::string> variables = environment(handler);
    Command command{.clean_environment = true, .directory = "/"};
    command.argv = {"/bin/sh", "-c", "ulimit -c 0; exec \"$@\"", "sh"};
    for (auto& word : way_in(namespaces_)) command.argv.push_back(std::move(word));
    const std::string library_path = seen_list(target_.backend->library_path);
    command.argv.emplace_back("/usr/bin/env");
    if (!library_path.empty()) command.argv.push_back("LD_LIBRARY_PATH=" + library_path);
    std::vector<std::string> folders;
    for (const std::string& folder : search_path) folders.push_back(seen(folder));
    const std::string list = listed(folders, ":");
    char seconds[32];
    std::snprintf(seconds, sizeof seconds, "%.3f", static_cast<double>(patience.count()) / 1000);
    for (const std::string& word :
         {isolated() ? "/var/lang/bin/python" + to_string(interpreter_.python) : interpreter_.path, std::string("-I"),
          std::string("-S"), std::string("-B"), std::string("-X"), std::string("importtime"), std::string("-c"),
          std::string(rehearsal_probe), list, heeds_pth() ? list : std::string(), std::to_string(jobs),
          std::string(seconds), std::string(offline_ ? "" : "block")})
      command.argv.push_back(word);
    command.environment.assign(variables.begin(), variables.end());
    return command;
  }

 private:
  static constexpr std::string_view tools = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin";

  // bootstrap.py of Lambda's python3.10 (2023-07-25) adds its folders as site does; the local runtime follows it.
  bool heeds_pth() const { return target_.backend->name.starts_with("aws_") || target_.backend->name == "local"; }

  // Without the site module, a virtual environment gives the folder of the Python that it was made of.
  void ask_prefix(const Context& context) {
    const Command question{
        .argv = {interpreter_.path, "-I", "-S", "-c", "import sys; sys.stdout.write(sys.base_prefix)"},
        .timeout = std::chrono::seconds(20)};
    prefix_ = context.runner().run(question, context.stop()).out;
  }

  std::vector<std::string> way_in(const std::vector<std::string>& namespaces) const {
    std::vector<std::string> words = namespaces;
    const bool drops = !words.empty() && std::ranges::find(words, "--map-root-user") == words.end();
    if (words.empty()) return words;
    words.insert(words.end(),
                 {"/bin/sh", "-c", std::string(rehearsal_room_script), "sh", task_, layers_, prefix_,
                  task_root_of(*target_.backend), std::string(target_.backend->layer_root), drops ? "drop" : "keep"});
    return words;
  }

  // Finds out by doing it: containers and distributions forbid any part of it in many ways.
  void look_for_namespaces(const Context& context) {
    if (!rehearsal::fs::exists(prefix_ + "/bin/python" + to_string(interpreter_.python))) return;
    for (const bool cut : {true, false}) {
      for (const bool real : {true, false}) {
        if (real && ::geteuid() != 0) continue;
        std::vector<std::string> way{"unshare", "--mount", "--propagation", "private",
                                     "--pid",   "--fork",  "--kill-child"};
        if (!real) way.emplace_back("--map-root-user");
        if (cut) way.emplace_back("--net");
        Command trial{
            .argv = way_in(way), .environment = {{"PATH", std::string(tools)}}, .timeout = std::chrono::seconds(20)};
        trial.argv.emplace_back("/var/lang/bin/python" + to_string(interpreter_.python));
        trial.argv.emplace_back("-V");
        try {
          if (!context.runner().run(trial, context.stop()).ok()) continue;
        } catch (const Error& error) {
          if (error.code() != Errc::tool_missing) throw;
          return;
        }
        namespaces_ = way;
        offline_ = cut;
        return;
      }
    }
  }

  std::string seen_list(std::string_view paths) const {
    std::vector<std::string> all;
    for (const std::string& path : paths.empty() ? std::vector<std::string>() : split_at(paths, ':'))
      all.push_back(seen(path));
    return listed(all, ":");
  }

  // The locale of Lambda may not be here, its encoding is. Of AWS Lambda those that are not secrets (developer guide,
  // "Defined runtime environment variables", 2026-11-20).
  std::map<std::string, std::string> environment(const std::string& handler) const {
    const std::string home = isolated() ? "/tmp" : home_.file("");
    std::map<std::string, std::string> all{{"HOME", home},          {"TMPDIR", home}, {"LANG", "en_US.UTF-8"},
                                           {"LC_CTYPE", "C.UTF-8"}, {"TZ", ":UTC"},   {"PATH", std::string(tools)}};
    if (!heeds_pth()) return all;
    const std::string python = to_string(target_.runtime->python);
    all.insert({{"AWS_DEFAULT_REGION", "us-east-1"},
                {"AWS_EXECUTION_ENV", "AWS_Lambda_python" + python},
                {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(target_.backend->memory.usual)},
                {"AWS_LAMBDA_FUNCTION_NAME", "rehearsal"},
                {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
                {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
                {"AWS_REGION", "us-east-1"},
                {"LAMBDA_RUNTIME_DIR", "/var/runtime"},
                {"LAMBDA_TASK_ROOT", seen(task_root_of(*target_.backend))},
                {"_HANDLER", handler}});
    return all;
  }

  const TargetFacts& target_;
  const Interpreter& interpreter_;
  std::string task_, layers_, prefix_;
  ScratchFolder home_;
  std::vector<std::string> namespaces_;  // the command that makes them; none: it runs where it is unpacked
  bool offline_ = false;
};

}  // namespace daypack::detail
