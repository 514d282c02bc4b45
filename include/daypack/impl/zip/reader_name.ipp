// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/zip/reader_extra.ipp>
#include <daypack/zip/fault.hpp>
#include <daypack/zip/name.hpp>
#include <daypack/zip/records.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

// What a member is called, and whether that may be.
namespace daypack::zip::detail {

inline constexpr std::size_t longest_name = 4096;  // PATH_MAX of Linux; also what Tree takes

// IBM code page 437 above ASCII, which APPNOTE.TXT D.1 gives to names without the flag for UTF-8.
inline constexpr std::u16string_view code_page_437 =
    u"ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡"
    u"±≥≤⌠⌡÷≈"
    u"°∙·√ⁿ²■\u00a0";
static_assert(code_page_437.size() == 128);

inline std::string from_code_page_437(std::string_view name) {
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const unsigned point = byte < 0x80 ? byte : code_page_437[byte - 0x80];
    if (point < 0x80) {
      text += c;
    } else if (point < 0x800) {
      text += {static_cast<char>(0xc0 | point >> 6), static_cast<char>(0x80 | (point & 0x3f))};
    } else {
      text += {static_cast<char>(0xe0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3f)),
               static_cast<char>(0x80 | (point & 0x3f))};
    }
  }
  return text;
}

// Without empty and "." components, which some writers leave in front or between; a '/' at either end stays.
inline std::string without_dots(std::string_view name) {
  std::string kept(name.starts_with('/') ? "/" : "");
  for (std::size_t begin = 0; begin < name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    begin = end + 1;
    if (part.empty() || part == ".") continue;
    kept += part;
    if (end < name.size()) kept += '/';
  }
  return kept.empty() && !name.empty() ? "./" : kept;  // the root itself
}

inline bool has_dots(std::string_view name) {
  return name.starts_with("./") || name.find("//") != std::string_view::npos ||
         name.find("/./") != std::string_view::npos || name.ends_with("/.");
}

inline Fault check_component(std::string_view part) {
  if (part == "..") return Fault::parent_in_name;
  return part.empty() || part == "." ? Fault::unsafe_name : Fault::none;
}

// Each way in which a name could lead out of its folder, or be no name there.
inline Fault check_safe(std::string_view name) {
  if (name.size() > longest_name) return Fault::unsafe_name;
  if (name.starts_with('/')) return Fault::absolute_name;
  if (name.size() >= 2 && name[1] == ':') return Fault::drive_in_name;
  for (const char c : name) {
    if (c == '\\') return Fault::backslash_in_name;
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return Fault::control_in_name;
  }
  if (name.ends_with('/')) name.remove_suffix(1);
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    if (const Fault fault = check_component(name.substr(begin, end - begin)); fault != Fault::none) return fault;
    begin = end + 1;
  }
  return Fault::none;
}

// Strict: the name stands there in UTF-8, and says so.
inline Fault check_name(std::string_view name, std::uint16_t flags) {
  if (!is_utf8(name)) return Fault::name_not_utf8;
  if (!(flags & flag_utf8) && !is_ascii(name)) return Fault::name_without_utf8_flag;
  return check_safe(name);
}

// General: the name as UTF-8. Without the flag, bytes that are well-formed UTF-8 are taken for it (macOS and Info-ZIP
// write such), any others for code page 437. Info-ZIP's second name wins where it belongs to the first.
inline Fault decode_name(std::string_view raw, std::uint16_t flags, const Extra& extra, std::string& name) {
  const auto second = unicode_path(extra, raw);
  if (second && (flags & flag_utf8) && *second != raw) return Fault::unicode_path_differs;
  if (second) raw = *second;
  if (is_utf8(raw)) {
    name = raw;
  } else if (second || (flags & flag_utf8)) {
    return Fault::name_not_utf8;
  } else {
    name = from_code_page_437(raw);
  }
  if (has_dots(name)) name = without_dots(name);
  return name == "./" ? Fault::none : check_safe(name);
}

}  // namespace daypack::zip::detail
