// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>

#include <algorithm>
#include <array>

namespace daypack {

namespace detail {

inline void render_fault(std::string& text, const Fault& fault, int depth) {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  text += indent + fault.message;
  if (!fault.subject.empty()) text += ": " + fault.subject;
  if (!fault.hint.empty()) text += '\n' + indent + "  hint: " + fault.hint;
  for (const Fault& cause : fault.causes) {
    text += '\n';
    render_fault(text, cause, depth + 1);
  }
}

inline std::string render_fault(const Fault& fault) {
  std::string text;
  render_fault(text, fault, 0);
  return text;
}

// "https://user:password@host/" without what stands before the "@".
inline std::string without_userinfo(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t scheme = text.find("://"); scheme != std::string_view::npos; scheme = text.find("://")) {
    const std::size_t begin = scheme + 3;
    const std::size_t end = std::min(text.find_first_of("/?# \n\"'", begin), text.size());
    const std::size_t at = text.substr(begin, end - begin).rfind('@');
    out += text.substr(0, begin);
    if (at != std::string_view::npos) out += "***";
    text.remove_prefix(at == std::string_view::npos ? begin : begin + at);
  }
  out += text;
  return out;
}

// "...?X-Amz-Signature=0a1b" without what stands after the "=", in any case of letters.
inline std::string without_secret_values(std::string out) {
  static constexpr std::array<std::string_view, 11> secrets{
      "token=",   "sig=",        "signature=",  "password=",         "secret=", "apikey=",
      "api_key=", "accountkey=", "credential=", "client_assertion=", "userpwd="};
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; };
  for (std::string_view name : secrets) {
    for (auto from = out.begin();;) {
      const auto found = std::search(from, out.end(), name.begin(), name.end(), same);
      if (found == out.end()) break;
      const auto begin = static_cast<std::size_t>(found - out.begin()) + name.size();
      const std::size_t end = std::min(out.find_first_of("&; \n\"'", begin), out.size());
      out.replace(begin, end - begin, "***");
      from = out.begin() + static_cast<std::ptrdiff_t>(begin);
    }
  }
  return out;
}

inline Fault redacted_fault(Fault fault) {
  fault.message = redacted(fault.message);
  fault.subject = redacted(fault.subject);
  fault.hint = redacted(fault.hint);
  for (Fault& cause : fault.causes) cause = redacted_fault(std::move(cause));
  return fault;
}

}  // namespace detail

DAYPACK_DECL std::string_view to_string(Errc code) {
  static constexpr std::array<std::string_view, 21> names{
      "failed",       "usage",      "unreadable",    "unwritable",    "syntax",
      "unresolvable", "no_wheel",   "hash_mismatch", "damaged_wheel", "damaged_zip",
      "unsafe_path",  "conflict",   "tool_missing",  "tool_failed",   "interpreter_missing",
      "not_found",    "over_limit", "verification",  "network",       "provider",
      "cancelled"};
  return names.at(static_cast<std::size_t>(code));
}

DAYPACK_DECL Error::Error(Fault fault)
    : std::runtime_error(detail::render_fault(detail::redacted_fault(fault))),
      fault_(detail::redacted_fault(std::move(fault))) {}

DAYPACK_DECL Error Error::in_stage(std::string_view stage) const {
  if (!fault_.stage.empty()) return *this;
  Fault fault = fault_;
  fault.stage = stage;
  return Error(std::move(fault));
}

DAYPACK_DECL void throw_collected(std::vector<Fault> faults, std::string message) {
  if (faults.empty()) return;
  std::sort(faults.begin(), faults.end(), [](const Fault& a, const Fault& b) {
    return a.subject != b.subject ? a.subject < b.subject : a.message < b.message;
  });
  if (faults.size() == 1) throw Error(std::move(faults.front()));
  const Errc code = faults.front().code;
  throw Error(Fault{.code = code, .message = std::move(message), .causes = std::move(faults)});
}

DAYPACK_DECL std::string redacted(std::string_view text) {
  return detail::without_secret_values(detail::without_userinfo(text));
}

}  // namespace daypack
