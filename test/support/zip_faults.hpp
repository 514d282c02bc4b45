// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <boost/test/unit_test.hpp>

#include <daypack/zip/reader.hpp>

#include <functional>
#include <support/raw_zip.hpp>
#include <vector>

// One archive, one thing wrong with it.
enum class Where { both, strict, general };  // which profiles refuse it
struct ZipFault {
  daypack::zip::Fault fault;
  Where where;
  std::string bytes;
  daypack::zip::ReadOptions options = {};  // but for the profile
};

inline std::string after(const std::function<void(RawZip&)>& change) {
  RawZip zip;
  change(zip);
  return zip.bytes();
}

// A change of the first member's both headers.
template <class Change>
std::string after_both(Change change) {
  return after([&](RawZip& zip) { zip.both(change); });
}

inline void rename_first(RawZip& zip, const std::string& name) { zip.first().name = zip.first().local_name = name; }

inline std::string with_name(const std::string& name, std::uint16_t flags = 0) {
  return after([&](RawZip& zip) {
    rename_first(zip, name);
    zip.both([&](auto& header) { header.flags = flags; });
  });
}

// Info-ZIP's second name of a member that is called `of`.
inline std::string unicode_path(const std::string& of, const std::string& name) {
  const std::string crc = eight(daypack::zip::crc32_of(daypack::as_bytes(of))).substr(0, 4);
  return extra_field(daypack::zip::extra_unicode_path, '\1' + crc + name);
}

// What is wrong with an archive, its contents read both whole and in pieces.
inline daypack::zip::Fault fault_of(std::string bytes, const daypack::zip::ReadOptions& options) {
  using namespace daypack;
  zip::Reader reader;
  const zip::Problem problem = reader.open(blob_of(std::move(bytes)), options);
  if (problem) {
    BOOST_TEST(reader.members().empty());
    return problem.fault;
  }
  for (const zip::Member& member : reader.members()) {
    Blob whole;
    std::string pieces;
    const zip::Fault fault = zip::Reader::inflate(member, whole);
    const zip::Fault streamed = zip::Reader::inflate_to(member, [&](ByteView piece) { pieces += as_text(piece); });
    // Two codecs may notice first that a stream is too short, or that it is damaged.
    BOOST_TEST((fault == zip::Fault::none) == (streamed == zip::Fault::none));
    if (fault != zip::Fault::none) return fault;
    BOOST_TEST(pieces == whole.text());
  }
  return zip::Fault::none;
}

inline daypack::zip::Fault fault_of(std::string bytes, daypack::zip::Profile profile) {
  return fault_of(std::move(bytes), daypack::zip::ReadOptions{.profile = profile});
}

// Each archive is refused for its own reason by the profiles that refuse it, and accepted by the other one.
inline void check_faults(const std::vector<ZipFault>& faults) {
  using daypack::zip::Fault, daypack::zip::Profile;
  for (std::size_t row = 0; row < faults.size(); ++row) {
    const ZipFault& each = faults[row];
    BOOST_TEST_CONTEXT("row " << row << ", " << to_string(each.fault)) {
      const auto refused = [&](Profile profile) {
        daypack::zip::ReadOptions options = each.options;
        options.profile = profile;
        return fault_of(each.bytes, options);
      };
      BOOST_TEST(refused(Profile::strict) == (each.where == Where::general ? Fault::none : each.fault));
      BOOST_TEST(refused(Profile::general) == (each.where == Where::strict ? Fault::none : each.fault));
    }
  }
}
