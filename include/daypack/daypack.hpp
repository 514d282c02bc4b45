// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

// Everything that a pipeline is written with: the grammar, the values, the stages, the backends. No network, no processes:
// those come with <daypack/standard.hpp>; providers have headers of their own below <daypack/providers/>.
#include <daypack/backends/aliyun.hpp>
#include <daypack/backends/aws.hpp>
#include <daypack/backends/azure.hpp>
#include <daypack/backends/gcp.hpp>
#include <daypack/backends/local.hpp>
#include <daypack/matrix.hpp>
#include <daypack/pipeline.hpp>
#include <daypack/split.hpp>
#include <daypack/stages/add.hpp>
#include <daypack/stages/check.hpp>
#include <daypack/stages/compile.hpp>
#include <daypack/stages/duplicates.hpp>
#include <daypack/stages/each.hpp>
#include <daypack/stages/layers.hpp>
#include <daypack/stages/once.hpp>
#include <daypack/stages/prune.hpp>
#include <daypack/stages/pyc_only.hpp>
#include <daypack/stages/resolve.hpp>
#include <daypack/stages/save.hpp>
#include <daypack/stages/save_sources.hpp>
#include <daypack/stages/strip.hpp>
#include <daypack/stages/upload.hpp>
#include <daypack/stages/vendor.hpp>
#include <daypack/stages/zip.hpp>
#include <daypack/version.hpp>
