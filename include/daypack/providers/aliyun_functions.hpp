// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/credentials/aliyun.hpp>
#include <daypack/providers/service.hpp>

#include <memory>
#include <string>
#include <vector>

namespace daypack::aliyun {

// The functions of Function Compute 3.0 that a region has (alibabacloud_fc20230330 4.8.3: ListFunctions,
// InvokeFunction, DeleteFunction; read on 2026-11-22). All throw ServiceError, Error{network}, Error{cancelled}.
class Functions {
 public:
  // Keeps a copy of the context.
  DAYPACK_DECL Functions(Context context, std::shared_ptr<Session> session);

  // Those whose names begin so, sorted by name; all pages of the list are read.
  DAYPACK_DECL std::vector<ListedFunction> list(const std::string& prefix = {}) const;
  // Calls it and waits for its answer; the event is JSON.
  DAYPACK_DECL FunctionAnswer invoke(const std::string& name, const std::string& event) const;
  // There being none is no error. One that has versions or triggers is refused by the service.
  DAYPACK_DECL void remove(const std::string& name) const;

 private:
  Context context_;
  std::shared_ptr<Session> session_;
};

}  // namespace daypack::aliyun

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/providers/aliyun_functions.ipp>
#endif
