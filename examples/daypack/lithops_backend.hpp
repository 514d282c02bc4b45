// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "lithops_config.hpp"

#include <daypack/policy.hpp>
#include <daypack/python.hpp>

#include <array>
#include <string>
#include <string_view>

namespace cli {

// What Lithops wants of one of its backends (lithops 3.8.0, serverless/backends/*, read on 2026-11-22).
struct LithopsBackend {
  std::string_view name = {};  // Lithops and daypack call it the same
  const daypack::BackendPolicy* policy = nullptr;
  std::array<const char*, 2> sections = {};  // of the configuration: its own, which wins, and its cloud's
  std::string_view default_name = {};        // of the runtime that nobody has named, before "312"
  int memory = 256;                          // MB
  int timeout = 300;                         // seconds
  std::string_view handler = {};             // as the backend writes it; empty: the files of the package say it
  std::string_view entry_point = {};         // what becomes of Lithops' entry_point.py

  std::string text(const LithopsConfig& config, const char* key) const;
  int number(const LithopsConfig& config, const char* key, int otherwise) const;
};

// The one that is asked for, or that the configuration names, or aws_lambda, as in Lithops.
// Error{usage} for one that takes no packages, and for containers.
const LithopsBackend& lithops_backend(const std::string& asked, const LithopsConfig& config);

// "default-runtime-v312"
std::string default_runtime_name(const LithopsBackend& backend, const daypack::Python& python);

// Error{usage} for a name that Lithops does not take.
void check_runtime_name(const std::string& name);

}  // namespace cli
