// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/walk/walk.hpp>  // compared with find(1) on made-up trees

#include "support/programs.hpp"
#include "support/temporary_folder.hpp"

#include <boost/test/unit_test.hpp>

#include <daypack/detail/file.hpp>
#include <daypack/run/pool.hpp>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <random>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(walk_against_find)

namespace {

using Texts = std::vector<std::string>;

const Texts names{"a",  "a.b", "a-", "a0",    "A", "\xc3\xbc", "\xff\xfe", "new\nline",          " ",
                  "-x", "*",   "\\", "tab\t", "~", "...",      "\x01",     std::string(255, 'n')};

class MadeUpTree {
 public:
  MadeUpTree(std::string root, unsigned seed) : root_(std::move(root)), random_(seed) {
    boost::filesystem::create_directories(root_ + "/targets/folder");
    detail::write_file(root_ + "/targets/file", "12345");
    detail::write_file(root_ + "/targets/folder/file", "");
    fill(root_ + "/tree", 4);
  }

 private:
  std::size_t below(std::size_t count) { return random_() % count; }

  void fill(const std::string& folder, int depth) {
    boost::filesystem::create_directory(folder);
    for (const std::string& name : names) {
      const std::string path = folder + "/" + name;
      const std::size_t kind = below(12);
      if (kind < 4) {
        detail::write_file(path, std::string(below(5000), 'x'));
        ::chmod(path.c_str(), static_cast<mode_t>(below(01000)));
      } else if (kind < 6 && depth > 0 && path.size() < 3000) {
        fill(path, depth - 1);
      } else if (kind == 6) {
        const Texts targets{"/targets/file", "/targets/folder", "/targets/folder/file"};
        boost::filesystem::create_symlink(root_ + targets[below(3)], path);
      } else if (kind == 7) {
        ::mkfifo(path.c_str(), 0600);
      } else if (kind == 8) {
        make_socket(path);
      }
    }
  }

  // A path of a socket is at most 108 bytes, sockaddr_un of unix(7).
  static void make_socket(const std::string& path) {
    sockaddr_un address{};
    if (path.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.c_str(), path.size());
    const int opened = ::socket(AF_UNIX, SOCK_STREAM, 0);
    BOOST_TEST(::bind(opened, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    ::close(opened);
  }

  std::string root_;
  std::mt19937 random_;
};

std::string line_of(const Found& found) {
  const bool file = found.kind == FileKind::file;
  const char kind = file ? 'f' : found.kind == FileKind::symlink ? 'l' : 's';
  return found.path + "|" + kind + (file ? std::to_string(found.size) + (found.executable ? "x" : "-") : "");
}

// As line_of() has them, sorted as the walk sorts.
Texts lines_of_find(const std::string& root, bool follow) {
  const std::string command =
      std::string("find ") + (follow ? "-L '" : "-P '") + root +
      "' -mindepth 1 ! -type d ! -type f ! -type l -printf '%P\\0s\\0' -o -type l -printf '%P\\0l\\0' -o -type f "
      "-perm /111 -printf '%P\\0f%sx\\0' -o -type f -printf '%P\\0f%s-\\0'";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  BOOST_TEST_REQUIRE(pipe);
  std::string text;
  for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) text += static_cast<char>(c);
  BOOST_TEST(::pclose(pipe) == 0);
  std::vector<std::pair<std::string, std::string>> rows;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t path_end = text.find('\0', at), end = text.find('\0', path_end + 1);
    rows.emplace_back(text.substr(at, path_end - at), text.substr(path_end + 1, end - path_end - 1));
    at = end + 1;
  }
  std::ranges::sort(rows);
  Texts lines;
  for (const auto& [path, facts] : rows) lines.push_back(path + "|" + facts);
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_CASE(finds_what_find_finds) {
  if (!installed("find --version | grep GNU")) return;
  std::size_t compared = 0;
  for (unsigned seed = 1; seed <= 12; ++seed) {
    const TemporaryFolder folder;
    const std::string root = folder.path().string();
    const MadeUpTree tree(root, seed);
    for (const Links links : {Links::follow, Links::report}) {
      const Texts expected = lines_of_find(root, links == Links::follow);
      for (std::size_t threads : {1u, 2u, 7u}) {
        Pool pool(threads);
        Texts lines;
        for (const Found& found : walk(root, {.links = links, .pool = &pool})) lines.push_back(line_of(found));
        BOOST_TEST(lines == expected, "seed " << seed << ", " << threads << " threads");
        compared += lines.size();
      }
    }
  }
  BOOST_TEST(compared > 5000);
}

BOOST_AUTO_TEST_SUITE_END()
