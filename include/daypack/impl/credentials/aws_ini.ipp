// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// The files of AWS's tools, as botocore reads them: by Python's RawConfigParser, with one level of nested settings
// (botocore 1.44.5, configloader.py; CPython 3.11, configparser.py; both read on 2026-11-22). No message quotes a line:
// it may hold a key. Only impl/credentials/aws.ipp includes this file.
namespace daypack::detail::aws_session {

using Nested = std::map<std::string, std::string, std::less<>>;

struct Setting {
  std::string text = {};
  std::optional<Nested> nested = {};  // of "s3 =" and the indented lines below it
};

using Section = std::map<std::string, Setting, std::less<>>;
using Sections = std::vector<std::pair<std::string, Section>>;  // as they stand in the file

// Empty when there is none, or one with nested settings.
inline std::string text_of(const Section& section, std::string_view name) {
  const auto found = section.find(name);
  return found == section.end() || found->second.nested ? std::string() : found->second.text;
}

inline std::string nested_text(const Section& section, std::string_view name, std::string_view inner) {
  const auto found = section.find(name);
  if (found == section.end() || !found->second.nested) return {};
  const auto setting = found->second.nested->find(inner);
  return setting == found->second.nested->end() ? std::string() : setting->second;
}

class IniReader {
 public:
  explicit IniReader(std::string path) : path_(std::move(path)) {}

  // Error{syntax} with the line's number.
  Sections read(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
      ++line_;
      take(text.substr(0, end));
      const bool pair = text.substr(end).starts_with("\r\n");
      text.remove_prefix(std::min(end + (pair ? 2 : 1), text.size()));
    }
    return sections();
  }

 private:
  struct Option {
    std::string name = {};
    std::vector<std::string> lines = {};
    std::size_t at = 0;
  };
  struct Block {
    std::string name = {};
    std::deque<Option> options = {};
  };

  [[noreturn]] void refuse(std::size_t line, const std::string& why) const {
    throw Error(Errc::syntax, "cannot read a file of AWS's tools",
                path_ + ':' + std::to_string(line) + " (" + why + ')',
                "correct the line; `aws configure list` reads the same files");
  }

  void take(std::string_view line) {
    const std::string_view words = trimmed(line);
    if (words.starts_with('#') || words.starts_with(';')) return;
    if (words.empty()) {
      if (option_) option_->lines.emplace_back();
      return;
    }
    const std::size_t indent = line.find_first_not_of(blanks);
    if (option_ && indent > indent_) {
      option_->lines.emplace_back(words);
      return;
    }
    indent_ = indent;
    const std::size_t close = words.rfind(']');
    if (words.front() == '[' && close != std::string_view::npos && close > 1) {
      begin_section(std::string(words.substr(1, close - 1)));
    } else {
      begin_option(words);
    }
  }

  void begin_section(std::string name) {
    option_ = nullptr;
    if (name == "DEFAULT") {
      block_ = &defaults_;
      return;
    }
    for (const Block& other : blocks_) {
      if (other.name == name) refuse(line_, "a second section of one name");
    }
    block_ = &blocks_.emplace_back(Block{.name = std::move(name)});
  }

  void begin_option(std::string_view words) {
    if (!block_) refuse(line_, "expected a section such as [default] before all else");
    const std::size_t end = words.find_first_of("=:");
    if (end == std::string_view::npos || trimmed(words.substr(0, end)).empty()) refuse(line_, "expected NAME = VALUE");
    const std::string name = ascii_lowered(trimmed(words.substr(0, end)));
    for (const Option& other : block_->options) {
      if (other.name == name) refuse(line_, name + " stands there twice");
    }
    option_ = &block_->options.emplace_back(Option{.name = name, .at = line_});
    option_->lines.emplace_back(trimmed(words.substr(end + 1)));
  }

  Setting setting_of(const Option& option) const {
    std::string text = listed(option.lines, "\n");
    while (!text.empty() && blanks.find(text.back()) != std::string_view::npos) text.pop_back();
    if (!text.starts_with('\n')) return {.text = std::move(text)};
    Nested nested;
    for (const std::string& line : split_at(text, '\n')) {
      if (line.empty()) continue;
      const std::size_t end = line.find('=');
      if (end == std::string::npos) refuse(option.at, "expected NAME = VALUE in the lines below " + option.name);
      nested[std::string(trimmed(line.substr(0, end)))] = trimmed(line.substr(end + 1));
    }
    return {.nested = std::move(nested)};
  }

  Sections sections() const {
    Sections all;
    for (const Block& block : blocks_) {
      Section section;
      for (const Option& option : block.options) section.emplace(option.name, setting_of(option));
      for (const Option& option : defaults_.options) section.emplace(option.name, setting_of(option));
      all.emplace_back(block.name, std::move(section));
    }
    return all;
  }

  std::string path_;
  std::deque<Block> blocks_;
  Block defaults_;
  Block* block_ = nullptr;
  Option* option_ = nullptr;
  std::size_t indent_ = 0;
  std::size_t line_ = 0;
};

}  // namespace daypack::detail::aws_session
