// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/python.hpp>
#include <daypack/wheel/markers.hpp>
#include <daypack/wheel/name.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace daypack {

namespace detail {

// A variable of a marker: its name and what it is in the environment.
struct MarkerVariable {
  std::string_view name;
  std::string MarkerEnvironment::* text = nullptr;
  std::vector<std::string> MarkerEnvironment::* set = nullptr;
  bool is_version = false;
};

inline const MarkerVariable* marker_variable(std::string_view name) {
  using E = MarkerEnvironment;
  static constexpr std::array<MarkerVariable, 19> variables{{
      {"python_version", &E::python_version, nullptr, true},
      {"python_full_version", &E::python_full_version, nullptr, true},
      {"implementation_version", &E::implementation_version, nullptr, true},
      {"platform_release", &E::platform_release, nullptr, true},
      {"os_name", &E::os_name},
      {"sys_platform", &E::sys_platform},
      {"platform_machine", &E::platform_machine},
      {"platform_python_implementation", &E::platform_python_implementation},
      {"platform_system", &E::platform_system},
      {"platform_version", &E::platform_version},
      {"implementation_name", &E::implementation_name},
      {"extra", &E::extra},
      {"extras", nullptr, &E::extras},
      {"dependency_groups", nullptr, &E::dependency_groups},
      {"os.name", &E::os_name},  // the spellings before PEP 508
      {"sys.platform", &E::sys_platform},
      {"platform.version", &E::platform_version},
      {"platform.machine", &E::platform_machine},
      {"platform.python_implementation", &E::platform_python_implementation},
  }};
  if (name == "python_implementation") name = "platform_python_implementation";
  const auto found = std::ranges::find(variables, name, &MarkerVariable::name);
  return found == variables.end() ? nullptr : &*found;
}

// Reads and evaluates in one pass. Both sides of "and" and "or" are always read, so that every error is found.
class MarkerReader {
 public:
  MarkerReader(std::string_view text, const MarkerEnvironment& environment) : text_(text), environment_(environment) {}

  bool read() {
    const bool holds = any();
    if (at_ != text_.size()) fail("expected \"and\", \"or\" or the end");
    return holds;
  }

 private:
  struct Operand {
    const MarkerVariable* variable = nullptr;
    std::string literal = {};
    std::size_t at = 0;
  };

  [[noreturn]] void fail(std::string_view expected, std::optional<std::size_t> at = {}) const {
    throw Error(
        Errc::syntax,
        "a marker is not well-formed at column " + std::to_string(at.value_or(at_) + 1) + ": " + std::string(expected),
        std::string(text_), "markers look like: python_version < \"3.12\" and platform_machine == \"x86_64\"");
  }

  static bool is_word(char c) { return is_ascii_alnum(c) || c == '_' || c == '.'; }
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
  }
  std::string_view peek_word() const {
    const auto end = std::ranges::find_if_not(text_.substr(at_), is_word) - text_.substr(at_).begin();
    return text_.substr(at_, static_cast<std::size_t>(end));
  }
  bool take(std::string_view word) {
    if (peek_word() != word) return false;
    at_ += word.size();
    return true;
  }

  bool any() {
    bool holds = all();
    while (take("or")) holds = all() || holds;
    return holds;
  }

  bool all() {
    bool holds = atom();
    while (take("and")) holds = atom() && holds;
    return holds;
  }

