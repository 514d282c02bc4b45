// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/providers/oss.hpp>
#include <daypack/testing/context.hpp>

#include <memory>
#include <string>
#include <vector>

#include "support/aliyun_lab.hpp"
#include "support/error_of.hpp"
#include "support/s3_store.hpp"

namespace daypack::support {

inline std::string xz_crc_of(const std::string& text) { return std::to_string(crc64_of(as_bytes(text))); }

inline S3Store::Terms oss_terms() {
  return {.fields = "x-oss-",
          .crc_field = "x-oss-hash-crc64ecma",
          .crc_element = "HashCrc64ecma",
          .only_new = {"x-oss-forbid-overwrite", "true"},
          .taken_status = 409,
          .taken_code = "FileAlreadyExists",
          .tells_crc_of_all = true,
          .crc_of = &xz_crc_of};
}

// An OSS in this process, a user with keys, and what was told on the way.
struct OssLab : AliyunLab {
  OssLab() {
    keys("LTAIEXAMPLE");
    variables["ALIBABA_CLOUD_REGION_ID"] = "cn-hangzhou";
  }

  Context context() {
    return testing::context(Services{.http = store,
                                     .clock = clock,
                                     .observer =
                                         [this](const Event& event) {
                                           if (const auto* remark = std::get_if<Remark>(&event))
                                             remarks.push_back(remark->message);
                                         },
                                     .stop = stopping.get_token()});
  }
  aliyun::StoredObject put(const aliyun::Oss& to, const Archive& archive) {
    return to.put(archive, std::make_shared<aliyun::Session>(context(), to.access, environment()), context());
  }
  Error refused(const aliyun::Oss& to, const Archive& archive) {
    return error_of([&] { put(to, archive); });
  }
  // Of the last request.
  std::string field(std::string_view name) const {
    return std::string(HttpResponse{.headers = store->fields.back()}.header(name).value_or("none"));
  }
  bool was_told(std::string_view words) const {
    return std::ranges::any_of(remarks, [&](const auto& remark) { return remark.find(words) != std::string::npos; });
  }

  std::shared_ptr<S3Store> store = std::make_shared<S3Store>(oss_terms());
  std::stop_source stopping;
  std::vector<std::string> remarks;
};

}  // namespace daypack::support
