// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/entry.hpp>
#include <daypack/error.hpp>
#include <daypack/zip/inflate.hpp>

namespace daypack {

DAYPACK_DECL std::uint64_t size_of(const Content& content) {
  if (const auto* range = std::get_if<FileRange>(&content)) return range->size;
  if (const auto* member = std::get_if<ZipMember>(&content)) return member->size;
  return std::get<Owned>(content).data.size();
}

DAYPACK_DECL Blob read_content(const Entry& entry) {
  if (const auto* range = std::get_if<FileRange>(&entry.content)) {
    return blob_of(detail::read_range(*range->file, range->offset, range->size));
  }
  const auto* member = std::get_if<ZipMember>(&entry.content);
  if (!member) return std::get<Owned>(entry.content).data;
  Blob content;
  const zip::Fault fault = zip::unpack(member->data, member->deflated, member->size, member->crc32, content);
  if (fault == zip::Fault::none) return content;
  throw Error(Errc::damaged_zip, "a member " + std::string(zip::words_of(fault)),
              entry.origin ? entry.path + " (" + entry.origin->file + ")" : entry.path,
              "download the archive again; if that does not help, report it to whoever made it");
}

}  // namespace daypack
