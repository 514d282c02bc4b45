// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/aws.hpp>
#include <daypack/detail/file.hpp>
#include <daypack/detail/requirement_lines.hpp>
#include <daypack/impl/credentials/aws_ini.ipp>

#include <boost/filesystem/operations.hpp>

// Which profiles there are, and what they and the environment say; only impl/credentials/aws.ipp includes this file.
namespace daypack::detail::aws_session {

// As a shell reads them; nothing for an open quote.
inline std::optional<std::vector<std::string>> words_of(const std::string& line) {
  try {
    std::vector<std::string> words;
    for (Word& word : shell_words(line, 0)) words.push_back(std::move(word.text));
    return words;
  } catch (const Misread&) {
    return std::nullopt;
  }
}

// "~" and variables, as botocore expands them in names of files. What is not set stays as it is.
inline std::string expanded_path(const std::string& path, const Environment& environment) {
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const bool braced = path.compare(at, 2, "${") == 0;
    const std::size_t begin = at + (braced ? 2 : 1);
    std::size_t end = begin;
    while (end < path.size() && (is_ascii_alnum(path[end]) || path[end] == '_')) ++end;
    const bool named = path[at] == '$' && end > begin && (!braced || (end < path.size() && path[end] == '}'));
    const std::string value = named ? environment(path.substr(begin, end - begin)) : "";
    if (value.empty()) {
      out += path[at++];
      continue;
    }
    out += value;
    at = end + (braced ? 1 : 0);
  }
  if (out == "~" || out.starts_with("~/")) out.replace(0, 1, environment("HOME"));
  return out;
}

using SectionMap = std::map<std::string, Section, std::less<>>;

struct Profiles {
  std::string config_path = {};
  std::string credentials_path = {};
  SectionMap all = {};          // of both files; where both say something, the credentials file is right
  SectionMap config = {};       // of the config file alone
  SectionMap credentials = {};  // of the credentials file alone
  SectionMap sso_sessions = {};
  SectionMap services = {};
};

inline Sections sections_in(const std::string& path) {
  boost::system::error_code ignored;
  if (path.empty() || !boost::filesystem::is_regular_file(path, ignored)) return {};
  return IniReader(path).read(read_file(path));
}

// "work" of [profile work] or [profile "work"].
inline std::optional<std::string> second_word(const std::string& name) {
  auto words = words_of(name);
  if (!words || words->size() != 2) return std::nullopt;
  return std::move(words->back());
}

inline Profiles read_profiles(const Environment& environment) {
  const auto path = [&](const char* variable, const char* usual) {
    const std::string named = environment(variable);
    return expanded_path(named.empty() ? usual : named, environment);
  };
  Profiles found{.config_path = path("AWS_CONFIG_FILE", "~/.aws/config"),
                 .credentials_path = path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")};
  for (auto& [name, section] : sections_in(found.config_path)) {
    SectionMap* const kind = name.starts_with("profile")       ? &found.config
                             : name.starts_with("sso-session") ? &found.sso_sessions
                             : name.starts_with("services")    ? &found.services
                                                               : nullptr;
    if (name == "default") {
      found.config[name] = std::move(section);
    } else if (const auto word = kind ? second_word(name) : std::nullopt) {
      (*kind)[*word] = std::move(section);
    }
  }
  found.all = found.config;
  for (auto& [name, section] : sections_in(found.credentials_path)) {
    for (const auto& [key, setting] : section) found.all[name][key] = setting;
    found.all.try_emplace(name);
    found.credentials[name] = std::move(section);
  }
  return found;
}

inline const Section& section_in(const SectionMap& sections, std::string_view name) {
  static const Section none;
  const auto found = sections.find(name);
  return found == sections.end() ? none : found->second;
}

// What all that looks for credentials, regions and endpoints looks at.
struct Lookup {
  Context context;
  aws::Access access;
  Environment environment;
  Profiles profiles;
  std::string profile;  // its name
  bool named_by_caller = false;

  const Section& section() const { return section_in(profiles.all, profile); }

  // The variable, else what the profile says; empty when nobody says anything.
  std::string setting(const char* variable, std::string_view key) const {
    std::string value = environment(variable);
    return value.empty() ? text_of(section(), key) : value;
  }
  bool is_set(const char* variable, std::string_view key) const {
    return ascii_lowered(setting(variable, key)) == "true";
  }
};

inline Lookup lookup_of(Context context, aws::Access access, Environment environment) {
  Lookup at{std::move(context), std::move(access), std::move(environment), {}, {}};
  at.profiles = read_profiles(at.environment);
  at.named_by_caller = !at.access.profile.empty();
  at.profile = at.access.profile;
  if (at.profile.empty()) at.profile = at.environment("AWS_PROFILE");
  if (at.profile.empty()) at.profile = at.environment("AWS_DEFAULT_PROFILE");
  if (!at.profile.empty() && !at.profiles.all.contains(at.profile)) {
    throw Error(Errc::usage, "there is no such profile of AWS",
                at.profile + " (looked in " + at.profiles.config_path + " and " + at.profiles.credentials_path + ')',
                at.profiles.all.empty()
                    ? "make one by `aws configure --profile " + at.profile + '`'
                    : "there are " + listed(at.profiles.all, ", ", [](const auto& one) { return one.first; }));
  }
  if (at.profile.empty()) at.profile = "default";
  return at;
}

// It becomes part of a host's name.
inline std::string checked_region(std::string region) {
  const bool fits = !region.empty() && region.size() < 64 && region.front() != '-' && region.back() != '-' &&
                    std::ranges::all_of(region, [](char c) { return is_ascii_alnum(c) || c == '-'; });
  if (!fits) throw Error(Errc::usage, "this is no region of AWS", region, "write it as in eu-west-1");
  return region;
}

// Error{usage} when nobody has said one.
inline std::string region_of(const Lookup& at) {
  std::string region = at.access.region;
  if (region.empty()) region = at.environment("AWS_REGION");
  if (region.empty()) region = at.setting("AWS_DEFAULT_REGION", "region");
  if (region.empty()) {
    throw Error(Errc::usage, "no region of AWS is known", "profile " + at.profile,
                "name one: --region, AWS_REGION, or `region = ...` in " + at.profiles.config_path);
  }
  return checked_region(std::move(region));
}

}  // namespace daypack::detail::aws_session
