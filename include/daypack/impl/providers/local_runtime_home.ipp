// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/io_point.hpp>
#include <daypack/detail/uv_program.hpp>
#include <daypack/error.hpp>
#include <daypack/process/search_path.hpp>
#include <daypack/providers/local.hpp>
#include <daypack/python.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/zip/reader.hpp>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <boost/filesystem.hpp>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

// What a sandbox needs on disk: the unpacked package and layers, and the runtime client of its Python.
namespace daypack::detail::lambda {

namespace fs = boost::filesystem;
using local::Store;
using local::Version;

// Where a folder's file comes from: a member of one of the zips.
struct Source {
  const zip::Reader* zip = nullptr;
  const zip::Member* member = nullptr;
};

// The files of several zips in one folder: of two with one name the later zip's wins, as Lambda merges layers.
using Sources = std::map<std::string, Source>;

inline Sources merged(const std::vector<zip::Reader>& zips) {
  Sources files;
  for (const zip::Reader& zip : zips) {
    for (const zip::Member& member : zip.members()) {
      if (!member.folder()) files[std::string(member.name)] = {&zip, &member};
    }
  }
  return files;
}

inline void unpack_member(const Source& source, const std::string& path) {
  const Blob content = source.zip->inflate(*source.member);
  AtomicFile file(path);
  file.write(content.bytes);
  file.commit(false);
  const int error = io_point();
  if (error || ::chmod(path.c_str(), source.member->executable() ? 0555 : 0444) != 0) {
    throw_io(Errc::unwritable, "cannot write a file", path, error ? error : errno);
  }
}

inline void link_member(const Source& source, const std::string& path) {
  const std::string target(source.zip->inflate(*source.member).text());
  make_parents(path);
  const int error = io_point();
  if (error || ::symlink(target.c_str(), path.c_str()) != 0) {
    throw_io(Errc::unwritable, "cannot make a symbolic link", path, error ? error : errno);
  }
}

inline void make_read_only(const std::string& folder) {
  fs::permissions(folder, static_cast<fs::perms>(0555));
  for (fs::recursive_directory_iterator at(folder), end; at != end; ++at) {
    if (fs::is_directory(at->symlink_status())) fs::permissions(at->path(), static_cast<fs::perms>(0555));
  }
}

inline void unpack_all(const Sources& files, const std::string& folder, const Context& context) {
  std::vector<const Sources::value_type*> plain;
  std::vector<const Sources::value_type*> links;
  for (const auto& file : files) (file.second.member->symlink() ? links : plain).push_back(&file);
  make_parents(folder + "/.");
  context.pool().for_each(plain.size(), [&](std::size_t i) {
    context.check_stop();
    unpack_member(plain[i]->second, folder + '/' + plain[i]->first);
  });
  // Last, so that no file is written through a link.
  for (const auto* link : links) link_member(link->second, folder + '/' + link->first);
  make_read_only(folder);
}

// An unpacked folder, locked so that Store::remove leaves it alone.
struct Unpacked {
  std::string folder;
  std::shared_ptr<const Descriptor> lock = {};
};

// The folder of these packages, unpacked once for all sandboxes. It appears by a rename: a kill leaves none or all of
// it.
inline Unpacked unpacked(const Store& store, const std::vector<std::string>& digests, const Context& context) {
  std::string key;
  for (const std::string& digest : digests) key += digest;
  if (digests.size() != 1) key = sha256_of(as_bytes(key)).hex();
  const std::string folder = store.unpacked_folder() + '/' + key;

  const local_store::FolderLock lock(store.folder() + "/lock", context);
  if (!fs::exists(folder)) {
    const std::string part = folder + ".part";
    discard(part);
    std::vector<zip::Reader> zips;
    for (const std::string& digest : digests) {
      zips.push_back(zip::Reader::of(map_file(store.package(digest)), store.package(digest)));
    }
    try {
      unpack_all(merged(zips), part, context);
      const int error = io_point();
      if (error) throw_io(Errc::unwritable, "cannot make a folder", folder, error);
      fs::rename(part, folder);
    } catch (...) {
      discard(part);
      throw;
    }
  }
  auto held = std::make_shared<const Descriptor>(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  ::flock(held->get(), LOCK_SH);
  return {folder, std::move(held)};
}

// The version of awslambdaric that runs on a Python; empty when none does (PyPI, 2026-11-20).
inline std::string_view client_version(Python python) {
  if (python < Python{3, 8}) return {};
  if (python == Python{3, 8}) return "2.2.1";
  if (python == Python{3, 9}) return "4.0.4";
  return "4.2.2";
}

// How the Lambda image starts a function (its /var/runtime/bootstrap.py, python3.10, 2023-07-25), in other words: task
// root, then layers, precede the runtime on sys.path unless PYTHONPATH is set, and their .pth files count. Python runs
// with -S, because the packages of this host must not be found; what else the site module does is done here.
inline constexpr std::string_view bootstrap_script = R"(import os, site, sys

site.setquit()
site.setcopyright()
site.sethelper()
layer = os.environ.pop("_DAYPACK_LAYERS", "/opt")
packages = os.environ.pop("_DAYPACK_PACKAGES", "")
task = os.environ["LAMBDA_TASK_ROOT"]
first = [task]
if packages:
    first.append(os.path.join(task, packages))
if "PYTHONPATH" not in os.environ:
    first.append("%s/python/lib/python%d.%d/site-packages" % ((layer,) + sys.version_info[:2]))
    first.append(layer + "/python")
sys.path[:0] = first
for folder in first:
    site.addsitedir(folder)
os.environ.setdefault("PYTHONPATH", os.environ["LAMBDA_RUNTIME_DIR"])

from awslambdaric.__main__ import main

main([task, os.environ["_HANDLER"]])
)";

// Another user runs the function.
inline void let_all_read(const std::string& folder) {
  const auto allow = [](const fs::path& path, bool enter) {
    fs::permissions(path, static_cast<fs::perms>(enter ? 0555 : 0444) | fs::add_perms);
  };
  allow(folder, true);
  for (fs::recursive_directory_iterator at(folder), end; at != end; ++at) {
    if (!fs::is_symlink(at->symlink_status())) allow(at->path(), fs::is_directory(at->status()));
  }
}

// Installs into a folder with uv, or with the interpreter's pip where there is no uv.
inline void install_client(const std::string& pin, const std::string& interpreter, const std::string& folder,
                           const Context& context) {
  const auto with_uv = [&](std::vector<std::string> what) {
    std::vector<std::string> argv{"pip", "install", "--quiet", "--compile-bytecode", "--python", interpreter};
    argv.insert(argv.end(), what.begin(), what.end());
    return UvProgram(context.runner(), context.stop()).run({.argv = std::move(argv)});
  };
  const auto with_pip = [&](std::vector<std::string> what) {
    std::vector<std::string> argv{interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
                                  "--no-input"};
    argv.insert(argv.end(), what.begin(), what.end());
    return context.runner().run({.argv = std::move(argv)}, context.stop());
  };
  std::vector<Fault> faults;
  for (const bool uv : {true, false}) {
    const std::vector<std::string> what{"--only-binary", ":all:", "--target", folder, pin};
    try {
      const Finished finished = uv ? with_uv(what) : with_pip(what);
      if (finished.ok()) return;
      faults.push_back({.code = Errc::tool_failed,
                        .message = "the program failed",
                        .subject = (uv ? "uv: " : interpreter + ": ") + finished.err});
    } catch (const Error& error) {
      if (error.code() != Errc::tool_missing) throw;
      faults.push_back(error.fault());
    }
    discard(folder);
  }
  throw Error(Fault{.code = Errc::tool_failed,
                    .message = "cannot install the Lambda runtime client",
                    .subject = pin,
                    .hint = "install uv, or pip for " + interpreter + ", and let it reach the package index",
                    .causes = std::move(faults)});
}

// The folder with awslambdaric and its bootstrap for a Python, installed on first use. It appears whole or not at all.
inline std::string runtime_client(const Store& store, Python python, const std::string& interpreter,
                                  const Context& context) {
  const std::string release(client_version(python));
  if (release.empty()) {
    throw Error(Errc::tool_missing, "there is no Lambda runtime client for this Python", to_string(python),
                "invoke a package for 3.8 or newer");
  }
  const std::string folder = store.runtimes_folder() + "/python" + to_string(python) + "-awslambdaric-" + release;
  const local_store::FolderLock lock(store.runtimes_folder() + "/lock", context);
  if (!fs::exists(folder)) {
    const std::string pin = "awslambdaric==" + release;
    if (context.offline()) {
      throw Error(Errc::tool_missing, "the Lambda runtime client is not installed", pin,
                  "invoke once with the network allowed");
    }
    const std::string part = folder + ".part";
    discard(part);
    context.note(pin, "installing the Lambda runtime client for Python " + to_string(python) + ", once");
    install_client(pin, interpreter, part, context);
    let_all_read(part);
    fs::rename(part, folder);
  }
  const std::string bootstrap = folder + "/bootstrap.py";
  if (!fs::exists(bootstrap) || read_file(bootstrap) != bootstrap_script) {
    write_file(bootstrap, bootstrap_script);
    fs::permissions(bootstrap, static_cast<fs::perms>(0644));
  }
  return folder;
}

}  // namespace daypack::detail::lambda
