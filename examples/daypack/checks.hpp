// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "console.hpp"
#include "options.hpp"

#include <daypack/checks/attached_layer.hpp>
#include <daypack/checks/check.hpp>
#include <daypack/finding.hpp>

#include <boost/json/fwd.hpp>

#include <string>
#include <vector>

namespace cli {

// The checks that the options name, with their options: those of sources come before there is bytecode, the rest looks at
// what will be sent. Error{usage} for names that there are not.
struct ChosenChecks {
  std::vector<daypack::AnyCheck> of_sources = {};
  std::vector<daypack::AnyCheck> of_package = {};
  bool budget = false;  // whether the zip is judged too
};
ChosenChecks checks_of(const BuildOptions& options, const std::vector<daypack::checks::AttachedLayer>& layers);

// Those of --layer.
std::vector<daypack::checks::AttachedLayer> layers_read(const BuildOptions& options);

// --check, --no-check and what single checks take.
void add_check_options(CLI::App& command, BuildOptions& options);

boost::json::object finding_json(const daypack::Finding& finding);

// "2 errors, 1 warning"; "passed" without any.
std::string findings_words(const std::vector<daypack::Finding>& findings);

}  // namespace cli
