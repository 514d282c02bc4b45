// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/context.hpp>
#include <daypack/elf/strip.hpp>
#include <daypack/tree.hpp>

#include <string_view>

namespace daypack {

// Takes debug sections and unneeded symbols out of the shared objects and programs of distributions, for any machine
// and without a tool (elf/strip.hpp). The user's own files are not touched. A file stays as it is, so that its stream
// is still copied into the zip, when less than a page (4,096 bytes) would be saved, and when the smaller one would load
// otherwise: then a note and a line in the ledger say why. Every smaller one has a line with its bytes before and
// after. Stands before Check, which judges what is shipped.
//
// Results are kept in the cache; without one they stay in memory. Throws what read_content throws.
struct Strip {
  elf::Discard what = elf::Discard::unneeded;

  static constexpr std::string_view name = "Strip";

  DAYPACK_DECL Tree operator()(const Tree& tree, Context& context) const;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/stages/strip.ipp>
#endif
