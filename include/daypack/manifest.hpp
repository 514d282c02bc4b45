// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>
#include <daypack/entry.hpp>
#include <daypack/ledger.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace daypack {

// What a saved zip says of itself, in NAME.daypack.json beside it: deploy, diff, explain and report read it.
struct Manifest {
  struct Item {
    std::string path = {};
    Mode mode = Mode::file;
    std::uint64_t size = 0;         // bytes, inflated
    std::uint64_t compressed = 0;   // bytes in the zip
    std::string distribution = {};  // normalised name; empty for the user's own
  };

  // What the zip has of *.pyc.
  struct Bytecode {
    std::uint64_t files = 0;
    std::uint64_t proven = 0;  // of them, what Verify has had an interpreter of the target read from the finished zip
    friend bool operator==(const Bytecode&, const Bytecode&) = default;
  };

  // A layer that was cut off this function, and lies beside it.
  struct Layer {
    std::string name = {};                        // "1", or that of its group
    std::string file = {};                        // the name of its zip, in the same folder
    std::string sha256 = {};                      // of the zip, hex
    std::uint64_t size = 0;                       // of the zip, bytes
    std::uint64_t unzipped = 0;                   // bytes of all contents
    std::vector<std::string> distributions = {};  // normalised names, sorted
  };

  static constexpr std::uint64_t format = 1;  // of the document; grows when older readers would misread it

  std::string backend = {};    // "aws_lambda"
  std::string python = {};     // "3.12"
  std::string arch = {};       // "x86_64"
  std::string handler = {};    // "app.handler"; empty when nobody has said
  std::uint64_t unzipped = 0;  // bytes of all contents
  std::string codec = {};      // id and version of the deflate that made it
  int level = 0;
  Bytecode bytecode = {};
  std::vector<Distribution> distributions = {};
  std::vector<Item> items = {};
  Ledger ledger = {};
  std::vector<Layer> layers = {};  // in the order in which they are attached; empty when nothing was split

  // The document that stands beside the zip: JSON, keys in a fixed order, for the zip of this digest and size.
  DAYPACK_DECL std::string json(const std::string& sha256, std::uint64_t size) const;
};

// The path of the manifest of a zip: "out.zip" has "out.daypack.json".
DAYPACK_DECL std::string manifest_path(const std::string& zip_path);

}  // namespace daypack

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/manifest.ipp>
#endif
