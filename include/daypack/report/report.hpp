// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/budget.hpp>
#include <daypack/config.hpp>
#include <daypack/finding.hpp>
#include <daypack/manifest.hpp>
#include <daypack/policy.hpp>
#include <daypack/report/diff.hpp>
#include <daypack/zip/reader.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace daypack {

// What a package is made of and how it stands, for people and programs: report/text.hpp and report/html.hpp print it.
struct Report {
  // Of a file, by its name alone. source: of Python, C and Cython; document: text and what browsers show.
  enum class Kind { native, bytecode, source, metadata, document, data };
  static constexpr int kinds = 6;

  struct File {
    std::string path = {};
    Kind kind = Kind::data;
    std::uint64_t size = 0;        // bytes, inflated
    std::uint64_t compressed = 0;  // bytes in the zip
  };

  // A distribution with its files, the largest first.
  struct Part {
    std::string name = {};  // normalised; empty for the user's own files, and for all files without a manifest
    std::string version = {};
    std::uint64_t size = 0, compressed = 0;
    std::vector<File> files = {};
  };

  // What a rule took away, in bytes of the contents; and in the zip, as far as wheels tell what it would have taken.
  struct Saving {
    std::string rule = {};
    std::uint64_t files = 0, bytes = 0, compressed = 0;
  };

  // A module's import as `python -X importtime` measures it, in microseconds.
  struct Import {
    std::string module = {};
    std::uint64_t self = 0, cumulative = 0;
  };

  // What another package has otherwise.
  struct Against {
    std::string name = {}, sha256 = {};  // of the other one
    std::uint64_t size = 0;              // of its zip, bytes
    std::vector<std::string> reasons = {};
    PackageDiff difference = {};
  };

  std::string name = {};                                                       // what the package is called
  std::string sha256 = {};                                                     // of the zip, hex
  std::string backend = {}, title = {}, python = {}, arch = {}, handler = {};  // empty without a manifest
  Budget budget = {};
  std::vector<Part> parts = {};      // the largest first
  std::vector<Saving> savings = {};  // the largest first
  std::vector<Manifest::Layer> layers = {};
  std::optional<std::vector<Finding>> findings = {};  // nothing: no check was run
  std::optional<Against> against = {};
  std::vector<Import> imports = {};  // the slowest first; empty: not measured

  std::size_t files() const {
    std::size_t count = 0;
    for (const Part& part : parts) count += part.files.size();
    return count;
  }

  // All of it as JSON, keys in a fixed order, sizes in bytes. Equal reports give equal text: no time, no host.
  DAYPACK_DECL std::string json() const;
};

constexpr std::string_view to_string(Report::Kind kind) {
  constexpr std::string_view names[] = {"native", "bytecode", "source", "metadata", "document", "data"};
  return names[static_cast<int>(kind)];
}

DAYPACK_DECL Report::Kind kind_of_file(std::string_view path);

// What rules removed or made smaller in a function and its layers, the largest first.
DAYPACK_DECL std::vector<Report::Saving> savings_of(std::span<const Manifest* const> parts);

// Of a manifest, for its zip of this size in bytes; `policy` tells the limits. The caller adds what else is known:
// name, digest, findings, another package, imports.
DAYPACK_DECL Report report_of(const Manifest& manifest, std::uint64_t zipped, const BackendPolicy* policy = nullptr);

// Of any zip, where there is no manifest: one part with all files. `zipped` is its size in bytes.
DAYPACK_DECL Report report_of(const zip::Reader& archive, std::uint64_t zipped);

// What `python -X importtime` wrote to stderr, in microseconds, the slowest first; other lines are left out. Lines are
// "import time: self [us] | cumulative | imported package" (Python's documentation of -X, read 2026-11).
DAYPACK_DECL std::vector<Report::Import> import_times(std::string_view log);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/report/report.ipp>
#endif
