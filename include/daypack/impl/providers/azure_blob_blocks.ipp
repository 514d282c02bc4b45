// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/base64.hpp>
#include <daypack/impl/providers/azure_blob_client.ipp>
#include <daypack/impl/providers/azure_blob_names.ipp>
#include <daypack/impl/providers/part_sender.ipp>
#include <daypack/sign/crc64.hpp>

#include <bit>
#include <charconv>
#include <cstdio>
#include <map>
#include <optional>
#include <pugixml.hpp>
#include <sstream>

// One blob, and the calls that are about it; the blocks that it is made of (REST reference, "Put Block", "Put Block
// List", "Get Block List"; read on 2026-11-20).
namespace daypack::detail::azure_blob {

using parts::Part, parts::Pieces;

// What Azure tells of a blob.
struct Facts {
  std::uint64_t size = 0;
  std::string etag = {}, version = {}, md5 = {}, content_type = {};
  std::map<std::string, std::string> metadata = {};
};

// Of our own metadata: Azure keeps no SHA-256. The names of metadata are identifiers, so without a hyphen.
inline constexpr std::string_view digest_name = "daypack_sha256";

inline std::string blob_field(const HttpResponse& response, std::string_view name) {
  return std::string(response.header(name).value_or(""));
}

inline Facts facts_in(const HttpResponse& response) {
  Facts facts{.etag = blob_field(response, "ETag"),
              .version = blob_field(response, "x-ms-version-id"),
              .md5 = blob_field(response, "Content-MD5"),
              .content_type = blob_field(response, "Content-Type")};
  std::erase(facts.etag, '"');
  const std::string length = blob_field(response, "Content-Length");
  std::from_chars(length.data(), length.data() + length.size(), facts.size);
  for (const auto& [name, value] : response.headers) {
    const std::string lower = ascii_lowered(name);
    if (lower.starts_with("x-ms-meta-")) facts.metadata[lower.substr(10)] = value;
  }
  return facts;
}

// As Azure writes a CRC-64 (NVMe's): base64 of its bytes, the lowest first.
inline std::string azure_crc_text(std::uint64_t crc) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(crc >> (8 * i) & 0xff);
  return base64_of(ByteView(bytes));
}

class OneBlob {
 public:
  OneBlob(const azure::Blob& to, std::string name, std::shared_ptr<azure::Session> session, const Context& context)
      : to_(to), name_(std::move(name)), client_(context, std::move(session)) {}

  const std::string& name() const { return name_; }
  const std::string& account() const { return client_.access().account; }
  std::string id() const { return account() + '/' + to_.container + '/' + name_; }
  std::string url() const { return client_.access().blob_url + path(); }
  std::string path() const { return '/' + to_.container + '/' + uri_encoded(name_, "/"); }

  HttpResponse call(ServiceCall call, const std::string& query = {}) const {
    call.path = path() + query;
    call.subject = id();
    return client_.call(call);
  }

  // Nothing when there is no such blob, or when the caller may not look: why, the next call will tell.
  std::optional<Facts> find() const {
    try {
      return facts_in(call({.method = "HEAD", .permission = to_read, .doing = "cannot look at a blob"}));
    } catch (const ServiceError& error) {
      if (error.answer().status / 100 == 4) return std::nullopt;
      throw;
    }
  }

  // What makes the blob what it is, beside its bytes.
  HttpHeaders settings(const Sha256& digest, const std::string& md5) const {
    HttpHeaders fields{{"x-ms-blob-content-type", to_.content_type}};
    if (!md5.empty()) fields.emplace_back("x-ms-blob-content-md5", md5);
    for (const auto& [name, value] : to_.metadata) fields.emplace_back("x-ms-meta-" + name, value);
    fields.emplace_back("x-ms-meta-" + std::string(digest_name), digest.hex());
    return fields;
  }

  // How the settings of a blob that lies there differ from ours, in words; empty when they do not.
  std::string differences(const Facts& facts) const {
    std::string words;
    if (facts.content_type != to_.content_type)
      words = "content type " + facts.content_type + " instead of " + to_.content_type;
    for (const auto& [name, value] : to_.metadata) {
      const auto found = facts.metadata.find(ascii_lowered(name));
      if (found == facts.metadata.end() || found->second != value)
        words += (words.empty() ? "" : ", ") + ("metadata " + name);
    }
    return words;
  }

