// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What a source file imports, read without a Python.
namespace daypack::detail {

// "import a.b" is {"a.b"}, "from ..a import b, c" is {"a", {"b", "c"}, 2}.
struct ImportStatement {
  std::string module = {};
  std::vector<std::string> names = {};
  std::size_t level = 0;     // dots before the module
  bool in_function = false;  // runs only when that is called
  bool guarded = false;      // may fail (in a try statement) or may never run
  bool never_runs = false;   // stands below `if TYPE_CHECKING:`
};

// What a scanner finds, in the order of the source. The views are into the source.
class SourceSink {
 public:
  virtual ~SourceSink() = default;
  virtual void statement(ImportStatement statement) = 0;
  // "importlib.import_module" of a call, and what stands behind its bracket. What is given back comes with the strings
  // that are arguments of that call.
  virtual char call(std::string_view, std::string_view) { return 0; }
  // The inside of a string; not of one that is formatted.
  virtual void text(std::string_view, char) {}
};

constexpr bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Reads logical lines, without strings and comments, and what they stand in.
class SourceScanner {
 public:
  SourceScanner(std::string_view source, SourceSink& sink) : source_(source), rest_(source), sink_(sink) {}

  // False for what is no source that a Python could read: a string or a bracket is not closed, or there is a NUL.
  bool scan() {
    while (!rest_.empty()) {
      const std::size_t begins = read_indent(), indent = goes_on_ ? indent_ : begins;
      const bool header = read_line();
      indent_ = indent;
      if (line_.empty()) continue;
      while (!blocks_.empty() && blocks_.back().indent >= indent) blocks_.pop_back();
      take(line_, indent);
      if (header) ++indent_;  // what follows in the same line stands in the block
    }
    return whole_ && source_.find('\0') == std::string_view::npos;
  }

 private:
  enum class Block { guard, typing, function };
  struct Open {
    std::size_t indent;
    Block kind;
  };

  static constexpr std::array<bool, 256> notable = [] {
    std::array<bool, 256> table{};
    for (const char c : std::string_view("\n;#\"'\\()[]{}:")) table[static_cast<unsigned char>(c)] = true;
    return table;
  }();

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
  // become "", comments nothing, runs of blanks one. Of other statements than those of interest only the first word is
  // kept. True for the head of a block that goes on in the same line: "try: import a".
  bool read_line() {
    line_.clear();
    kept_ = true;
    goes_on_ = false;
    calls_.clear();
    while (!rest_.empty()) {
      if (!kept_) skip_to_notable();
      if (rest_.empty()) break;
      const char c = rest_.front();
      if (c == '\n' || (c == ';' && calls_.empty())) {
        rest_.remove_prefix(1);
        goes_on_ = c == ';';
        if (calls_.empty()) return end_line(false);
        add(' ');
      } else if (c == '#') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (c == '"' || c == '\'') {
        read_string(c);
        add('"');
      } else if (c == '\\' && rest_.size() > 1) {
        rest_.remove_prefix(rest_.starts_with("\\\r\n") ? 3 : 2);
        add(' ');
      } else if (c == ':' && calls_.empty() && kept_ && is_head() && goes_on_after_colon()) {
        rest_.remove_prefix(1);
        add(':');
        return end_line(true);
      } else {
        track_bracket(c);
        add(c == '\t' || c == '\r' ? ' ' : c);
        rest_.remove_prefix(1);
      }
    }
    whole_ = whole_ && calls_.empty();
    return end_line(false);
  }

  bool end_line(bool header) {
    while (line_.ends_with(' ')) line_.pop_back();
    goes_on_ = goes_on_ || header;
    return header;
  }

  void skip_to_notable() {
    std::size_t at = 0;
    while (at < rest_.size() && !notable[static_cast<unsigned char>(rest_[at])]) ++at;
    rest_.remove_prefix(at);
  }

  void add(char c) {
    if (!kept_ || (c == ' ' && (line_.empty() || line_.back() == ' '))) return;
    line_ += c;
    if (line_.size() == 4) {
      static constexpr std::array<std::string_view, 16> begins{"asyn", "case", "clas", "def ", "elif", "else",
                                                               "exce", "fina", "for ", "from", "impo", "matc",
                                                               "try ", "try:", "whil", "with"};
      static_assert(std::ranges::is_sorted(begins));
      kept_ = line_.starts_with("if ") || line_.starts_with("if(") ||
              std::ranges::binary_search(begins, std::string_view(line_));
    }
  }

