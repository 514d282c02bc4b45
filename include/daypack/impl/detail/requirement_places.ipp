// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/file_url.hpp>
#include <daypack/detail/requirement_lines.hpp>
#include <daypack/detail/requirement_parser.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/detail/url_login.hpp>
#include <daypack/error.hpp>
#include <daypack/requirements.hpp>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <boost/filesystem/path.hpp>
#include <optional>
#include <string>
#include <string_view>

// Where the files lie that a requirements.txt names.
namespace daypack::detail {

// What a web server gives; any other place is one of this machine.
inline bool is_web_url(std::string_view place) {
  const std::string head = ascii_lowered(place.substr(0, 8));
  return head.starts_with("http://") || head == "https://";
}

// Of a URL the part that names the file, and a place of this machine as it is.
inline std::string web_path(std::string_view place) {
  return std::string(is_web_url(place) ? place.substr(0, place.find_first_of("?#")) : place);
}

// A place for people: without a login or a token.
inline std::string shown_place(const std::string& place) {
  return is_web_url(place) ? redacted(UrlLogin(place).without()) : place;
}

inline std::string words_of_place(const Place& place, const std::string& source) {
  return shown_place(source) + ':' + std::to_string(place.line) + ':' + std::to_string(place.column);
}

inline std::string whole_path(const std::string& path) {
  return boost::filesystem::absolute(path).lexically_normal().string();
}

// Not folder / path: in Boost 1.81 that appends an absolute path too. Files of a web server have no folder here.
inline boost::filesystem::path beside_file(const std::string& source, const std::string& path) {
  if (boost::filesystem::path(path).is_absolute() || is_web_url(source)) return path;
  return boost::filesystem::path(source).parent_path() / path;
}

// A relative path is looked for as pip does, from the current folder, and then beside the file.
inline void make_absolute(Requirement& item, const std::string& source, Place place) {
  if (item.url.empty()) return;
  std::string path = item.url;
  if (path.starts_with("file:") && !path.starts_with("file:/")) path = path.substr(5);
  if (has_url_scheme(path) || path.find("${") != std::string::npos) return;
  const std::string beside = whole_path(beside_file(source, path).string()), here = whole_path(path);
  if (!boost::filesystem::exists(here) && !boost::filesystem::exists(beside)) {
    std::string subject = path;
    if (!source.empty()) subject += " (" + words_of_place(place, source) + ')';
    throw Error(Errc::not_found, "a required file or folder does not exist", subject,
                item.name.empty() ? "relative paths start from the current folder, or from the requirements file"
                                  : "is \"@\" meant to be a version?");
  }
  item.url = boost::filesystem::exists(here) ? here : beside;
}

// As pip: beside the file if it is there, else in the current folder.
inline std::string place_of_links(const std::string& value, const std::string& source) {
  if (has_url_scheme(value)) return value;
  const boost::filesystem::path beside = beside_file(source, value);
  return whole_path(boost::filesystem::exists(beside) ? beside.string() : value);
}

// The text of a file that another one names at `place`; what goes wrong is told with both.
template <class F>
auto read_named(const F& read, const std::string& place) try {
  return read();
} catch (const Error& error) {
  const bool missing = error.code() == Errc::not_found && error.message() == "cannot read a file";
  const bool folder = error.code() == Errc::unreadable && error.hint().empty();
  if (place.empty()) throw;
  const std::string subject = error.subject();
  throw Error(error.code(), missing ? "a requirements file does not exist" : error.message(),
              (missing ? subject.substr(0, subject.rfind(" (")) : subject) + " (named in " + place + ')',
              missing  ? "paths behind -r and -c are relative to the file in which they stand"
              : folder ? "name a file of requirements"
                       : error.hint());
}

}  // namespace daypack::detail
