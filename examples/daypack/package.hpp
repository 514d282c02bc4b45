// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "bytecode.hpp"
#include "console.hpp"
#include "options.hpp"

#include <daypack/archive.hpp>
#include <daypack/budget.hpp>
#include <daypack/context.hpp>
#include <daypack/policy.hpp>
#include <daypack/split.hpp>

#include <memory>
#include <vector>

namespace cli {

// What build makes before it is saved.
struct Package {
  daypack::Split<daypack::Archive> parts;  // without layers when nothing was to be split
  daypack::Budget budget;
  const daypack::BackendPolicy* backend = nullptr;
  std::vector<BytecodeChoice> bytecode = {};       // of plan
  std::vector<daypack::Tree> sources = {};         // of each part, where they are kept aside
  std::vector<daypack::CacheUse> cache_uses = {};  // where they are to be explained

  const daypack::Archive& archive() const { return parts.function.value; }
};

// What builds of one run have in common: equal requirements are resolved once, and the packages of equal resolutions
// fetched, installed and pruned once. Safe to use from many threads.
class SharedPackages {
 public:
  SharedPackages();
  ~SharedPackages();

  struct Kept;
  std::unique_ptr<Kept> kept;
};

// What the options ask for. Error{usage} when that is nothing.
daypack::Requirements requirements_of(const BuildOptions& options, const daypack::Context& context);

// Runs the pipeline of the backend, Python and architecture that the options name. Error{over_limit, verification} when
// it does not pass its checks, unless the options say otherwise.
Package pack(const BuildOptions& options, const daypack::Context& context, Console& console, SharedPackages& shared);

// Writes the zip and its manifest, those of the layers, and the sources that are kept aside.
void save(const Package& package, const BuildOptions& options, const daypack::Context& context);

// Rehearses the function with its layers, those that are attached too, and notes it in the manifest.
// Error{verification}.
void verify(Package& package, const BuildOptions& options, const Everywhere& everywhere,
            const daypack::Context& context);

// Where rehearsed packages are unpacked; empty: the library's own choice.
std::string rehearsal_folder(const Everywhere& everywhere);

// The minor version of python3 on this machine: the default of --python.
daypack::Python local_python(daypack::Context& context);

}  // namespace cli
