// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Vendor gives the files that `uv pip install --target` gives for the same wheels, but for those that describe the
// installation.
#include <daypack/cache/disk.hpp>
#include <daypack/pipeline.hpp>
#include <daypack/sign/sha256.hpp>
#include <daypack/stages/vendor.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/wheel/name.hpp>
#include "../support/python.hpp"
#include "../support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <map>

using namespace daypack;
using namespace daypack::literals;

BOOST_AUTO_TEST_SUITE(interop_uv_target)

namespace {

struct Bare {
  static constexpr std::array<Runtime, 1> runtimes{{{.python = 3.10_py, .full_version = "3.10.16", .glibc = {2, 26}}}};
  static constexpr BackendPolicy policy{.name = "bare", .title = "Bare", .runtimes = runtimes};
};

struct File {
  bool executable = false;
  std::string sha256 = {};
  friend bool operator==(const File&, const File&) = default;
};

std::map<std::string, File> ours(const std::vector<std::vector<std::string>>& listed) {
  Resolution resolution;
  for (std::size_t i = 1; i < listed.size(); ++i) {
    const WheelName name = WheelName::parse(listed[i].at(0));
    resolution.packages.push_back({.name = name.name, .version = name.version});
    resolution.packages.back().wheels.push_back({.file = name.file, .path = listed[0].at(0) + '/' + name.file});
  }
  TemporaryFolder folder;
  const Context context = testing::context({.cache = std::make_shared<DiskCache>(folder / "cache")});
  std::map<std::string, File> files;
  for (const Entry& entry : (target<Bare, 3.10_py> | Vendor{})(resolution, context)) {
    files[entry.path] = {entry.mode == Mode::executable, sha256_of(read_content(entry).bytes).hex()};
  }
  return files;
}

bool describes_the_installation(const std::string& path) {
  for (const char* name : {"/RECORD", "/INSTALLER", "/REQUESTED", "/uv_cache.json", "/direct_url.json"}) {
    if (path.ends_with(name) && path.find(".dist-info/") != std::string::npos) return true;
  }
  return path == ".lock" || path.starts_with("bin/") || path.starts_with("include/");
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_files_are_those_of_uv) {
  const auto mine = ours(python_rows("reference_install.py", "wheels"));
  std::map<std::string, File> theirs;
  for (const auto& row : python_rows("reference_install.py", "files")) {
    if (!describes_the_installation(row.at(0))) theirs[row[0]] = {row.at(1) == "1", row.at(2)};
  }
  BOOST_TEST(mine.size() > 300u);
  for (const auto& [path, file] : theirs) {
    const auto found = mine.find(path);
    BOOST_TEST((found != mine.end() && found->second == file), path);
  }
  for (const auto& [path, file] : mine) BOOST_TEST(theirs.contains(path), "only here: " << path);
}

BOOST_AUTO_TEST_SUITE_END()
