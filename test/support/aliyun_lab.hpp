// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/aliyun.hpp>

#include <string>
#include <utility>

#include "support/user_lab.hpp"

namespace daypack::support {

// Stands for every secret: no message may hold it.
inline const std::string aliyun_secret = "exampleAccessKeySecret0123456789";

// A user of Alibaba Cloud, on no instance.
struct AliyunLab : UserLab {
  AliyunLab() { variables["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"; }

  // The profiles of the aliyun CLI; the first one's name is "default".
  void config(const std::string& profiles, const std::string& current = "default") const {
    file(".aliyun/config.json", R"({"current":")" + current + R"(","profiles":[)" + profiles + "]}");
  }
  void keys(const std::string& id) {
    variables["ALIBABA_CLOUD_ACCESS_KEY_ID"] = id;
    variables["ALIBABA_CLOUD_ACCESS_KEY_SECRET"] = aliyun_secret;
  }
  aliyun::Session session(aliyun::Access access = {}) const {
    return aliyun::Session(context(), std::move(access), environment());
  }
  aliyun::Credentials found(aliyun::Access access = {}) const { return session(std::move(access)).credentials(); }
};

// A profile of the aliyun CLI: its mode, and further members.
inline std::string aliyun_profile(const std::string& name, const std::string& mode, const std::string& more = {}) {
  return R"({"name":")" + name + R"(","mode":")" + mode + "\"" + (more.empty() ? "" : "," + more) + "}";
}

inline std::string aliyun_keys(const std::string& id) {
  return R"("access_key_id":")" + id + R"(","access_key_secret":")" + aliyun_secret + "\"";
}

// What STS, the instance and a credentials URI give.
inline std::string aliyun_given(const std::string& id, const std::string& expires = "2026-11-20T13:00:00Z") {
  return R"("AccessKeyId":")" + id + R"(","AccessKeySecret":")" + aliyun_secret + R"(","SecurityToken":"token of )" +
         id + R"(","Expiration":")" + expires + "\"";
}

inline std::string sts_answer(const std::string& id, const std::string& expires = "2026-11-20T13:00:00Z") {
  return R"({"RequestId":"1","Credentials":{)" + aliyun_given(id, expires) + "}}";
}

inline std::string metadata_of(const std::string& id, const std::string& expires = "2026-11-20T13:00:00Z") {
  return R"({"Code":"Success",)" + aliyun_given(id, expires) + "}";
}

inline std::string aliyun_refusal(const std::string& code, const std::string& message) {
  return R"({"RequestId":"1","Code":")" + code + R"(","Message":")" + message + "\"}";
}

}  // namespace daypack::support