  // Whether a statement begins as the head of a block does.
  bool is_head() const {
    static constexpr std::array<std::string_view, 14> words{"if",      "elif", "else", "try",   "except",
                                                            "finally", "with", "for",  "while", "class",
                                                            "async",   "def",  "case", "match"};
    const auto end = std::ranges::find_if_not(line_, is_name_byte);
    const std::string_view word(line_.data(), static_cast<std::size_t>(end - line_.begin()));
    return std::ranges::find(words, word) != words.end();
  }

  bool goes_on_after_colon() const {
    const std::size_t next = rest_.find_first_not_of(" \t\r\f", 1);
    return next != std::string_view::npos && rest_[next] != '\n' && rest_[next] != '#' && rest_[1] != '=' &&
           rest_[next] != '\\';
  }

  void track_bracket(char c) {
    if (c == '(') {
      calls_.push_back(called());
    } else if (c == '[' || c == '{') {
      calls_.push_back(0);
    } else if ((c == ')' || c == ']' || c == '}') && !calls_.empty()) {
      calls_.pop_back();
    }
  }

  // What the sink says of the call that begins here; 0 where this bracket is none.
  char called() {
    const std::size_t here = source_.size() - rest_.size();
    std::size_t begin = here;
    while (begin > 0 && (is_name_byte(source_[begin - 1]) || source_[begin - 1] == '.')) --begin;
    if (begin == here) return 0;
    const std::string_view before = source_.substr(0, begin);
    if (before.ends_with("def ") || before.ends_with("class ")) return 0;
    return sink_.call(source_.substr(begin, here - begin), rest_.substr(1));
  }

  // Whether an f"..." or a t"..." begins here; a prefix is of two letters at most.
  bool is_formatted() const {
    const std::string_view before = source_.substr(0, source_.size() - rest_.size());
    std::size_t letters = 0;
    while (letters < 3 && letters < before.size() && is_name_byte(before[before.size() - letters - 1])) ++letters;
    return letters < 3 && before.substr(before.size() - letters).find_first_of("fFtT") != std::string_view::npos;
  }

  void read_string(char quote) {
    const bool formatted = is_formatted();
    const bool triple = rest_.size() > 2 && rest_[1] == quote && rest_[2] == quote;
    const std::string_view inside = rest_.substr(triple ? 3 : 1);
    rest_ = inside;
    while (!rest_.empty()) {
      if (rest_.front() == '\\') {
        rest_.remove_prefix(std::min<std::size_t>(2, rest_.size()));
      } else if (rest_.front() == quote && (!triple || rest_.starts_with(quote == '"' ? "\"\"\"" : "'''"))) {
        if (!formatted)
          sink_.text(inside.substr(0, inside.size() - rest_.size()), calls_.empty() ? '\0' : calls_.back());
        return rest_.remove_prefix(triple ? 3 : 1);
      } else if (!triple && rest_.front() == '\n') {
        return;  // no such string: the line ends
      } else {
        rest_.remove_prefix(1);
      }
    }
    whole_ = whole_ && !triple;
  }

  void take(std::string_view line, std::size_t indent) {
    const auto begins = [&](std::string_view word) {
      return line.starts_with(word) && (line.size() == word.size() || line[word.size()] == ' ' ||
                                        line[word.size()] == ':' || line[word.size()] == '(');
    };
    if (begins("if") && (line.ends_with(" TYPE_CHECKING:") || line.ends_with(".TYPE_CHECKING:")) &&
        line.find(' ') == line.rfind(' ')) {
      blocks_.push_back({indent, Block::typing});
    } else if (begins("try") || begins("except") || begins("with suppress") || begins("with contextlib.suppress") ||
               (begins("if") && line.find("TYPE_CHECKING") != std::string_view::npos)) {
      blocks_.push_back({indent, Block::guard});
    } else if (begins("def") || begins("async def")) {
      blocks_.push_back({indent, Block::function});
    }
    if (line.starts_with("import ")) take_import(line.substr(7));
    if (line.starts_with("from ")) take_from(line.substr(5));
  }

  bool stands_in(Block kind) const {
    return std::ranges::any_of(blocks_, [&](const Open& open) { return open.kind == kind; });
  }

  void found(ImportStatement statement) {
    statement.in_function = stands_in(Block::function);
    statement.never_runs = stands_in(Block::typing);
    statement.guarded = statement.never_runs || stands_in(Block::guard);
    sink_.statement(std::move(statement));
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

  std::string_view source_, rest_;
  SourceSink& sink_;
  std::string line_;
  std::vector<char> calls_;  // brackets that are open, each with what the sink said of its call
  bool kept_ = true;         // whether this statement is of interest, as far as it is read
  bool goes_on_ = false;     // whether the next statement stands in the same line
  bool whole_ = true;
  std::size_t indent_ = 0;  // of the statement before
  std::vector<Open> blocks_;
};

}  // namespace daypack::detail
