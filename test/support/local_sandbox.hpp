// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/process/boost_runner.hpp>
#include <daypack/providers/local_runtime.hpp>
#include <daypack/sign/sha256.hpp>
#include "error_of.hpp"
#include "temporary_folder.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdlib>
#include <map>
#include <string>

// Functions that are deployed and run for real: what the tests of the local runtime share.
namespace local_sandbox {

using namespace daypack;
namespace json = boost::json;

constexpr std::array runtimes{Runtime{.python = 3.7_py},  Runtime{.python = 3.8_py},  Runtime{.python = 3.9_py},
                              Runtime{.python = 3.10_py}, Runtime{.python = 3.11_py}, Runtime{.python = 3.12_py},
                              Runtime{.python = 3.13_py}};
constexpr BackendPolicy policy{.name = "aws_lambda", .title = "AWS Lambda", .runtimes = runtimes};
constexpr BackendPolicy foldered{
    .name = "test", .title = "Test", .runtimes = runtimes, .packages_folder = ".python_packages/lib"};

using Files = std::map<std::string, std::string>;

inline Context context(Python python = 3.11_py, std::stop_token stop = {}, const BackendPolicy& of = policy) {
  static const auto pool = std::make_shared<Pool>(2);
  return Context({.pool = pool, .runner = std::make_shared<BoostRunner>(), .stop = stop})
      .with_target({&of, detail::runtime_of(of, python), Arch::x86_64});
}

// A zip by Python's own writer: one that daypack did not write. What begins with "#!" is executable.
inline std::string zip_of(const TemporaryFolder& home, const std::string& name, const Files& files) {
  const std::string folder = home / ("files-" + name);
  for (const auto& [path, text] : files) {
    detail::write_file(folder + '/' + path, text);
    if (text.starts_with("#!"))
      boost::filesystem::permissions(folder + '/' + path, static_cast<boost::filesystem::perms>(0755));
  }
  BoostRunner runner;
  const std::string script =
      "import os, sys, zipfile\n"
      "with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as out:\n"
      "  for at, _, names in os.walk(sys.argv[2]):\n"
      "    for name in names: out.write(os.path.join(at, name), os.path.relpath(os.path.join(at, name), "
      "sys.argv[2]))\n";
  const Finished finished = runner.run({.argv = {"python3", "-c", script, home / name, folder}});
  BOOST_REQUIRE_MESSAGE(finished.ok(), finished.err);
  return home / name;
}

// One store for all tests of a run, so that the runtime client is installed once; kept by a developer who names a
// folder.
inline const std::string& store_folder() {
  static const TemporaryFolder temporary;
  static const char* named = std::getenv("DAYPACK_TEST_STORE");
  static const std::string folder = named ? std::string(named) : temporary / "store";
  return folder;
}

struct Deployed {
  TemporaryFolder home;
  local::Store store{store_folder()};
  local::Version version;

  explicit Deployed(const Files& files, local::Function function = {}, Python python = 3.11_py,
                    const BackendPolicy& of = policy) {
    const std::string path = zip_of(home, "package.zip", files);
    const Blob bytes = detail::map_file(path);
    function.name = "f" + std::to_string(::getpid());
    function.folder = store.folder();
    Context here = context(python, {}, of);
    function.deliver(Archive({bytes}, sha256_of(bytes.bytes), {}), here);
    version = store.find(function.name);
  }
  local::Invocation invoke(std::string_view payload = "{}", Python python = 3.11_py) const {
    Context here = context(python);
    return local::invoke(store, version, payload, {}, here);
  }
};

inline Files app(const std::string& code) { return {{"app.py", code}}; }

inline std::string member(const local::Invocation& invocation, const char* key) {
  return json::serialize(json::parse(invocation.payload).at(key));
}

inline bool isolation_is_permitted(const Deployed& deployed) {
  const bool permitted = local::Sandbox(deployed.store, deployed.version, {}, context()).isolated();
  if (!permitted) BOOST_TEST_MESSAGE("skipped: namespaces are not permitted here");
  return permitted;
}

}  // namespace local_sandbox
