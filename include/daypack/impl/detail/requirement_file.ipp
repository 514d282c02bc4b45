// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/file.hpp>
#include <daypack/detail/file_url.hpp>
#include <daypack/detail/requirement_lines.hpp>
#include <daypack/detail/requirement_parser.hpp>
#include <daypack/detail/url_login.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/requirement_parser.ipp>
#include <daypack/impl/detail/requirement_places.ipp>
#include <daypack/requirements.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace daypack::detail {

// An option of a requirements.txt, as pip 26.3 spells it
// (https://pip.pypa.io/en/stable/reference/requirements-file-format/, 2026-11-01).
struct RequirementOption {
  enum class Kind { flag, value, place, nested, editable, hash, setting };
  std::string_view name;
  std::string_view canonical;
  Kind kind;
};

inline const RequirementOption* requirement_option(std::string_view name) {
  using Kind = RequirementOption::Kind;
  static constexpr std::array<RequirementOption, 27> options{{
      {"-i", "--index-url", Kind::value},
      {"--index-url", "--index-url", Kind::value},
      {"--pypi-url", "--index-url", Kind::value},
      {"--extra-index-url", "--extra-index-url", Kind::value},
      {"-f", "--find-links", Kind::place},
      {"--find-links", "--find-links", Kind::place},
      {"--no-index", "--no-index", Kind::flag},
      {"--pre", "--pre", Kind::flag},
      {"--prefer-binary", "--prefer-binary", Kind::flag},
      {"--require-hashes", "--require-hashes", Kind::flag},
      {"--no-require-hashes", "--no-require-hashes", Kind::flag},
      {"--no-binary", "--no-binary", Kind::value},
      {"--only-binary", "--only-binary", Kind::value},
      {"--all-releases", "--all-releases", Kind::value},
      {"--only-final", "--only-final", Kind::value},
      {"--trusted-host", "--trusted-host", Kind::value},
      {"--use-feature", "--use-feature", Kind::value},
      {"-r", "--requirement", Kind::nested},
      {"--requirement", "--requirement", Kind::nested},
      {"-c", "--constraint", Kind::nested},
      {"--constraint", "--constraint", Kind::nested},
      {"-e", "--editable", Kind::editable},
      {"--editable", "--editable", Kind::editable},
      {"--hash", "--hash", Kind::hash},
      {"--config-settings", "--config-settings", Kind::setting},
      {"--config-setting", "--config-settings", Kind::setting},
      {"-C", "--config-settings", Kind::setting},
  }};
  const auto found = std::find_if(options.begin(), options.end(),
                                  [&](const RequirementOption& option) { return option.name == name; });
  return found == options.end() ? nullptr : &*found;
}

struct GivenOption {
  const RequirementOption* option = nullptr;
  std::string value = {};
  std::size_t at = 0;  // of the option
  std::size_t value_at = 0;
};

// "--name value", "--name=value", "-n value" and "-nvalue".
inline std::vector<GivenOption> given_options(std::string_view line, std::size_t from) {
  std::vector<GivenOption> given;
  const std::vector<Word> words = shell_words(line, from);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const Word& word = words[i];
    if (!word.text.starts_with('-')) throw Misread{word.at, "an option", "quote a value that has blanks in it"};
    const bool brief = !word.text.starts_with("--");
    const std::size_t size =
        brief ? std::min<std::size_t>(2, word.text.size()) : std::min(word.text.find('='), word.text.size());
    GivenOption option{requirement_option(word.text.substr(0, size)), {}, word.at, word.at + size};
    if (option.option == nullptr) {
      throw Misread{word.at, "an option that pip knows in a requirements file",
                    "see `pip help install`; requirements do not begin with \"-\""};
    }
    bool has_value = word.text.size() > size;
    if (option.option->kind == RequirementOption::Kind::flag) {
      if (has_value) throw Misread{word.at + size, "no value behind " + word.text.substr(0, size), {}};
    } else if (has_value) {
      option.value = word.text.substr(brief ? size : size + 1);
      if (!brief) ++option.value_at;
    } else if (i + 1 < words.size()) {
      ++i;
      option.value = words[i].text;
      option.value_at = words[i].at;
    }
    if (option.option->kind != RequirementOption::Kind::flag && option.value.empty()) {
      throw Misread{line.size(), "a value behind " + word.text.substr(0, size), {}};
    }
    given.push_back(std::move(option));
  }
  return given;
}

