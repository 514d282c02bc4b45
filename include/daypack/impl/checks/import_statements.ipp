// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Which modules a source file imports, read without a Python.
namespace daypack::detail {

// "import a.b" is {"a.b"}, "from ..a import b, c" is {"a", {"b", "c"}, 2}.
struct ImportStatement {
  std::string module = {};
  std::vector<std::string> names = {};
  std::size_t level = 0;     // dots before the module
  bool in_function = false;  // runs only when that is called
};

// Reads logical lines, without strings and comments, and what they stand in. Imports that may fail (in a try statement)
// or that never run (TYPE_CHECKING) are left out.
class ImportScanner {
 public:
  explicit ImportScanner(std::string_view source) : rest_(source) {}

  std::vector<ImportStatement> scan() {
    while (!rest_.empty()) {
      const std::size_t begins = read_indent(), indent = goes_on_ ? indent_ : begins;
      const std::string_view line = read_line();
      indent_ = indent;
      if (line.empty()) continue;
      while (!blocks_.empty() && blocks_.back().indent >= indent) blocks_.pop_back();
      take(line, indent);
    }
    return std::move(found_);
  }

 private:
  enum class Block { guard, function };
  struct Open {
    std::size_t indent;
    Block kind;
  };

  std::size_t read_indent() {
    std::size_t indent = 0;
    for (; !rest_.empty(); rest_.remove_prefix(1)) {
      if (rest_.front() == '\t') {
        indent = (indent / 8 + 1) * 8;
      } else if (rest_.front() == ' ') {
        ++indent;
      } else if (rest_.front() != '\f') {
        break;
      }
    }
    return indent;
  }

  // A statement: up to the end of its logical line, which brackets and backslashes continue, or to a ';'. Strings
  // become
  // "", comments nothing, runs of blanks one. Of other statements than those of interest only the first word is kept.
  std::string_view read_line() {
    line_.clear();
    kept_ = true;
    goes_on_ = false;
    for (int depth = 0; !rest_.empty();) {
      const char c = rest_.front();
      if (c == '\n' || (c == ';' && depth <= 0)) {
        rest_.remove_prefix(1);
        goes_on_ = c == ';';
        if (depth <= 0) break;
        add(' ');
      } else if (c == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (c == '"' || c == '\'') {
        skip_string(c);
        add('"');
      } else if (c == '\\' && rest_.size() > 1) {
        rest_.remove_prefix(rest_.starts_with("\\\r\n") ? 3 : 2);
        add(' ');
      } else {
        depth += (c == '(' || c == '[' || c == '{') - (c == ')' || c == ']' || c == '}');
        add(c == '\t' || c == '\r' ? ' ' : c);
        rest_.remove_prefix(1);
      }
    }
    while (line_.ends_with(' ')) line_.pop_back();
    return line_;
  }

  void add(char c) {
    if (!kept_ || (c == ' ' && (line_.empty() || line_.back() == ' '))) return;
    line_ += c;
    if (line_.size() == 4) {
      static constexpr std::array<std::string_view, 8> begins{"impo", "from", "def ", "asyn",
                                                              "try:", "try ", "exce", "with"};
      kept_ = std::ranges::find(begins, line_) != begins.end() || line_.starts_with("if ") || line_.starts_with("if(");
    }
  }

  void skip_string(char quote) {
    const std::string three(3, quote);
    const bool triple = rest_.starts_with(three);
    rest_.remove_prefix(triple ? 3 : 1);
    while (!rest_.empty()) {
      if (rest_.front() == '\\') {
        rest_.remove_prefix(std::min<std::size_t>(2, rest_.size()));
      } else if (triple ? rest_.starts_with(three) : rest_.front() == quote) {
        return rest_.remove_prefix(triple ? 3 : 1);
      } else if (!triple && rest_.front() == '\n') {
        return;  // no such string: the line ends
      } else {
        rest_.remove_prefix(1);
      }
    }
  }

  void take(std::string_view line, std::size_t indent) {
    const auto begins = [&](std::string_view word) {
      return line.starts_with(word) && (line.size() == word.size() || line[word.size()] == ' ' ||
                                        line[word.size()] == ':' || line[word.size()] == '(');
    };
    if (begins("try") || begins("except") || begins("with suppress") || begins("with contextlib.suppress") ||
        (begins("if") && line.find("TYPE_CHECKING") != std::string_view::npos)) {
      blocks_.push_back({indent, Block::guard});
    } else if (begins("def") || begins("async def")) {
      blocks_.push_back({indent, Block::function});
    }
    if (std::ranges::any_of(blocks_, [](const Open& open) { return open.kind == Block::guard; })) return;
    if (line.starts_with("import ")) take_import(line.substr(7));
    if (line.starts_with("from ")) take_from(line.substr(5));
  }

  void found(ImportStatement statement) {
    statement.in_function = std::ranges::any_of(blocks_, [](const Open& open) { return open.kind == Block::function; });
    found_.push_back(std::move(statement));
  }

  // The names of "a.b as c, d", without what they are called here.
  static std::vector<std::string> names_of(std::string_view list) {
    std::vector<std::string> names;
    while (!list.empty()) {
      std::string_view item = list.substr(0, list.find(','));
      list.remove_prefix(std::min(item.size() + 1, list.size()));
      item.remove_prefix(std::min(item.find_first_not_of(" ("), item.size()));
      item = item.substr(0, std::min(item.find_first_of(" )"), item.size()));
      if (!item.empty()) names.emplace_back(item);
    }
    return names;
  }

  void take_import(std::string_view list) {
    for (std::string& module : names_of(list)) found({.module = std::move(module)});
  }

  void take_from(std::string_view text) {
    ImportStatement statement;
    for (; text.starts_with('.') || text.starts_with(' '); text.remove_prefix(1))
      statement.level += text.front() == '.';
    const bool only_dots = statement.level > 0 && text.starts_with("import");
    const std::size_t keyword = only_dots ? 0 : text.find(" import");
    if (keyword == std::string_view::npos) return;
    statement.module = text.substr(0, keyword);
    statement.names = names_of(text.substr(keyword + (only_dots ? 6 : 7)));
    found(std::move(statement));
  }

  std::string_view rest_;
  std::string line_;
  bool kept_ = true;        // whether this statement is of interest, as far as it is read
  bool goes_on_ = false;    // whether the next statement stands in the same line
  std::size_t indent_ = 0;  // of the statement before
  std::vector<Open> blocks_;
  std::vector<ImportStatement> found_;
};

}  // namespace daypack::detail