  bool atom() {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == '(') {
      const std::size_t opened = at_++;
      if (++depth_ > 100) fail("parentheses are nested too deeply");
      const bool holds = any();
      --depth_;
      if (at_ == text_.size() || text_[at_] != ')') fail("this parenthesis is not closed", opened);
      ++at_;
      skip_blanks();
      return holds;
    }
    const Operand left = operand();
    const std::string_view op = comparison();
    const Operand right = operand();
    if (bool(left.variable) == bool(right.variable)) fail("expected one variable and one quoted string", left.at);
    return compare(left, op, right);
  }

  Operand operand() {
    skip_blanks();
    const std::size_t begin = at_;
    if (at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\'')) {
      const std::size_t end = text_.find(text_[at_], at_ + 1);
      if (end == std::string_view::npos) fail("this string is not closed");
      at_ = end + 1;
      skip_blanks();
      return {.literal = std::string(text_.substr(begin + 1, end - begin - 1)), .at = begin};
    }
    const std::string_view word = peek_word();
    const MarkerVariable* variable = marker_variable(word);
    if (!variable) fail(word.empty() ? "expected a variable or a quoted string" : "there is no variable of this name");
    at_ += word.size();
    skip_blanks();
    return {.variable = variable, .at = begin};
  }

  std::string_view comparison() {
    static constexpr std::array<std::string_view, 8> operators{"===", "==", "~=", "!=", "<=", ">=", "<", ">"};
    for (std::string_view op : operators) {
      if (!text_.substr(at_).starts_with(op)) continue;
      at_ += op.size();
      return op;
    }
    if (take("in")) return "in";
    if (take("not")) {
      const std::size_t before = at_;
      skip_blanks();
      if (at_ != before && take("in")) return "not in";
      fail("expected \"in\" after \"not\"");
    }
    fail("expected one of <=, <, !=, ==, >=, >, ~=, ===, in, not in");
  }

  std::string value_of(const Operand& operand) const {
    return operand.variable ? environment_.*(operand.variable->text) : operand.literal;
  }

  bool compare(const Operand& left, std::string_view op, const Operand& right) const {
    const MarkerVariable& variable = left.variable ? *left.variable : *right.variable;
    if (variable.set) return compare_set(left, op, right);
    std::string a = value_of(left), b = value_of(right);
    if (variable.text == &MarkerEnvironment::extra) {
      a = normalised_name(a);
      b = normalised_name(b);
    }
    if (op == "in") return b.find(a) != std::string::npos;
    if (op == "not in") return b.find(a) == std::string::npos;
    if (variable.is_version) {
      if (const auto holds = compare_versions(a, op, b)) return *holds;
    }
    if (op == "==" || op == "<=" || op == ">=") return a == b;  // text has no order
    if (op == "!=") return a != b;
    if (op == "<" || op == ">") return false;
    fail("~= and === compare versions only", left.at);
  }

  static std::optional<bool> compare_versions(const std::string& a, std::string_view op, const std::string& b) {
    if (op == "===") {  // also of what is no version
      const std::string_view word = trimmed(b);
      return word.find_first_of(" \t;)") == std::string_view::npos ? std::optional(same_but_for_case(a, word))
                                                                    : std::nullopt;
    }
    if (!Version::parse(a)) return {};
    if (b.find(',') != std::string::npos) return {};  // one condition, not a list
    try {
      return Specifiers::parse(std::string(op) + b).admit(std::string_view(a));
    } catch (const Error&) {  // the right side is no version
      return {};
    }
  }

  bool compare_set(const Operand& left, std::string_view op, const Operand& right) const {
    if (left.variable || (op != "in" && op != "not in"))
      fail("expected: \"name\" in " + std::string(right.variable ? right.variable->name : left.variable->name),
           left.at);
    const auto& names = environment_.*(right.variable->set);
    const std::string wanted = normalised_name(left.literal);
    const bool found =
        std::ranges::any_of(names, [&](const std::string& name) { return normalised_name(name) == wanted; });
    return found == (op == "in");
  }

  std::string_view text_;
  const MarkerEnvironment& environment_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace detail

DAYPACK_DECL MarkerEnvironment MarkerEnvironment::of(const TargetFacts& target) {
  MarkerEnvironment environment;
  const Runtime& runtime = *target.runtime;
  environment.python_version = to_string(runtime.python);
  environment.python_full_version =
      runtime.full_version.empty() ? environment.python_version + ".0" : std::string(runtime.full_version);
  environment.implementation_version = environment.python_full_version;
  environment.platform_machine = machine_of(target.arch);
  const System& system = runtime.system;
  environment.os_name = system.os_name;
  environment.sys_platform = system.sys_platform;
  environment.platform_system = system.platform_system;
  environment.platform_release = system.platform_release;
  environment.platform_version = system.platform_version;
  environment.implementation_name = system.implementation_name;
  environment.platform_python_implementation = system.platform_python_implementation;
  return environment;
}

DAYPACK_DECL bool marker_holds(std::string_view marker, const MarkerEnvironment& environment) {
  return detail::trimmed(marker).empty() || detail::MarkerReader(marker, environment).read();
}

}  // namespace daypack
