// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/net/http.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack {

// What a provider's service has said no with. Its text names the code, the request's id, and what to do.
class ServiceError : public Error {
 public:
  struct Answer {
    int status = 0;
    std::string code = {};        // "ResourceConflictException", "NoSuchBucket"; empty when the answer has none
    std::string message = {};     // the service's own words
    std::string request_id = {};  // what the provider's support asks for
    std::string region = {};      // where the bucket really lies, when S3 says so
  };
  ServiceError(Fault fault, Answer answer) : Error(std::move(fault)), answer_(std::move(answer)) {}

  const Answer& answer() const noexcept { return answer_; }
  bool is(std::string_view code) const noexcept { return answer_.code == code; }

 private:
  Answer answer_;
};

// One call of a service.
struct ServiceCall {
  std::string method = "GET";
  std::string path = "/";  // with its query, encoded, below the endpoint
  HttpHeaders headers = {};
  std::vector<ByteView> body = {};
  std::string permission = {};  // what the provider has to allow: "lambda:CreateFunction", named when it does not
  std::string doing = {};       // for messages: "cannot create the function"
  std::string subject = {};     // what it is about: "thumbnails"
  bool once = false;            // must not be sent a second time: the caller finds out what became of it
  BodySink sink = {};           // takes the body of a 2xx answer
};

// A function that is there.
struct ListedFunction {
  std::string name = {};
  std::string arn = {};
  int memory = 0;  // MB
};

// What a function has answered.
struct FunctionAnswer {
  std::string body = {};
  bool failed = false;  // it has thrown, or could not start: the body says why
};

// A first call of what was deployed, before anybody else calls it.
struct Smoke {
  std::string payload = "{}";  // JSON
  std::string expect = {};     // JSON that the answer must be, or, of objects, have; empty: it must not fail
};

}  // namespace daypack
