// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>

#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <string>

namespace daypack::detail {

// A folder for the files of one run of a tool; gone with this.
class ScratchFolder {
 public:
  ScratchFolder() {
    boost::system::error_code error;
    path_ =
        boost::filesystem::temp_directory_path(error) / boost::filesystem::unique_path("daypack-%%%%-%%%%-%%%%", error);
    if (!error) boost::filesystem::create_directories(path_, error);
    if (error)
      throw Error(Errc::unwritable, "cannot make a temporary folder", path_.string() + " (" + error.message() + ')',
                  "set TMPDIR to a folder with room");
  }
  ~ScratchFolder() {
    boost::system::error_code ignored;
    boost::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  boost::filesystem::path path_;
};

}  // namespace daypack::detail
