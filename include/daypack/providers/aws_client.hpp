// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/aws.hpp>
#include <daypack/net/http.hpp>
#include <daypack/net/retry.hpp>
#include <daypack/providers/service.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace daypack::aws {

using daypack::ServiceError;
using Call = ServiceCall;

// Signed calls of one service, tried again as AWS's SDKs do in standard mode: three attempts, full jitter, a quota that
// all calls of a client share, Retry-After; with the server's clock where this host's is off, and with new credentials
// where the old ones have just expired. Any number of threads may call at once.
class Client {
 public:
  // service: as it signs ("lambda", "s3", "sts").
  DAYPACK_DECL Client(Context context, std::shared_ptr<Session> session, std::string service);

  // A 2xx answer. Throws ServiceError for any other, Error{network}, Error{cancelled}.
  DAYPACK_DECL HttpResponse call(const Call& call) const;

  // The same in another region.
  DAYPACK_DECL Client in_region(std::string region) const;
  DAYPACK_DECL const std::string& region() const noexcept;
  // The URL that calls begin with, without a slash at its end; a client of S3 may be given that of a bucket.
  DAYPACK_DECL const std::string& endpoint() const noexcept;
  DAYPACK_DECL Client at_endpoint(std::string endpoint) const;
  DAYPACK_DECL const std::shared_ptr<Session>& session() const noexcept;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
};

// What an answer that is not 2xx says: JSON of Lambda's kind, or XML of S3's, STS's and IAM's.
DAYPACK_DECL ServiceError::Answer service_answer(const HttpResponse& response);

}  // namespace daypack::aws

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/aws_client.ipp>
#endif
