// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace daypack {

namespace detail {

inline VersionNumber version_number(std::string_view digits) {
  if (digits.empty()) return {};
  return {std::string(digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1)))};
}

// Reads one version from left to right. Every part is greedy: what one part has taken no later part gets back.
class VersionReader {
 public:
  explicit VersionReader(std::string text) : text_(std::move(text)), rest_(text_) {}

  std::optional<Version> read() {
    take_any("v");
    Version version;
    std::string_view number = digits();
    if (number.empty()) return {};
    if (rest_.starts_with('!')) {
      version.epoch_ = version_number(number);
      rest_.remove_prefix(1);
      if ((number = digits()).empty()) return {};
    }
    version.release_.push_back(version_number(number));
    while (rest_.size() > 1 && rest_[0] == '.' && is_ascii_digit(rest_[1])) {
      rest_.remove_prefix(1);
      version.release_.push_back(version_number(digits()));
    }
    read_pre(version);
    read_post(version);
    if (!take_word(std::array<std::string_view, 1>{"dev"}).empty()) version.dev_ = numbered();
    if (!read_local(version) || !rest_.empty()) return {};
    return version;
  }

 private:
  std::string_view digits() {
    const std::size_t end = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
    const std::string_view taken = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return taken;
  }

  bool take_any(std::string_view characters) {
    if (rest_.empty() || characters.find(rest_[0]) == std::string_view::npos) return false;
    rest_.remove_prefix(1);
    return true;
  }

  // One of the words, with a separator before it or not; the first that fits. Longer ones stand first.
  std::string_view take_word(std::span<const std::string_view> words) {
    std::string_view text = rest_;
    if (!text.empty() && separators.find(text[0]) != std::string_view::npos) text.remove_prefix(1);
    for (std::string_view word : words) {
      if (!text.starts_with(word)) continue;
      rest_ = text.substr(word.size());
      return word;
    }
    return {};
  }
  VersionNumber numbered() {
    take_any(separators);
    return version_number(digits());
  }

  void read_pre(Version& version) {
    static constexpr std::array<std::string_view, 8> words{"alpha", "a", "beta", "b", "preview", "pre", "c", "rc"};
    const std::string_view word = take_word(words);
    if (word.empty()) return;
    version.pre_ = Version::Pre{word[0] == 'a' || word[0] == 'b' ? word[0] : 'c', numbered()};
  }

  void read_post(Version& version) {
    static constexpr std::array<std::string_view, 3> words{"post", "rev", "r"};
    if (rest_.size() > 1 && rest_[0] == '-' && is_ascii_digit(rest_[1])) {
      rest_.remove_prefix(1);
      version.post_ = version_number(digits());
    } else if (!take_word(words).empty()) {
      version.post_ = numbered();
    }
  }

  bool read_local(Version& version) {
    if (!rest_.starts_with('+')) return true;
    do {
      rest_.remove_prefix(1);
      const std::size_t end = std::min(rest_.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz"), rest_.size());
      if (end == 0) return false;
      const std::string_view part = rest_.substr(0, end);
      const bool is_number = std::ranges::all_of(part, is_ascii_digit);
      version.local_.push_back(is_number ? LocalPart{true, version_number(part), {}}
                                         : LocalPart{false, {}, std::string(part)});
      rest_.remove_prefix(end);
    } while (!rest_.empty() && separators.find(rest_[0]) != std::string_view::npos);
    return true;
  }

  static constexpr std::string_view separators = "._-";
  std::string text_;
  std::string_view rest_;
};

DAYPACK_DECL std::strong_ordering operator<=>(const VersionNumber& a, const VersionNumber& b) {
  if (const auto order = a.digits.size() <=> b.digits.size(); order != 0) return order;
  return a.digits <=> b.digits;
}

}  // namespace detail

DAYPACK_DECL std::optional<Version> Version::parse(std::string_view text) {
  return detail::VersionReader(detail::ascii_lowered(detail::trimmed(text))).read();
}

DAYPACK_DECL std::string Version::text() const {
  std::string text;
  if (epoch_.digits != "0") text += epoch_.digits + '!';
  for (std::size_t i = 0; i < release_.size(); ++i) text += (i ? "." : "") + release_[i].digits;
  if (pre_) text += (pre_->phase == 'c' ? "rc" : std::string(1, pre_->phase)) + pre_->number.digits;
  if (post_) text += ".post" + post_->digits;
  if (dev_) text += ".dev" + dev_->digits;
  for (std::size_t i = 0; i < local_.size(); ++i) {
    text += (i ? '.' : '+') + (local_[i].is_number ? local_[i].number.digits : local_[i].text);
  }
  return text;
}

DAYPACK_DECL Version Version::without_local() const {
  Version version = *this;
  version.local_.clear();
  return version;
}

DAYPACK_DECL bool Version::begins_like(const Version& other, std::size_t length) const {
  static const detail::VersionNumber zero;
  for (std::size_t i = 0; i < length; ++i) {
    if ((i < release_.size() ? release_[i] : zero) != (i < other.release_.size() ? other.release_[i] : zero))
      return false;
  }
  return epoch_ == other.epoch_;
}

DAYPACK_DECL bool Version::same_release(const Version& other) const {
  return begins_like(other, std::max(release_.size(), other.release_.size()));
}

