// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/backends/aliyun.hpp>
#include <daypack/backends/aws.hpp>
#include <daypack/backends/azure.hpp>
#include <daypack/backends/gcp.hpp>
#include <daypack/backends/local.hpp>
#include <daypack/matrix.hpp>

namespace cli {

// The backends that are compiled in and chosen by name at run time.
using Backends = daypack::backends<daypack::aws::Lambda, daypack::aws::Layer, daypack::aws::VersionedLayer, daypack::azure::Functions,
                                   daypack::azure::Premium, daypack::azure::Consumption, daypack::aliyun::Fc, daypack::aliyun::Layer,
                                   daypack::gcp::Functions, daypack::local::Machine>;

}  // namespace cli
