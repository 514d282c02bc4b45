// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Any rules and any paths: laws of ignore files, and the matcher of patterns against a slow and plain one.
#include <daypack/walk/ignore.hpp>

#include <algorithm>
#include <string>
#include "input_lines.hpp"
#include "must.hpp"

using namespace daypack;

namespace {

// One [set] from its bracket on: the position behind it, or npos when it is not well-formed. git's wildmatch.c, with
// its states spelled out.
std::size_t read_set(std::string_view pattern, std::size_t at, unsigned char c, bool& found) {
  const auto peek = [&](std::size_t i) { return i < pattern.size() ? static_cast<unsigned char>(pattern[i]) : 0U; };
  const bool negated = peek(++at) == '!' || peek(at) == '^';
  at += negated;
  found = false;
  unsigned before = 0;
  do {
    unsigned here = peek(at);
    if (here == 0) return std::string_view::npos;
    if (here == '[' && peek(at + 1) == ':') return std::string_view::npos - 1;  // classes are left to the unit test
    if (here == '-' && before && peek(at + 1) && peek(at + 1) != ']') {
      unsigned last = peek(++at);
      if (last == '\\' && !(last = peek(++at))) return std::string_view::npos;
      found |= before <= c && c <= last;
      before = 0;
    } else {
      if (here == '\\' && !(here = peek(++at))) return std::string_view::npos;
      found |= here == c;
      before = here;
    }
  } while (peek(++at) != ']');
  found = found != negated;
  return at + 1;
}

enum class Form { good, bad, unknown };

// A pattern that is not well-formed matches nothing, wherever it goes wrong.
Form form_of(std::string_view pattern) {
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    bool found = false;
    if (pattern[at] == '\\') {
      if (++at == pattern.size()) return Form::bad;
      continue;
    }
    if (pattern[at] != '[') continue;
    const std::size_t end = read_set(pattern, at, 0, found);
    if (end >= std::string_view::npos - 1) return end == std::string_view::npos ? Form::bad : Form::unknown;
    at = end - 1;
  }
  return Form::good;
}

bool plain_match(std::string_view pattern, std::string_view text) {
  Memo memo(pattern.size(), text.size(), [&](auto& match, std::size_t p, std::size_t t) -> bool {
    if (p == pattern.size()) return t == text.size();
    if (pattern[p] == '*') {
      const std::size_t begin = p;
      while (p < pattern.size() && pattern[p] == '*') ++p;
      const std::string_view rest = pattern.substr(p);
      const bool whole = p - begin > 1 && (begin == 0 || pattern[begin - 1] == '/') &&
                         (rest.empty() || rest[0] == '/' || rest.starts_with("\\/"));
      if (whole && rest.starts_with('/') && match(p + 1, t)) return true;
      for (; !match(p, t); ++t) {
        if (t == text.size() || (!whole && text[t] == '/')) return false;
      }
      return true;
    }
    if (t == text.size()) return false;
    if (pattern[p] == '?') return text[t] != '/' && match(p + 1, t + 1);
    if (pattern[p] == '[') {
      bool found = false;
      const std::size_t end = read_set(pattern, p, static_cast<unsigned char>(text[t]), found);
      return found && text[t] != '/' && match(end, t + 1);
    }
    if (pattern[p] == '\\') ++p;
    return pattern[p] == text[t] && match(p + 1, t + 1);
  });
  return memo(0, 0);
}

void check_pattern(std::string_view pattern, std::string_view path) {
  const Form form = form_of(pattern);
  if (form == Form::unknown) return;
  const bool ours = detail::WildPattern(pattern).matches(path);
  must(ours == (form == Form::good && plain_match(pattern, path)),
       "\"" + std::string(pattern) + "\" on \"" + std::string(path) + "\" is " + (ours ? "a match" : "no match"));
}

// One rule: turned round it brings back exactly what it ignores, twice it is itself, and it says the same of a folder
// deeper.
void check_rule(std::string_view line, std::string_view path, bool folder) {
  if (line.starts_with("\xef\xbb\xbf")) return;  // a mark of UTF-8 only where the text begins
  const std::string rule(line), where(path);
  const bool ignored = Ignore().with("", rule).ignores(path, folder);
  if (!rule.starts_with('!') && !rule.starts_with('#')) {
    must(!Ignore().with("", "!" + rule).ignores(path, folder), "a negated rule alone ignores nothing");
    must(!Ignore().with("", rule + "\n!" + rule).ignores(path, folder), "a rule and its negation ignore nothing");
    must(Ignore().with("", "*\n!" + rule).ignores(path, folder) == !ignored, "a negation brings back what is ignored");
  }
  must(Ignore().with("", rule + "\n" + rule).ignores(path, folder) == ignored, "a rule twice is the rule");
  must(Ignore().with("in", rule).ignores("in/" + where, folder) == ignored, "rules hold below their folder");
  must(!Ignore().with("in", rule).ignores("out/" + where, folder), "and nowhere else");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const InputLines input(data, size);
  const Ignore rules = Ignore().with("", input.head);
  const Ignore twice = rules.with("", input.head), around = rules.with("", "\n# a comment\n\n");
  for (const std::string_view path : input.lines) {
    for (const bool folder : {false, true}) {
      const bool ignored = rules.ignores(path, folder);
      must(twice.ignores(path, folder) == ignored, "rules twice are the rules");
      must(around.ignores(path, folder) == ignored, "comments and empty lines say nothing");
      if (input.head.find('\n') == std::string_view::npos) check_rule(input.head, path, folder);
    }
    if (input.head.size() * path.size() <= 10'000) check_pattern(input.head, path);
  }
  return 0;
}
