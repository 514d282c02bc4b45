// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

// The nouns, declared: what flows through a pipeline and what it works with.
namespace daypack {

struct Requirements;
struct Resolution;
class Tree;
class Archive;
struct Deployment;
template <class T>
struct Split;

struct Entry;
struct Manifest;
struct BackendPolicy;
struct TargetFacts;
class Context;
class Error;

}  // namespace daypack
