// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/entry.hpp>
#include <daypack/zip/reader.hpp>

namespace daypack::detail {

// The content of an entry that a zip has.
inline ZipMember zip_member(const zip::Member& member, bool trusted) {
  return {member.data, member.size, member.crc32, member.deflated(), trusted};
}

}  // namespace daypack::detail
