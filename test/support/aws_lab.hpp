// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/aws.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/testing/context.hpp>
#include <daypack/testing/fake_http.hpp>
#include <daypack/testing/fake_runner.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "support/still_clock.hpp"
#include "support/temporary_folder.hpp"

namespace daypack::support {

// Stands for every secret: no message may hold it.
inline const std::string aws_secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
inline const std::chrono::system_clock::time_point aws_noon =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + std::chrono::hours(12);

// A user of AWS: home folder, environment, network, programs, and a clock that stands at noon.
struct AwsLab {
  TemporaryFolder home;
  std::map<std::string, std::string> variables{{"HOME", home.path().string()}, {"AWS_EC2_METADATA_DISABLED", "true"}};
  std::shared_ptr<testing::FakeHttp> http = std::make_shared<testing::FakeHttp>();
  std::shared_ptr<testing::FakeRunner> runner = std::make_shared<testing::FakeRunner>();
  std::shared_ptr<StillClock> clock = std::make_shared<StillClock>(aws_noon);

  void config(const std::string& text) const { detail::write_file(home / ".aws/config", text); }
  void credentials(const std::string& text) const { detail::write_file(home / ".aws/credentials", text); }
  void file(const std::string& name, const std::string& text) const { detail::write_file(home / name, text); }

  Context context() const { return testing::context(Services{.http = http, .runner = runner, .clock = clock}); }
  aws::Session session(aws::Access access = {}) const {
    return aws::Session(context(), std::move(access), [variables = variables](const std::string& name) {
      const auto found = variables.find(name);
      return found == variables.end() ? std::string() : found->second;
    });
  }
  aws::Credentials found(aws::Access access = {}) const { return session(std::move(access)).credentials(); }
};

inline const std::string sts_of_eu = "https://sts.eu-west-1.amazonaws.com/";

inline std::string assumed_answer(const std::string& id, const std::string& kind = "AssumeRole",
                                  const std::string& expires = "2026-11-20T13:00:00Z") {
  return "<" + kind + "Response xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><" + kind +
         "Result><AssumedRoleUser><Arn>arn:aws:sts::1:assumed-role/r/s</Arn></"
         "AssumedRoleUser><Credentials><AccessKeyId>" +
         id + "</AccessKeyId><SecretAccessKey>" + aws_secret + "</SecretAccessKey><SessionToken>token of " + id +
         "</SessionToken><Expiration>" + expires + "</Expiration></Credentials></" + kind + "Result></" + kind +
         "Response>";
}

inline std::string sts_refusal(const std::string& code, const std::string& message) {
  return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message +
         "</Message></Error><RequestId>1</RequestId></ErrorResponse>";
}

// As container and instance metadata give them.
inline std::string metadata_answer(const std::string& id, const std::string& expires = "2026-11-20T18:00:00Z") {
  return R"({"Code":"Success","AccessKeyId":")" + id + R"(","SecretAccessKey":")" + aws_secret +
         R"(","Token":"token of )" + id + R"(","Expiration":")" + expires + "\"}";
}

inline std::string keys_text(const std::string& id) {
  return "aws_access_key_id = " + id + "\naws_secret_access_key = " + aws_secret + "\n";
}

}  // namespace daypack::support
