// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

// What functions may be set to, wherever they run.
namespace daypack::detail::function_options {

// Refused, because the runtime sets them itself.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html (2026-11-20). Credentials are
// reserved there too; a local function may have some.
inline constexpr std::array<std::string_view, 14> reserved_variables{"_HANDLER",
                                                                     "_X_AMZN_TRACE_ID",
                                                                     "AWS_DEFAULT_REGION",
                                                                     "AWS_EXECUTION_ENV",
                                                                     "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                                                     "AWS_LAMBDA_FUNCTION_NAME",
                                                                     "AWS_LAMBDA_FUNCTION_VERSION",
                                                                     "AWS_LAMBDA_INITIALIZATION_TYPE",
                                                                     "AWS_LAMBDA_LOG_GROUP_NAME",
                                                                     "AWS_LAMBDA_LOG_STREAM_NAME",
                                                                     "AWS_LAMBDA_RUNTIME_API",
                                                                     "AWS_REGION",
                                                                     "LAMBDA_RUNTIME_DIR",
                                                                     "LAMBDA_TASK_ROOT"};

inline bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

inline void check_handler(const std::string& handler) {
  const bool blank = handler.find_first_of(std::string_view(" \t\r\n\v\f\0", 7)) != std::string::npos;
  if (!handler.empty() && handler.size() <= 128 && !blank) return;
  throw Error(Errc::usage, "the handler is not well-formed", "'" + handler + "'",
              "write it as module.function, at most 128 characters, without blanks");
}

inline void check_range(std::string_view what, int value, int least, int most, std::string_view unit) {
  if (value >= least && value <= most) return;
  throw Error(Errc::usage, "the " + std::string(what) + " is out of range",
              std::to_string(value) + ' ' + std::string(unit) + " (expected " + std::to_string(least) + " to " +
                  std::to_string(most) + ")");
}

inline void check_variable(const std::string& name, const std::string& value) {
  const auto letter = [](char c) { return is_word(c) && !(c >= '0' && c <= '9'); };
  const bool well_formed = !name.empty() && letter(name.front()) && std::all_of(name.begin(), name.end(), is_word);
  if (well_formed && value.find('\0') == std::string::npos) return;
  throw Error(Errc::usage, "an environment variable is not well-formed", "'" + name + "'",
              "take letters, digits and '_' for the name, and a value without NUL");
}

[[noreturn]] inline void refuse_reserved(const std::string& name) {
  throw Error(Errc::usage, "an environment variable is reserved for the runtime", name, "take another name");
}

// Of AWS Lambda, and of functions that run as there.
inline void check_environment(const std::map<std::string, std::string>& environment) {
  for (const auto& [name, value] : environment) {
    check_variable(name, value);
    if (std::find(reserved_variables.begin(), reserved_variables.end(), name) != reserved_variables.end())
      refuse_reserved(name);
  }
}

}  // namespace daypack::detail::function_options
