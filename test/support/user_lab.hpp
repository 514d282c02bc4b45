// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/net/proxy.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/testing/fake_http.hpp>
#include <daypack/testing/fake_runner.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "support/still_clock.hpp"
#include "support/temporary_folder.hpp"

namespace daypack::support {

inline const std::chrono::system_clock::time_point noon =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + std::chrono::hours(12);

// A user: home folder, environment, network, programs, and a clock that stands at noon.
struct UserLab {
  TemporaryFolder home;
  std::map<std::string, std::string> variables{{"HOME", home.path().string()}};
  std::shared_ptr<testing::FakeHttp> http = std::make_shared<testing::FakeHttp>();
  std::shared_ptr<testing::FakeRunner> runner = std::make_shared<testing::FakeRunner>();
  std::shared_ptr<StillClock> clock = std::make_shared<StillClock>(noon);

  void file(const std::string& name, const std::string& text) const { detail::write_file(home / name, text); }
  Context context() const { return testing::context(Services{.http = http, .runner = runner, .clock = clock}); }
  Environment environment() const {
    return [variables = variables](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::string() : found->second;
    };
  }
};

// The value of a field of a request; empty when there is none.
inline std::string field_of(const testing::SeenRequest& request, const std::string& name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace daypack::support
