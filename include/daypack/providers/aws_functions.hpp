// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/aws.hpp>
#include <daypack/providers/service.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace daypack::aws {

// The functions of AWS Lambda that a region has (API Reference: ListFunctions, ListTags, Invoke, DeleteFunction; read
// on 2026-11-22). All throw ServiceError, Error{network}, Error{cancelled}.
class Functions {
 public:
  // Keeps a copy of the context.
  DAYPACK_DECL Functions(Context context, std::shared_ptr<Session> session);

  // Those whose names begin so, sorted by name; all pages of the list are read.
  DAYPACK_DECL std::vector<ListedFunction> list(const std::string& prefix = {}) const;
  DAYPACK_DECL std::map<std::string, std::string> tags(const ListedFunction& function) const;
  // Calls it and waits for its answer; the event is JSON.
  DAYPACK_DECL FunctionAnswer invoke(const std::string& name, const std::string& event) const;
  // There being none is no error.
  DAYPACK_DECL void remove(const std::string& name) const;

 private:
  Context context_;
  std::shared_ptr<Session> session_;
};

// The unique ID of who calls: "AIDAEXAMPLE", or of a role "AROAEXAMPLE:session" (STS, GetCallerIdentity).
DAYPACK_DECL std::string user_id(const Context& context, std::shared_ptr<Session> session);

}  // namespace daypack::aws

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/aws_functions.ipp>
#endif
