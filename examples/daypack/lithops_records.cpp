// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "lithops_records.hpp"

#include <daypack/detail/environment.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/sha1.hpp>
#include <daypack/error.hpp>
#include <daypack/net/url.hpp>
#include <daypack/sign/sha256.hpp>

#include <boost/filesystem.hpp>

#include <cstdlib>

namespace cli {

namespace {

using daypack::Errc, daypack::Error;

std::string local_path(const std::string& key) {
  const std::string home = daypack::detail::environment_text("HOME");
  return home.empty() ? "" : home + "/.lithops/cache/" + metadata_path(key);
}

}  // namespace

std::string without_dots(std::string version) {
  std::erase(version, '.');
  return version;
}

std::string short_hash(std::string_view text, std::size_t digits) {
  return daypack::detail::sha1_hex(text).substr(0, digits);
}

void check_storage(const LithopsConfig& config, const std::string& asked, const std::string& expected) {
  const std::string named = asked.empty() ? config.text({"lithops"}, "storage") : asked;
  if (!named.empty() && named != expected)
    throw Error(Errc::usage, "Lithops' storage cannot be reached", named + " (expected " + expected + ')',
                "name the storage with -s, or in the section lithops of its configuration");
}

void lend_keys(const LithopsConfig& config, std::initializer_list<const char*> sections,
               std::span<const std::pair<const char*, const char*>> keys) {
  if (config.text(sections, keys.front().first).empty()) return;
  for (const auto& [key, variable] : keys) {
    const std::string value = config.text(sections, key);
    if (value.empty())
      ::unsetenv(variable);
    else
      ::setenv(variable, value.c_str(), 1);
  }
}

boost::json::object metadata_in(const std::string& answer, bool failed, const std::string& worker) {
  boost::system::error_code error;
  boost::json::value document = boost::json::parse(answer, error);
  if (!failed && !error && document.is_object() && document.as_object().contains("preinstalls"))
    return std::move(document.as_object());
  throw Error(Errc::verification, "the runtime does not answer as Lithops' entry point does",
              worker + " (got " + daypack::redacted(std::string_view(answer).substr(0, 2000)) + ')',
              "daypack verify tells what its package lacks; the provider's log tells more");
}

std::string metadata_path(const std::string& key) { return "lithops.runtimes/" + key + ".meta.json"; }

daypack::Archive archive_of(const std::string& text) {
  return {{daypack::blob_of(text)}, daypack::sha256_of(daypack::as_bytes(text)), {}};
}

void keep_locally(const std::string& key, const std::string& text) {
  const std::string path = local_path(key);
  if (path.empty()) return;
  daypack::detail::write_file(path, text);
}

void forget_locally(const std::string& key) {
  boost::system::error_code error;
  if (const std::string path = local_path(key); !path.empty()) boost::filesystem::remove(path, error);
}

}  // namespace cli
