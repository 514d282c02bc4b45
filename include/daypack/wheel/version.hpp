// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

namespace detail {

class VersionReader;

// A whole number of any length, as its digits without leading zeros: dates and hashes do not fit into 64 bits.
struct VersionNumber {
  std::string digits = "0";
  DAYPACK_DECL friend std::strong_ordering operator<=>(const VersionNumber& a, const VersionNumber& b);
  friend bool operator==(const VersionNumber&, const VersionNumber&) = default;
};

// One part of a local version: a number, or lower-case text, which is less than any number.
struct LocalPart {
  bool is_number = false;
  VersionNumber number = {};
  std::string text = {};
  friend std::strong_ordering operator<=>(const LocalPart&, const LocalPart&) = default;
};

}  // namespace detail

// A version of a distribution (PEP 440, read 2026-11): [N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]
class Version {
 public:
  // Reads every spelling that PEP 440 admits ("v1.0-Alpha_2"); nothing when the text is no version.
  DAYPACK_DECL static std::optional<Version> parse(std::string_view text);

  // In normal form, "1.0a2".
  DAYPACK_DECL std::string text() const;
  // Whether it has a pre-release or development part.
  bool is_prerelease() const noexcept { return pre_ || dev_; }
  bool has_local() const noexcept { return !local_.empty(); }

  // Trailing zeros of the release do not count.
  DAYPACK_DECL friend std::strong_ordering operator<=>(const Version& a, const Version& b);
  friend bool operator==(const Version& a, const Version& b) { return (a <=> b) == 0; }

 private:
  friend class Specifiers;
  friend class detail::VersionReader;

  struct Pre {
    char phase = 'a';  // 'a', 'b', or 'c' for rc
    detail::VersionNumber number = {};
    friend std::strong_ordering operator<=>(const Pre&, const Pre&) = default;
  };

  DAYPACK_DECL Version without_local() const;
  DAYPACK_DECL bool same_release(const Version& other) const;
  // Whether the release begins with the first `length` numbers of the other's.
  DAYPACK_DECL bool begins_like(const Version& other, std::size_t length) const;

  detail::VersionNumber epoch_ = {};
  std::vector<detail::VersionNumber> release_ = {};
  std::optional<Pre> pre_ = {};
  std::optional<detail::VersionNumber> post_ = {};
  std::optional<detail::VersionNumber> dev_ = {};
  std::vector<detail::LocalPart> local_ = {};
};

// A set of conditions on a version, all of which must hold: ">=1.2,!=1.3.*". The empty set admits every version.
class Specifiers {
 public:
  // Throws Error{syntax} with the condition that is not well-formed.
  DAYPACK_DECL static Specifiers parse(std::string_view text);

  // Pre-releases count like any other version: whether they are wanted is the resolver's business.
  DAYPACK_DECL bool admit(const Version& version) const;
  // The same for a text; one that is no version is admitted by "===" alone.
  DAYPACK_DECL bool admit(std::string_view version) const;
  bool empty() const noexcept { return conditions_.empty(); }

 private:
  enum class Operator { compatible, equal, not_equal, less_equal, greater_equal, less, greater, identical };
  struct Condition {
    Operator op = Operator::equal;
    bool prefix = false;    // "==1.2.*"
    std::string text = {};  // what stands after the operator
    Version version = {};
  };

  DAYPACK_DECL static Condition condition_of(std::string_view text);
  DAYPACK_DECL static bool holds(const Condition& condition, const Version& version);

  std::vector<Condition> conditions_;
};

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/wheel/version.ipp>
#endif
