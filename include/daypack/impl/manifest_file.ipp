// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/error.hpp>
#include <daypack/manifest_file.hpp>

#include <boost/json.hpp>

#include <concepts>
#include <initializer_list>
#include <utility>

namespace daypack {

namespace detail {

// One object of a manifest, and how errors call it.
class ManifestObject {
 public:
  ManifestObject(const boost::json::value& value, std::string where, const std::string& source)
      : where_(std::move(where)), source_(source) {
    object_ = value.if_object();
    if (!object_) refuse(where_, "an object");
  }

  std::string text(std::string_view key) const {
    const boost::json::string* found = at(key, "a text").if_string();
    if (!found) refuse(name_of(key), "a text");
    return std::string(found->data(), found->size());
  }

  std::uint64_t number(std::string_view key) const {
    boost::system::error_code error;
    const auto found = at(key, "a whole number").to_number<std::uint64_t>(error);
    if (error) refuse(name_of(key), "a whole number");
    return found;
  }

  bool has(std::string_view key) const { return object_->contains(boost::json::string_view(key.data(), key.size())); }

  std::vector<std::string> texts(std::string_view key) const {
    const boost::json::array* array = at(key, "an array").if_array();
    if (!array) refuse(name_of(key), "an array");
    std::vector<std::string> all;
    for (const boost::json::value& value : *array) {
      if (!value.is_string()) refuse(name_of(key), "texts");
      all.emplace_back(value.get_string().data(), value.get_string().size());
    }
    return all;
  }

  ManifestObject object(std::string_view key) const { return {at(key, "an object"), name_of(key), source_}; }

  // Calls with each object of an array.
  template <std::invocable<const ManifestObject&> Visit>
  void each(std::string_view key, Visit visit) const {
    const boost::json::array* array = at(key, "an array").if_array();
    if (!array) refuse(name_of(key), "an array");
    for (std::size_t i = 0; i < array->size(); ++i)
      visit(ManifestObject((*array)[i], name_of(key) + '[' + std::to_string(i) + ']', source_));
  }

  // The enumerator of that name.
  template <class E>
  E one_of(std::string_view key, std::initializer_list<E> all) const {
    const std::string name = text(key);
    for (E each : all) {
      if (to_string(each) == name) return each;
    }
    refuse(name_of(key), "a known word");
  }

  [[noreturn]] void refuse(const std::string& what, std::string_view expected) const {
    throw Error(Errc::syntax, "this is not a manifest of daypack",
                source_ + " (" + what + ": expected " + std::string(expected) + ")", "build the package again");
  }

 private:
  std::string name_of(std::string_view key) const {
    return where_.empty() ? std::string(key) : where_ + '.' + std::string(key);
  }

  const boost::json::value& at(std::string_view key, std::string_view expected) const {
    const boost::json::value* found = object_->if_contains(boost::json::string_view(key.data(), key.size()));
    if (!found) refuse(name_of(key), expected);
    return *found;
  }

  const boost::json::object* object_ = nullptr;
  std::string where_;
  std::string source_;
};

inline void read_lists(const ManifestObject& root, SavedManifest& manifest) {
  root.each("distributions", [&](const ManifestObject& object) {
    manifest.distributions.push_back({.name = object.text("name"),
                                      .version = object.text("version"),
                                      .file = object.text("file"),
                                      .sha256 = object.text("sha256")});
  });
  root.each("entries", [&](const ManifestObject& object) {
    manifest.items.push_back({.path = object.text("path"),
                              .mode = object.one_of("mode", {Mode::file, Mode::executable, Mode::symlink}),
                              .size = object.number("size"),
                              .compressed = object.number("compressed"),
                              .distribution = object.text("distribution")});
  });
  root.each("ledger", [&](const ManifestObject& object) {
    manifest.ledger.push_back({.change = object.one_of("change", {Change::removed, Change::rewritten, Change::kept}),
                               .path = object.text("path"),
                               .bytes = object.number("bytes"),
                               .bytes_after = object.number("bytes_after"),
                               .compressed = object.number("compressed"),
                               .distribution = object.text("distribution"),
                               .rule = object.text("rule"),
                               .note = object.text("note")});
  });
  if (!root.has("layers")) return;  // nothing was split
  root.each("layers", [&](const ManifestObject& object) {
    manifest.layers.push_back({.name = object.text("name"),
                               .file = object.text("file"),
                               .sha256 = object.text("sha256"),
                               .size = object.number("size"),
                               .unzipped = object.number("unzipped"),
                               .distributions = object.texts("distributions")});
  });
}

}  // namespace detail

DAYPACK_DECL SavedManifest parse_manifest(std::string_view text, const std::string& source) {
  boost::system::error_code error;
  const boost::json::value document = boost::json::parse(boost::json::string_view(text.data(), text.size()), error);
  if (error) {
    throw Error(Errc::syntax, "this is not a manifest of daypack", source + " (no JSON: " + error.message() + ")",
                "build the package again");
  }
  const detail::ManifestObject root(document, "", source);
  if (root.number("format") > Manifest::format) {
    throw Error(Errc::syntax, "a manifest of a newer daypack",
                source + " (got format " + std::to_string(root.number("format")) + ", expected " +
                    std::to_string(Manifest::format) + ")",
                "update daypack");
  }
  SavedManifest manifest;
  const auto archive = root.object("archive"), target = root.object("target");
  manifest.sha256 = archive.text("sha256");
  manifest.size = archive.number("size");
  manifest.backend = target.text("backend");
  manifest.python = target.text("python");
  manifest.arch = target.text("arch");
  manifest.handler = root.text("handler");
  manifest.unzipped = root.number("unzipped");
  manifest.codec = root.text("codec");
  manifest.level = static_cast<int>(std::min<std::uint64_t>(root.number("level"), 99));
  const auto bytecode = root.object("bytecode");
  manifest.bytecode = {.files = bytecode.number("files"), .proven = bytecode.number("proven")};
  detail::read_lists(root, manifest);
  return manifest;
}

DAYPACK_DECL SavedManifest read_manifest(const std::string& path) {
  return parse_manifest(detail::read_file(path), path);
}

}  // namespace daypack
