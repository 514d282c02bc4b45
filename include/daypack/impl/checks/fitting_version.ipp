// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/entry.hpp>
#include <daypack/impl/resolvers/misfits.ipp>  // loads
#include <daypack/resolution.hpp>
#include <daypack/wheel/tags.hpp>

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace daypack::detail {

// Asks the index of a distribution, when there is something to say, which version would fit the target.
class FittingVersions {
 public:
  explicit FittingVersions(const Context& context) : context_(context) {}

  // "take numpy==2.2.6, the newest version with a wheel for this target"; empty when there is none, or nobody to ask.
  // Each distribution is asked about once, and only the first few: where many do not fit, the whole lock is wrong.
  std::string words_for(const Entry& entry) {
    if (!context_.has_target() || !entry.origin || !entry.origin->index || !entry.origin->index->newest) return {};
    const auto known = words_.find(entry.origin.get());
    if (known != words_.end()) return known->second;
    if (words_.size() == most) return {};
    return words_.emplace(entry.origin.get(), ask(*entry.origin)).first->second;
  }

 private:
  static constexpr std::size_t most = 5;

  // A wheel whose own name says that it fits has lied: of its version there is nothing more to expect.
  std::string ask(const Distribution& distribution) const {
    const std::string pin = distribution.name + "==" + distribution.version;
    const bool lies = loads(SupportedTags(context_.target()), {.file = distribution.file});
    const std::string wanted = lies ? distribution.name + "!=" + distribution.version : distribution.name;
    const std::string newest = distribution.index->newest(wanted, *distribution.index, context_);
    if (newest.empty()) return {};
    if (newest == distribution.version) return "resolve anew: " + pin + " has a wheel for this target";
    const std::string take = "take " + distribution.name + "==" + newest + ", the newest ";
    return lies ? take +
                      "other version with a wheel for this target (the name of this one promises what it does not keep)"
                : take + "version with a wheel for this target";
  }

  const Context& context_;
  std::map<const Distribution*, std::string> words_;
};

}  // namespace daypack::detail
