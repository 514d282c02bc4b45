// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include "options.hpp"

#include <daypack/error.hpp>

#include <charconv>
#include <cstdlib>
#include <string_view>

namespace cli {

daypack::Effort effort_of(const std::string& text) {
  if (text == "fast") return daypack::Effort::fast;
  if (text == "balanced") return daypack::Effort::balanced;
  if (text == "smallest") return daypack::Effort::smallest;
  int level = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), level);
  if (error != std::errc{} || end != text.data() + text.size() || level < 1 || level > 12) {
    throw daypack::Error(daypack::Errc::usage, "no such effort",
                         text + " (expected fast, balanced, smallest or a level from 1 to 12)");
  }
  return daypack::Effort(level);
}

void add_part_options(CLI::App& command, PartOptions& options) {
  const auto repeatable = [&](const char* name, std::vector<std::string>& values, const char* words) {
    command.add_option(name, values, words)->allow_extra_args(false);
  };
  repeatable("--extra", options.extras, "An extra of the project or lock, repeatable");
  repeatable("--group", options.groups, "A dependency group of the project or lock, repeatable");
  repeatable("--only-group", options.only_groups, "The same, without the project's own dependencies");
  command.add_option("--package", options.package, "The project of a uv.lock that has several");
  command.add_flag("--no-default-groups", options.no_default_groups, "Without the groups that a lock has by default");
}

daypack::Parts parts_of(const PartOptions& options) {
  daypack::Parts parts{.extras = options.extras,
                       .groups = options.groups,
                       .project = options.only_groups.empty(),
                       .default_groups = !options.no_default_groups,
                       .package = options.package};
  parts.groups.insert(parts.groups.end(), options.only_groups.begin(), options.only_groups.end());
  return parts;
}

void add_read_options(CLI::App& command, daypack::zip::ReadOptions& options) {
  options.profile = daypack::zip::Profile::general;
  const auto limit = [&](const char* name, std::uint64_t& value, const char* words) {
    command.add_option(name, value, words)->check(CLI::Range(std::uint64_t{1}, UINT64_MAX));
  };
  command.add_flag_callback(
      "--strict", [&options] { options.profile = daypack::zip::Profile::strict; }, "Refuse what is no wheel");
  command.add_flag("--refuse-case-clash", options.refuse_case_clash, "Refuse names that differ only in case");
  limit("--limit-members", options.limits.members, "The most members (default: 1000000)");
  limit("--limit-member-size", options.limits.member_size, "The largest member, in bytes (default: 16 GiB)");
  limit("--limit-size", options.limits.total_size, "All members together, in bytes (default: 64 GiB)");
  limit("--limit-ratio", options.limits.ratio, "All members by the size of the zip (default: none)");
}

std::optional<std::int64_t> source_date_epoch() {
  const char* const set = std::getenv("SOURCE_DATE_EPOCH");
  const std::string_view text = set ? set : "";
  if (text.empty()) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw daypack::Error(daypack::Errc::usage, "SOURCE_DATE_EPOCH is no number of seconds", std::string(text),
                         "set it to seconds since 1970, or unset it");
  }
  return seconds;
}

std::string is_named(const std::string& path) { return path.empty() ? "a path is expected, not nothing" : ""; }

std::pair<std::string, std::string> assignment_of(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == 0 || equals == std::string::npos) {
    throw daypack::Error(daypack::Errc::usage, "an environment variable is written as K=V", text);
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

std::map<std::string, std::string> assignments_of(const std::vector<std::string>& texts) {
  std::map<std::string, std::string> assignments;
  for (const std::string& text : texts) assignments.insert(assignment_of(text));
  return assignments;
}

}  // namespace cli
