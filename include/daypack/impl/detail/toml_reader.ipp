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
      fail_parsing(text, error);
    }
  }

  // "pylock.toml:3:5"
  std::string place(const toml::source_region& where) const {
    return source_ + ':' + std::to_string(where.begin.line) + ':' + std::to_string(where.begin.column);
  }

  [[noreturn]] void fail(const toml::source_region& where, const std::string& got, const std::string& expected,
                         std::string hint = {}) const {
    throw Error(Errc::syntax, failure_, place(where) + " (got " + redacted(got) + ", expected " + expected + ')',
                hint.empty() ? mending_ : std::move(hint));
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

  // The same for an array of arrays.
  template <class F>
  void each_array(const toml::table& table, std::string_view key, F take) const {
    each(table, key, "an array of arrays", [&](const toml::node& element) {
      if (!element.is_array()) fail(element.source(), "something else in " + std::string(key), "an array");
      take(*element.as_array());
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

  [[noreturn]] void fail_parsing(std::string_view text, const toml::parse_error& error) const {
    const auto lines = lines_before(text, error.source().begin.line);
    const std::string_view line = text.substr(lines, text.find('\n', lines) - lines);
    const bool control = error.description().find("control characters") != std::string_view::npos;
    if (control && error.source().begin.column > line.size())
      fail(error.source(), "the end of the line inside of a text", "a closing quote");
    std::string got(error.description());
    if (got.starts_with("Error")) got.front() = 'e';
    fail(error.source(), got, "TOML");
  }

  static std::size_t lines_before(std::string_view text, std::uint32_t line) {
    std::size_t at = 0;
    for (; line > 1 && at != std::string_view::npos; --line) at = text.find('\n', at) + 1;
    return at;
  }

  void check_characters(std::string_view text) const {
    std::size_t bad = 0;
    while (bad < text.size() && utf8_length(text.substr(bad)) != 0) bad += utf8_length(text.substr(bad));
    if (bad < text.size()) {
      const bool wide = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
      fail(place_of(text, bad), "a byte that is no text", "UTF-8",
           wide ? "this is UTF-16: save the file as UTF-8" : "save the file as UTF-8");
    }
    const std::size_t stray = toml_stray_byte(text);
    if (stray == std::string_view::npos) return;
    const std::string got(text.substr(stray, utf8_length(text.substr(stray))));
    const bool control = static_cast<unsigned char>(got.front()) < 0x20;
    fail(place_of(text, stray), control ? "a control character" : '"' + got + "\" outside of a string", "TOML",
         mending_);
  }

  static toml::source_region place_of(std::string_view text, std::size_t at) {
    toml::source_region where;
    where.begin = {1, 1};
    for (std::size_t i = 0; i < at; i += std::max<std::size_t>(1, utf8_length(text.substr(i)))) {
      where.begin.column = text[i] == '\n' ? 1 : where.begin.column + 1;
      where.begin.line += text[i] == '\n';
    }
    return where;
  }

  std::string source_;
  std::string failure_;
  std::string mending_;
};

}  // namespace daypack::detail
