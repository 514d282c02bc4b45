// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/wheel/name.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <utility>

namespace daypack {

namespace detail {

[[noreturn]] inline void refuse_wheel_name(std::string_view file, std::string_view why) {
  throw Error(Errc::damaged_wheel, "this is not the name of a wheel: " + std::string(why), std::string(file),
              "a wheel is called name-version-python-abi-platform.whl (PEP 427)");
}

// Letters of other alphabets are allowed here, as in pypa's own reading: bytes above 0x7f pass.
inline bool is_escaped_name(std::string_view name) {
  return !name.empty() && name.find("__") == std::string_view::npos && std::ranges::all_of(name, [](char c) {
    return is_ascii_alnum(c) || c == '_' || c == '.' || static_cast<unsigned char>(c) >= 0x80;
  });
}

inline BuildTag build_tag_of(std::string_view text, std::string_view file) {
  const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(text, is_ascii_digit) - text.begin());
  if (digits == 0) refuse_wheel_name(file, "its build number does not begin with a digit");
  const std::size_t zeros = std::min(text.find_first_not_of('0'), digits - 1);
  return {.number = std::string(text.substr(zeros, digits - zeros)), .rest = std::string(text.substr(digits))};
}

inline std::vector<std::string> tags_of(std::string_view field, std::string_view file) {
  auto tags = split_at(ascii_lowered(field), '.');
  if (std::ranges::find(tags, "") != tags.end()) refuse_wheel_name(file, "it has an empty tag");
  return tags;
}

}  // namespace detail

DAYPACK_DECL std::string normalised_name(std::string_view name) {
  std::string normal;
  normal.reserve(name.size());
  for (char c : name) {
    if (c == '-' || c == '_' || c == '.') {
      if (normal.empty() || normal.back() != '-') normal += '-';
    } else {
      normal += detail::ascii_lower(c);
    }
  }
  return normal;
}

DAYPACK_DECL bool is_project_name(std::string_view name) {
  return !name.empty() && detail::is_ascii_alnum(name.front()) && detail::is_ascii_alnum(name.back()) &&
         std::ranges::all_of(name,
                             [](char c) { return detail::is_ascii_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

DAYPACK_DECL std::strong_ordering operator<=>(const BuildTag& a, const BuildTag& b) {
  if (const auto order = a.number.size() <=> b.number.size(); order != 0) return order;
  if (const auto order = a.number <=> b.number; order != 0) return order;
  return a.rest <=> b.rest;
}

DAYPACK_DECL WheelName WheelName::parse(std::string_view file) {
  if (!file.ends_with(".whl")) detail::refuse_wheel_name(file, "it does not end with .whl");
  const auto fields = detail::split_at(file.substr(0, file.size() - 4), '-');
  if (fields.size() != 5 && fields.size() != 6) {
    detail::refuse_wheel_name(file, "it has " + std::to_string(fields.size()) + " fields, expected 5 or 6");
  }
  if (!detail::is_escaped_name(fields[0])) detail::refuse_wheel_name(file, "the project's name is not valid");
  if (!Version::parse(fields[1])) detail::refuse_wheel_name(file, "the version is not valid (PEP 440)");
  const std::size_t tags = fields.size() - 3;
  auto pythons = detail::tags_of(fields[tags], file);
  if (std::ranges::any_of(pythons, [](const std::string& tag) { return detail::is_ascii_digit(tag[0]); })) {
    detail::refuse_wheel_name(file, "a Python tag begins with a digit");
  }
  return {.file = std::string(file),
          .name = normalised_name(fields[0]),
          .version = fields[1],
          .build = fields.size() == 6 ? detail::build_tag_of(fields[2], file) : BuildTag{},
          .pythons = std::move(pythons),
          .abis = detail::tags_of(fields[tags + 1], file),
          .platforms = detail::tags_of(fields[tags + 2], file)};
}

}  // namespace daypack
