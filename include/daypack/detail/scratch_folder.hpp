// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>

#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <string>

namespace daypack::detail {

// A folder for the files of one run of a tool, which nobody else may read; gone with this.
class ScratchFolder {
 public:
  // With a name the folder has always the same path, unless it is taken: for what ends up in what is made in it.
  explicit ScratchFolder(const std::string& name = {}) {
    boost::system::error_code error;
    const auto root = boost::filesystem::temp_directory_path(error);
    path_ = root / name;
    bool made = !error && !name.empty() && boost::filesystem::create_directory(path_, error);
    if (!made && !root.empty()) {
      path_ = root / boost::filesystem::unique_path("daypack-%%%%-%%%%-%%%%", error);
      if (!error) made = boost::filesystem::create_directories(path_, error);
    }
    if (!error) boost::filesystem::permissions(path_, boost::filesystem::owner_all, error);
    if (!made || error)
      throw Error(Errc::unwritable, "cannot make a temporary folder", path_.string() + " (" + error.message() + ')',
                  "set TMPDIR to a folder with room");
  }
  ~ScratchFolder() {
    boost::system::error_code ignored;
    boost::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  boost::filesystem::path path_;
};

}  // namespace daypack::detail
