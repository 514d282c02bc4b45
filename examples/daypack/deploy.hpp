// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/deployment.hpp>

#include <string>

namespace cli {

// Brings a zip that build has written to the local store, with the layers that were cut off it, as the command deploy
// does without further options.
daypack::Deployment deploy_locally(const std::string& archive, const std::string& name,
                                   const daypack::Context& context);

}  // namespace cli
