// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/toml_shape.hpp>
#include <daypack/detail/utf8.hpp>
#include <daypack/error.hpp>

#include <toml++/toml.h>
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace daypack::detail {

// A TOML file of a stranger, and the words for what is off in it: "FAILURE: FILE:LINE:COLUMN (got ..., expected ...)".
class TomlReader {
 public:
  // `failure` as in "cannot read a lock"; `mending` is the way out when it is no TOML at all.
  TomlReader(std::string source, std::string failure, std::string mending)
      : source_(std::move(source)), failure_(std::move(failure)), mending_(std::move(mending)) {}

  const std::string& source() const { return source_; }

  toml::table parse(std::string_view text) const {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    check_characters(text);
    try {
      return toml::parse(text, source_);
    } catch (const toml::parse_error& error) {
      fail(error.source(), std::string(error.description()), "TOML", mending_);
    }
  }

  [[noreturn]] void fail(const toml::source_region& where, const std::string& got, const std::string& expected,
                         std::string hint = {}) const {
    throw Error(Errc::syntax, failure_,
                source_ + ':' + std::to_string(where.begin.line) + ':' + std::to_string(where.begin.column) + " (got " +
                    redacted(got) + ", expected " + expected + ')',
                std::move(hint));
  }

  template <class T>
  std::optional<T> optional_value(const toml::table& table, std::string_view key, const char* expected) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return {};
    if (std::optional<T> value = node->value_exact<T>()) return value;
    fail(node->source(), "another type for " + std::string(key), expected);
  }

  // A text that may be missing: then it is empty.
  std::string text_of(const toml::table& table, std::string_view key) const {
    return optional_value<std::string>(table, key, "a text").value_or("");
  }

  const toml::table* table_of(const toml::table& table, std::string_view key) const {
    const toml::node* node = table.get(key);
    if (node != nullptr && !node->is_table()) fail(node->source(), "another type for " + std::string(key), "a table");
    return node == nullptr ? nullptr : node->as_table();
  }

  // Calls take(table) for each table of an array; a missing array is an empty one.
  template <class F>
  void each_table(const toml::table& table, std::string_view key, F take) const {
    each(table, key, "an array of tables", [&](const toml::node& element) {
      if (!element.is_table()) fail(element.source(), "something else in " + std::string(key), "a table");
      take(*element.as_table());
    });
  }

  // The texts of an array; a missing array is an empty one.
  std::vector<std::string> texts_of(const toml::table& table, std::string_view key) const {
    std::vector<std::string> texts;
    each(table, key, "an array of texts", [&](const toml::node& element) {
      const auto text = element.value_exact<std::string>();
      if (!text) fail(element.source(), "something else in " + std::string(key), "a text");
      texts.push_back(*text);
    });
    return texts;
  }

 private:
  template <class F>
  void each(const toml::table& table, std::string_view key, const char* expected, F take) const {
    const toml::node* node = table.get(key);
    if (node == nullptr) return;
    const toml::array* array = node->as_array();
    if (array == nullptr) fail(node->source(), "another type for " + std::string(key), expected);
    for (const toml::node& element : *array) take(element);
  }

  void check_characters(std::string_view text) const {
    if (!is_utf8(text))
      throw Error(Errc::syntax, failure_, source_ + " (got bytes that are no text, expected TOML in UTF-8)", mending_);
    const std::size_t stray = toml_stray_byte(text);
    if (stray == std::string_view::npos) return;
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(stray), '\n') + 1;
    const std::string got(text.substr(stray, utf8_length(text.substr(stray))));
    throw Error(Errc::syntax, failure_,
                source_ + ':' + std::to_string(line) + " (got \"" + got + "\" outside of a string, expected TOML)",
                mending_);
  }

  std::string source_;
  std::string failure_;
  std::string mending_;
};

}  // namespace daypack::detail