// "sha256:HEX", also sha384 and sha512; lower case.
inline std::string checked_hash(const GivenOption& given) {
  static constexpr std::array<std::pair<std::string_view, std::size_t>, 3> algorithms{
      {{"sha256", 64}, {"sha384", 96}, {"sha512", 128}}};
  std::string hash = ascii_lowered(given.value);
  for (const auto& [name, digits] : algorithms) {
    const std::string_view hex = std::string_view(hash).substr(std::min(name.size() + 1, hash.size()));
    if (!hash.starts_with(std::string(name) + ':')) continue;
    if (hex.size() == digits && hex.find_first_not_of("0123456789abcdef") == std::string_view::npos) return hash;
    throw Misread{given.value_at, std::to_string(digits) + " hex digits behind \"" + std::string(name) + ":\"",
                  "copy the whole hash, or let `uv pip compile --generate-hashes` write it"};
  }
  throw Misread{given.value_at, "sha256:HEX, sha384:HEX or sha512:HEX", "weaker algorithms do not protect"};
}

// "KEY=VALUE" for a build backend.
inline std::string checked_setting(const GivenOption& given) {
  if (given.value.find('=') == std::string::npos)
    throw Misread{given.value_at, "KEY=VALUE behind " + std::string(given.option->name), {}};
  return given.value;
}

// One requirements.txt and those that it names.
class RequirementsReader {
 public:
  RequirementsReader(Requirements& to, FetchText fetch) : to_(to), fetch_(std::move(fetch)) {}

  // A file of a web server, named at `place` of the file `from`, if any.
  void read_web(const std::string& reference, const std::string& from = {}, const std::string& place = {}) {
    const FetchedText found = read_named(
        [&] {
          if (fetch_) return fetch_(from, reference);
          throw Error(Errc::usage, "a requirements file stands at a URL, and nothing was given that fetches it",
                      reference, "give fetch_text(context), or fetch it first and name the copy");
        },
        place);
    refuse_circle(UrlLogin(found.url).without(), shown_place(found.url), place);
    read_text(found.text, found.url);
  }

  // `source` is a path, or the URL with its login, from which relative references start.
  void read_text(std::string_view bytes, const std::string& source) {
    open_.push_back(is_web_url(source) ? UrlLogin(source).without() : whole_path(source));
    if (open_.size() > 200)
      throw Error(Errc::syntax, "requirements files are nested too deeply", shown_place(source), "join some of them");
    for (const LogicalLine& line : logical_lines(decode_requirements(bytes, shown_place(source)))) {
      try {
        take(line, source);
      } catch (const Misread& misread) {
        throw_misread(misread, line, shown_place(source));
      }
    }
    open_.pop_back();
  }

  // A single requirement of the command line.
  void take_argument(const std::string& text) {
    LogicalLine line{.text = std::string(trimmed(text))};
    try {
      if (line.text.starts_with('-'))
        throw Misread{0, "a requirement, not an option", "options stand in a requirements file"};
      Requirement item = parse_requirement_or_path(line.text);
      make_absolute(item, {}, {});
      to_.items.push_back(std::move(item));
    } catch (const Misread& misread) {
      throw_misread(misread, line, {});
    }
  }

 private:
  using Kind = RequirementOption::Kind;

  void take(const LogicalLine& line, const std::string& source) {
    const std::size_t options = options_begin(line.text);
    const std::string_view text = trimmed(std::string_view(line.text).substr(0, options));
    const std::vector<GivenOption> given = given_options(line.text, options);
    if (text.empty()) return take_options(given, line, source);
    Requirement item = parse_requirement_or_path(text);
    for (const GivenOption& option : given) {
      if (option.option->kind == Kind::hash) {
        item.hashes.push_back(checked_hash(option));
      } else if (option.option->kind == Kind::setting) {
        item.config_settings.push_back(checked_setting(option));
      } else {
        throw Misread{option.at, "--hash, --config-settings or the end of the line",
                      "put " + std::string(option.option->name) + " on a line of its own"};
      }
    }
    take_item(std::move(item), line, source);
  }

