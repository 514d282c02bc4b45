// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/aws.hpp>

#include <chrono>
#include <string>
#include <utility>

#include "support/user_lab.hpp"

namespace daypack::support {

// Stands for every secret: no message may hold it.
inline const std::string aws_secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
inline const std::chrono::system_clock::time_point aws_noon = noon;

// A user of AWS, on no instance.
struct AwsLab : UserLab {
  AwsLab() { variables["AWS_EC2_METADATA_DISABLED"] = "true"; }

  void config(const std::string& text) const { detail::write_file(home / ".aws/config", text); }
  void credentials(const std::string& text) const { detail::write_file(home / ".aws/credentials", text); }

  aws::Session session(aws::Access access = {}) const {
    return aws::Session(context(), std::move(access), environment());
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
