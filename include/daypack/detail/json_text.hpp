// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/config.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace daypack::detail {

// Writes JSON (RFC 8259) in the order in which it is told. The caller opens and closes in pairs; commas come by
// themselves.
class JsonText {
 public:
  JsonText& open_object() { return open('{'); }
  JsonText& close_object() { return close('}'); }
  JsonText& open_array() { return open('['); }
  JsonText& close_array() { return close(']'); }
  // The next value begins a line, so that a diff of two documents shows what changed.
  JsonText& line() {
    line_ = true;
    return *this;
  }
  DAYPACK_DECL JsonText& key(std::string_view name);
  // UTF-8 stays as it is; bytes that are none become U+FFFD.
  DAYPACK_DECL JsonText& text(std::string_view value);
  DAYPACK_DECL JsonText& number(std::uint64_t value);
  JsonText& member(std::string_view name, std::string_view value) { return key(name).text(value); }
  JsonText& member(std::string_view name, std::uint64_t value) { return key(name).number(value); }

  std::string take() { return std::move(out_); }

 private:
  DAYPACK_DECL JsonText& open(char bracket);
  DAYPACK_DECL JsonText& close(char bracket);
  DAYPACK_DECL void before_value();
  DAYPACK_DECL void quote(std::string_view value);

  std::string out_;
  bool comma_ = false;  // whether something stands before the next value in its object or array
  bool line_ = false;
};

}  // namespace daypack::detail

#ifndef DAYPACK_SEPARATE_COMPILATION
#include <daypack/impl/detail/json_text.ipp>
#endif