  void take_item(Requirement item, const LogicalLine& line, const std::string& source) {
    item.file = shown_place(source);
    item.line = line.places.front().line;
    if (constraining_) {
      if (item.name.empty() || item.editable) throw Misread{0, "a name in a constraints file", "write \"NAME @ URL\""};
      if (!item.extras.empty())
        throw Misread{line.text.find('['), "no extras in a constraints file",
                      "ask for extras where the requirement stands"};
    }
    make_absolute(item, source, line.places.front());
    (constraining_ ? to_.constraints : to_.items).push_back(std::move(item));
  }

  void take_options(const std::vector<GivenOption>& given, const LogicalLine& line, const std::string& source) {
    for (const GivenOption& option : given) {
      const std::string name(option.option->canonical);
      switch (option.option->kind) {
        case Kind::flag:
          to_.options.push_back(name);
          break;
        case Kind::value:
          to_.options.push_back(name + ' ' + option.value);
          break;
        case Kind::place:
          to_.options.push_back(name + ' ' + place_of_links(option.value, source));
          break;
        case Kind::nested:
          take_nested(option, line, source);
          break;
        case Kind::editable:
          take_editable(option, given, line, source);
          break;
        case Kind::setting:
          if (has_editable(given)) break;
          [[fallthrough]];
        case Kind::hash:
          throw Misread{option.at, "a requirement before " + std::string(option.option->name),
                        "write it behind the requirement, on one line"};
      }
    }
  }

  static bool has_editable(const std::vector<GivenOption>& given) {
    return std::any_of(given.begin(), given.end(),
                       [](const GivenOption& option) { return option.option->kind == Kind::editable; });
  }

  void take_editable(const GivenOption& option, const std::vector<GivenOption>& given, const LogicalLine& line,
                     const std::string& source) {
    Requirement item;
    const bool plain =
        has_url_scheme(option.value) || looks_like_path(option.value) || option.value.find('@') != std::string::npos;
    try {
      item = parse_requirement_or_path(plain ? option.value : "./" + option.value);
    } catch (const Misread& misread) {
      throw Misread{option.value_at + misread.at, misread.expected, misread.hint};
    }
    item.editable = true;
    for (const GivenOption& other : given) {
      if (other.option->kind == Kind::setting) item.config_settings.push_back(checked_setting(other));
    }
    take_item(std::move(item), line, source);
  }

  void take_nested(const GivenOption& option, const LogicalLine& line, const std::string& source) {
    const std::string& value = option.value;
    if (web_path(value).ends_with(".toml") || web_path(value).ends_with("uv.lock"))
      throw Misread{option.value_at, "a requirements file", "name projects and locks beside this file, not in it"};
    const Place& at = line.places[std::min(option.value_at, line.text.size())];
    const std::string place = words_of_place(at, source);
    const bool outer = std::exchange(constraining_, constraining_ || option.option->canonical == "--constraint");
    if (is_web_url(value) || (is_web_url(source) && !value.starts_with("file:"))) {
      read_web(value, is_web_url(source) ? source : "", place);
    } else {
      const bool plain = value.starts_with("file:") && !value.starts_with("file://");  // file:x.txt, file:/x.txt
      read_local(path_of_file_url(value).value_or(plain ? percent_decoded(value.substr(5)) : value), source, place);
    }
    constraining_ = outer;
  }

  void read_local(const std::string& value, const std::string& source, const std::string& place) {
    const std::string path = beside_file(source, value).lexically_normal().string();
    refuse_circle(whole_path(path), path, place);
    read_text(read_named([&] { return read_file(path); }, place), path);
  }

  void refuse_circle(const std::string& whole, const std::string& shown, const std::string& place) const {
    if (std::find(open_.begin(), open_.end(), whole) == open_.end()) return;
    throw Error(Errc::syntax, "requirements files include each other", place + " includes " + shown + " again",
                "remove one of the -r lines");
  }

  Requirements& to_;
  FetchText fetch_;
  std::vector<std::string> open_ = {};
  bool constraining_ = false;
};

}  // namespace daypack::detail