  static constexpr const char* to_read = "reading (r; Storage Blob Data Reader)";
  static constexpr const char* to_write = "creating and writing (cw; Storage Blob Data Contributor)";

 private:
  const azure::Blob& to_;
  std::string name_;
  BlobClient client_;
};

// The blocks of one archive. A block's ID tells the archive and where the block begins, so that with its size it tells
// its bytes: who finds it there need not send it. IDs have 48 bytes, as those of azure-storage-blob, since all of one
// blob must have the same length.
class Blocks {
 public:
  Blocks(const azure::Blob& to, const OneBlob& blob, const Archive& archive, const Context& context)
      : to_(to),
        blob_(blob),
        pieces_(archive.segments()),
        context_(context),
        total_(archive.size()),
        upload_(archive.sha256().hex().substr(0, 32)) {}

  const std::string& upload() const { return upload_; }

  std::string block_id(const Part& part) const {
    char place[24];
    std::snprintf(place, sizeof place, "%016llx", static_cast<unsigned long long>(part.begin));
    return base64_of(as_bytes(upload_ + place));
  }

  // Sizes of blocks that belong to no blob yet, by their IDs; none when the caller may not ask.
  std::map<std::string, std::uint64_t> waiting() const {
    std::map<std::string, std::uint64_t> found;
    try {
      const HttpResponse response =
          blob_.call({.permission = OneBlob::to_read, .doing = "cannot look for an interrupted upload"},
                     "?comp=blocklist&blocklisttype=uncommitted");
      pugi::xml_document document;
      document.load_buffer(response.body.data(), response.body.size());
      for (const pugi::xml_node& block : document.child("BlockList").child("UncommittedBlocks").children("Block"))
        found[block.child_value("Name")] = block.child("Size").text().as_ullong();
    } catch (const ServiceError& error) {
      if (error.answer().status / 100 != 4) throw;
    }
    return found;
  }

  // Whether some of ours have arrived; those have their IDs then.
  bool fits(std::vector<Part>& all) const {
    bool any = false;
    const auto there = waiting();
    for (Part& part : all) {
      const auto found = there.find(block_id(part));
      if (found == there.end() || found->second != part.size) continue;
      part.etag = found->first;
      any = true;
    }
    return any;
  }

  void send(std::vector<Part>& all) const {
    parts::PartSender(blob_.id(), total_, to_.parallel, context_, [&](Part& part) { send_block(part); }).send(all);
  }

  HttpResponse commit(const std::vector<Part>& all, HttpHeaders settings) const {
    const std::string body = list_of(all);
    settings.emplace_back("Content-Type", "application/xml");
    return blob_.call({.method = "PUT",
                       .headers = std::move(settings),
                       .body = {as_bytes(body)},
                       .permission = OneBlob::to_write,
                       .doing = "cannot make a blob of its blocks"},
                      "?comp=blocklist");
  }

 private:
  void send_block(Part& part) const {
    const std::vector<daypack::Blob> blobs = pieces_.range(part.begin, part.size);
    const std::string crc = azure_crc_text(parts::checksum_of_blobs<Crc64Nvme>(blobs));
    std::string block = block_id(part);
    const HttpResponse response = blob_.call({.method = "PUT",
                                              .headers = {{"x-ms-content-crc64", crc}},
                                              .body = parts::views_of(blobs),
                                              .permission = OneBlob::to_write,
                                              .doing = "cannot upload block " + std::to_string(part.number)},
                                             "?comp=block&blockid=" + uri_encoded(block));
    parts::release(blobs);
    parts::check_kept(blob_.id(), "block " + std::to_string(part.number), blob_field(response, "x-ms-content-crc64"),
                      crc);
    part.etag = std::move(block);
  }

  std::string list_of(const std::vector<Part>& all) const {
    pugi::xml_document document;
    pugi::xml_node root = document.append_child("BlockList");
    for (const Part& part : all) root.append_child("Latest").text() = part.etag.c_str();
    std::ostringstream text;
    text << "<?xml version='1.0' encoding='utf-8'?>\n";
    document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
    return text.str();
  }

  const azure::Blob& to_;
  const OneBlob& blob_;
  const Pieces pieces_;
  const Context& context_;
  std::uint64_t total_;
  std::string upload_;
};

}  // namespace daypack::detail::azure_blob
