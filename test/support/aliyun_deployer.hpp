// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/sign/crc64.hpp>

#include <string>

#include "support/deployed.hpp"
#include "support/user_lab.hpp"

namespace daypack::support {

// Someone with keys of Alibaba Cloud in the environment, and a network by script.
struct AliyunDeployer {
  Variable key{"ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIEXAMPLE"};
  Variable secret{"ALIBABA_CLOUD_ACCESS_KEY_SECRET", "exampleAccessKeySecret0123456789"};
  Variable region{"ALIBABA_CLOUD_REGION_ID", "cn-hangzhou"};
  Variable profiles{"ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true"};
  std::shared_ptr<testing::FakeHttp> http = std::make_shared<testing::FakeHttp>();

  Context context() const {
    return testing::context(Services{.http = http, .clock = std::make_shared<StillClock>(noon)});
  }
};

inline const std::string fc_url = "https://fcv3.cn-hangzhou.aliyuncs.com/2023-03-30/";
inline const testing::FakeAnswer no_function{
    .status = 404, .body = R"({"Code":"FunctionNotFound","Message":"no such function","RequestId":"R1"})"};

// As the service tells it of a package.
inline std::string xz_checksum(const Archive& archive) {
  Crc64 crc;
  archive.pour([&](ByteView bytes) { crc.update(bytes); });
  return std::to_string(crc.value());
}

}  // namespace daypack::support