// X.devN < X.aN.devM < X.aN < X.aN.postM < X < X+local < X.postN
DAYPACK_DECL std::strong_ordering operator<=>(const Version& a, const Version& b) {
  static const detail::VersionNumber zero;
  if (const auto order = a.epoch_ <=> b.epoch_; order != 0) return order;
  for (std::size_t i = 0; i < std::max(a.release_.size(), b.release_.size()); ++i) {
    const auto order =
        (i < a.release_.size() ? a.release_[i] : zero) <=> (i < b.release_.size() ? b.release_[i] : zero);
    if (order != 0) return order;
  }
  // Where no pre-release is named, a mere development release comes before all of them, anything else after.
  const auto rank = [](const Version& v) { return v.pre_ ? 1 : v.dev_ && !v.post_ ? 0 : 2; };
  if (const auto order = rank(a) <=> rank(b); order != 0) return order;
  if (const auto order = a.pre_ <=> b.pre_; order != 0) return order;
  if (const auto order = a.post_ <=> b.post_; order != 0) return order;
  if (a.dev_.has_value() != b.dev_.has_value())
    return a.dev_ ? std::strong_ordering::less : std::strong_ordering::greater;
  if (const auto order = a.dev_ <=> b.dev_; order != 0) return order;
  return a.local_ <=> b.local_;
}

namespace detail {

[[noreturn]] inline void refuse_condition(std::string_view text, std::string_view why) {
  throw Error(Errc::syntax, "a version condition is not well-formed: " + std::string(why), std::string(trimmed(text)),
              "write it as PEP 440 has it, e.g. >=1.2,<2");
}

}  // namespace detail

DAYPACK_DECL Specifiers::Condition Specifiers::condition_of(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, Operator>, 8> operators{{{"===", Operator::identical},
                                                                                   {"~=", Operator::compatible},
                                                                                   {"==", Operator::equal},
                                                                                   {"!=", Operator::not_equal},
                                                                                   {"<=", Operator::less_equal},
                                                                                   {">=", Operator::greater_equal},
                                                                                   {"<", Operator::less},
                                                                                   {">", Operator::greater}}};
  const auto found = std::ranges::find_if(operators, [&](const auto& pair) { return text.starts_with(pair.first); });
  if (found == operators.end()) detail::refuse_condition(text, "expected one of <, <=, ==, !=, >=, >, ~=, ===");
  std::string_view operand = detail::trimmed(text.substr(found->first.size()));
  Condition condition{.op = found->second, .text = std::string(operand)};
  if (condition.op == Operator::identical) {
    if (operand.find_first_of(" \t\n\r\f\v;)") != std::string_view::npos)
      detail::refuse_condition(text, "more than one word");
    return condition;
  }
  const bool by_equality = condition.op == Operator::equal || condition.op == Operator::not_equal;
  if ((condition.prefix = operand.ends_with(".*"))) operand.remove_suffix(2);
  auto version = Version::parse(operand);
  if (!version || operand != detail::trimmed(operand))
    detail::refuse_condition(text, "expected a version after the operator");
  if (condition.prefix && (!by_equality || version->pre_ || version->post_ || version->dev_ || version->has_local())) {
    detail::refuse_condition(text, "\".*\" may follow plain numbers after == and != only");
  }
  if (version->has_local() && !by_equality) detail::refuse_condition(text, "a local version may follow == and != only");
  if (condition.op == Operator::compatible && version->release_.size() < 2) {
    detail::refuse_condition(text, "~= needs at least two numbers");
  }
  condition.version = std::move(*version);
  return condition;
}

DAYPACK_DECL Specifiers Specifiers::parse(std::string_view text) {
  Specifiers all;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (const auto part = detail::trimmed(text.substr(0, end)); !part.empty())
      all.conditions_.push_back(condition_of(part));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return all;
}

DAYPACK_DECL bool Specifiers::holds(const Condition& condition, const Version& version) {
  const Version& wanted = condition.version;
  // A local part counts only where the condition names one itself.
  const auto equal = [&] { return (wanted.has_local() ? version : version.without_local()) == wanted; };
  switch (condition.op) {
    case Operator::compatible:
      return version >= wanted && version.begins_like(wanted, wanted.release_.size() - 1);
    case Operator::equal:
      return condition.prefix ? version.begins_like(wanted, wanted.release_.size()) : equal();
    case Operator::not_equal:
      return condition.prefix ? !version.begins_like(wanted, wanted.release_.size()) : !equal();
    case Operator::less_equal:
      return version.without_local() <= wanted;
    case Operator::greater_equal:
      return version >= wanted;
    case Operator::less: {
      if (wanted.is_prerelease()) return version < wanted;
      Version first = wanted;  // "<1.0" excludes 1.0's own pre-releases
      first.dev_ = detail::VersionNumber{};
      return version < first;
    }
    case Operator::greater: {
      // ">1.0" excludes 1.0.post1 and 1.0+local, ">1.0.post1" admits 1.0.post2
      const bool own_post =
          !wanted.post_ && !wanted.dev_ && version.post_ && version.pre_ == wanted.pre_ && version.same_release(wanted);
      return version.without_local() > wanted && !own_post;
    }
    case Operator::identical:
      return detail::same_but_for_case(version.text(), condition.text);
  }
  return false;
}

DAYPACK_DECL bool Specifiers::admit(const Version& version) const {
  return std::ranges::all_of(conditions_, [&](const Condition& condition) { return holds(condition, version); });
}

DAYPACK_DECL bool Specifiers::admit(std::string_view text) const {
  const auto version = Version::parse(text);
  return std::ranges::all_of(conditions_, [&](const Condition& condition) {
    if (condition.op == Operator::identical) return detail::same_but_for_case(text, condition.text);
    return version && holds(condition, *version);
  });
}

}  // namespace daypack
