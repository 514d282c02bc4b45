// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/entry.hpp>
#include <daypack/error.hpp>
#include <daypack/zip/inflate.hpp>

#include <algorithm>

namespace daypack {

namespace detail {

inline Fault damaged_member(const Entry& entry, zip::Fault fault) {
  return {.code = Errc::damaged_zip,
          .message = "a member " + std::string(zip::words_of(fault)),
          .subject = entry.origin ? entry.path + " (" + entry.origin->file + ")" : entry.path,
          .hint = "download the archive again; if that does not help, report it to whoever made it"};
}

}  // namespace detail

DAYPACK_DECL void HostPath::take(std::string_view path) {
  auto texts = std::make_shared_for_overwrite<char[]>(path.size());
  std::ranges::copy(path, texts.get());
  texts_ = std::move(texts);
  name_.size = static_cast<std::uint32_t>(path.size());
}

DAYPACK_DECL HostPath HostPaths::make(std::string_view path) {
  const std::size_t name = path.rfind('/') + 1;
  const std::string_view folder = path.substr(0, name);
  bool known = texts_ && std::string_view(texts_.get() + folder_.begin, folder_.size) == folder;
  if (capacity_ - used_ < path.size() - (known ? name : 0)) {
    used_ = 0;
    capacity_ = std::max(path.size(), std::size_t{64} << 10);
    texts_ = std::make_shared_for_overwrite<char[]>(capacity_);
    known = false;
  }
  if (!known) folder_ = put(folder);
  HostPath made;
  made.texts_ = texts_;
  made.folder_ = folder_;
  made.name_ = put(path.substr(name));
  return made;
}

DAYPACK_DECL HostPath::Range HostPaths::put(std::string_view text) {
  const HostPath::Range range{static_cast<std::uint32_t>(used_), static_cast<std::uint32_t>(text.size())};
  std::ranges::copy(text, texts_.get() + used_);
  used_ += text.size();
  return range;
}

DAYPACK_DECL std::uint64_t size_of(const Content& content) {
  if (const auto* range = std::get_if<FileRange>(&content)) return range->size;
  if (const auto* member = std::get_if<ZipMember>(&content)) return member->size;
  return std::get<Owned>(content).data.size();
}

DAYPACK_DECL std::uint64_t compressed_size_of(const Content& content) {
  const auto* member = std::get_if<ZipMember>(&content);
  return member ? member->data.size() : 0;
}

DAYPACK_DECL Blob read_content(const Entry& entry) {
  if (const auto* range = std::get_if<FileRange>(&entry.content)) {
    return blob_of(detail::read_range(range->file.text(), range->offset, range->size));
  }
  const auto* member = std::get_if<ZipMember>(&entry.content);
  if (!member) return std::get<Owned>(entry.content).data;
  Blob content;
  const zip::Fault fault = zip::unpack(member->data, member->deflated, member->size, member->crc32, content);
  if (fault == zip::Fault::none) return content;
  throw Error(detail::damaged_member(entry, fault));
}

}  // namespace daypack
