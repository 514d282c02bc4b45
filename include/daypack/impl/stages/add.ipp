// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/walk/walk.ipp>
#include <daypack/stages/add.hpp>
#include <daypack/walk/walk.hpp>
#include <daypack/zip/folder.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace daypack {

namespace detail {

inline constexpr std::array<std::string_view, 11> skipped_folders{
    ".git", ".hg",   ".mypy_cache", ".pytest_cache", ".ruff_cache", ".svn",
    ".tox", ".venv", "__pycache__", "node_modules",  ".nox"};

inline constexpr std::string_view ignore_file = ".daypackignore";

inline constexpr std::array<std::string_view, 12> secret_names{".env",   ".git-credentials", ".htpasswd",  ".netrc",
                                                               ".npmrc", ".pgpass",          ".pypirc",    "_netrc",
                                                               "id_dsa", "id_ecdsa",         "id_ed25519", "id_rsa"};
inline constexpr std::array<std::string_view, 7> secret_endings{".pem", ".key",      ".p12", ".pfx",
                                                                ".jks", ".keystore", ".kdbx"};
// ".env.production" is one, these are what people commit in its place.
inline constexpr std::array<std::string_view, 4> harmless_env_files{".env.example", ".env.sample", ".env.template",
                                                                    ".env.dist"};

inline bool looks_secret(std::string_view path) {
  const std::string_view name = last_component(path);
  if (std::ranges::find(harmless_env_files, name) != harmless_env_files.end()) return false;
  return std::ranges::find(secret_names, name) != secret_names.end() || name.starts_with(".env.") ||
         path == ".aws/credentials" || path.ends_with("/.aws/credentials") ||
         std::ranges::any_of(secret_endings, [&](std::string_view ending) { return name.ends_with(ending); });
}

inline bool is_left_out(std::string_view path, bool folder) {
  const std::string_view name = last_component(path);
  if (folder) return std::ranges::find(skipped_folders, name) != skipped_folders.end();
  return name.ends_with(".pyc") || name == ".git" || name == ".DS_Store" ||  // .git is a file in a worktree
         name == ignore_file;
}

// Collects the entries of all sources.
class Adder {
 public:
  explicit Adder(const std::vector<Source>& sources) {
    for (const Source& source : sources) {
      if (source.path.empty())
        throw Error(Errc::usage, "a source without a path", source.to, "write PATH or PATH=DEST");
      Found found = look_at(source.path);
      if (found.kind == FileKind::file) named_.insert(real_path(source.path).value_or(source.path));
      looked_at_.push_back({&source, std::move(found)});
    }
  }

  std::vector<Entry> run(const Context& context) {
    for (const auto& [source, found] : looked_at_) {
      context.check_stop();
      if (found.kind == FileKind::folder) {
        add_folder(*source, context.pool());
      } else {
        add(found, source->path, file_destination(*source));
      }
    }
    throw_collected(std::move(faults_), "some files may not go into a package");
    return std::move(entries_);
  }

 private:
  static std::string file_destination(const Source& source) {
    const std::string own(last_component(source.path));
    if (source.to.empty() || source.to == ".") return own;
    return source.to.ends_with('/') ? source.to + own : source.to;
  }

  // Below which folder of the package the contents of a folder go; empty: its root.
  static std::string folder_destination(const Source& source) {
    std::string_view to = source.to;
    if (to.empty() && !source.path.ends_with('/')) {
      to = last_component(source.path);
      if (to == "..") to = "";
    }
    while (to.ends_with('/') && to.size() > 1) to.remove_suffix(1);
    return to == "." ? std::string() : std::string(to);
  }

  void add_folder(const Source& source, Pool& pool) {
    const std::string base = source.path.ends_with('/') ? source.path : source.path + '/';
    const std::string to = folder_destination(source);
    WalkOptions options = walk_of_sources();
    options.pool = &pool;
    for (const Found& found : walk(source.path, options)) {
      const std::string path = base + found.path;
      if (looks_secret(found.path)) {
        if (!named_.contains(real_path(path).value_or(path))) refuse_secret(path);
        continue;  // goes where its own source says
      }
      add(found, path, to.empty() ? found.path : to + '/' + found.path);
    }
  }

  void refuse_secret(const std::string& path) {
    faults_.push_back({.code = Errc::usage,
                       .message = "this looks like a secret and does not go along with its folder",
                       .subject = path,
                       .hint = "name it in a .daypackignore, or move it away; if it shall be in the package, name it "
                               "by its own path: PATH=DEST"});
  }

  void add(const Found& found, const std::string& path, std::string to) {
    while (to.starts_with("./")) to.erase(0, 2);
    try {
      entries_.push_back(zip::entry_of(found, files_.make(path), std::move(to)));
    } catch (const Error& error) {
      faults_.push_back(error.fault());
    }
  }

  struct LookedAt {
    const Source* source;
    Found found;
  };
  std::vector<LookedAt> looked_at_;
  std::set<std::string> named_;  // files that are sources of their own, links resolved
  HostPaths files_;
  std::vector<Entry> entries_;
  std::vector<Fault> faults_;
};

}  // namespace detail

DAYPACK_DECL WalkOptions walk_of_sources() {
  return {.skip = detail::is_left_out, .ignore_files = {std::string(detail::ignore_file)}};
}

DAYPACK_DECL Source Source::parse(std::string_view text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string_view::npos) return {.path = std::string(text)};
  return {.path = std::string(text.substr(0, equals)), .to = std::string(text.substr(equals + 1))};
}

DAYPACK_DECL Tree Add::operator()(const Tree& tree, Context& context) const {
  Tree own = Tree::of(detail::Adder(sources).run(context));
  if (context.has_target()) own = own.under(context.target().backend->code_folder);
  const Tree::Total total = own.total();
  context.note("own files", "added " + std::to_string(total.entries) + (total.entries == 1 ? " file, " : " files, ") +
                                std::to_string(total.bytes) + " bytes");
  return tree.merge(own);
}

}  // namespace daypack
