// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <compare>
#include <cstddef>
#include <string_view>

// What policies need of python.hpp: without <string>, which costs as much to compile as all the rest of a backend.
namespace daypack {

// A minor release of Python, e.g. 3.12. Structural, so that it can be a template argument.
struct Python {
  int major = 3;
  int minor = 0;
  friend constexpr auto operator<=>(const Python&, const Python&) = default;
};

namespace detail {

// One part of "3.12": digits without a leading zero; -1 for anything else.
constexpr int python_part(std::string_view text) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text.front() == '0')) return -1;
  int number = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return -1;
    number = number * 10 + (c - '0');
  }
  return number;
}

// Reads "3.12"; anything else gives {0, 0}, which no backend offers.
constexpr Python python_from(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return {0, 0};
  const int major = python_part(text.substr(0, dot)), minor = python_part(text.substr(dot + 1));
  return major > 0 && minor >= 0 ? Python{major, minor} : Python{0, 0};
}

}  // namespace detail

inline namespace literals {

// 3.12_py. A raw literal, so 3.1_py and 3.10_py differ.
consteval Python operator""_py(const char* text) {
  Python python = detail::python_from(text);
  if (python.major == 0) throw "daypack: a Python is written as major.minor, e.g. 3.12_py";
  return python;
}

consteval unsigned long long operator""_KiB(unsigned long long n) { return n << 10; }
consteval unsigned long long operator""_MiB(unsigned long long n) { return n << 20; }
consteval unsigned long long operator""_GiB(unsigned long long n) { return n << 30; }

}  // namespace literals

}  // namespace daypack
