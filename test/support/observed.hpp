// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/context.hpp>
#include <daypack/entry.hpp>

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

// A context of two threads that keeps the remarks made through it.
struct Observed {
  std::shared_ptr<std::vector<daypack::Remark>> remarks = std::make_shared<std::vector<daypack::Remark>>();
  daypack::Context context{daypack::Services{.pool = std::make_shared<daypack::Pool>(2),
                                             .observer = [kept = remarks](const daypack::Event& event) {
                                               if (const auto* remark = std::get_if<daypack::Remark>(&event))
                                                 kept->push_back(*remark);
                                             }}};

  // "subject: message" of each.
  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const auto& remark : *remarks) all.push_back(remark.subject + ": " + remark.message);
    return all;
  }
};

inline std::shared_ptr<const daypack::Distribution> distribution_of(std::string name, std::string version = "1") {
  return std::make_shared<const daypack::Distribution>(
      daypack::Distribution{name, version, name + '-' + version + "-py3-none-any.whl", ""});
}

// An entry of a distribution.
inline daypack::Entry entry_of(std::shared_ptr<const daypack::Distribution> from, std::string path,
                               std::string text = "") {
  daypack::Entry entry = daypack::text_entry(std::move(path), std::move(text));
  entry.origin = std::move(from);
  return entry;
}

inline std::vector<std::string> paths_in(const auto& entries) {
  std::vector<std::string> paths;
  for (const auto& entry : entries) paths.push_back(entry.path);
  return paths;
}
