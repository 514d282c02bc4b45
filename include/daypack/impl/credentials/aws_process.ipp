// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/aws_answers.ipp>
#include <daypack/process/runner.hpp>

// A program that prints credentials
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html, read on 2026-11-22); only
// impl/credentials/aws.ipp includes this file.
namespace daypack::detail::aws_session {

// Its own words, as far as they hold nothing like a key. Neither its output nor its arguments are told.
[[noreturn]] inline void throw_process_failed(const std::string& program, const std::string& profile,
                                              const std::string& why) {
  throw Error(Errc::tool_failed, "a credential_process gives no credentials",
              program + " of profile " + profile + " (" + why + ')', "run it by hand to see what it prints");
}

inline Credentials credentials_printed(const Finished& finished, const std::string& program,
                                       const std::string& profile) {
  const auto printed = object_in(finished.out);
  if (!printed) throw_process_failed(program, profile, "expected a JSON object on its output");
  const boost::json::value* const version = printed->if_contains("Version");
  if (!version || !version->is_int64() || version->as_int64() != 1)
    throw_process_failed(program, profile, "expected \"Version\": 1");
  const Found found = credentials_in(*printed, "the credential_process of profile " + profile);
  if (!found) throw_process_failed(program, profile, "expected AccessKeyId and SecretAccessKey");
  const std::string expires = member_text(*printed, "Expiration");
  if (!expires.empty() && !found->expires) throw_process_failed(program, profile, "Expiration is no time of ISO 8601");
  return *found;
}

inline Found process_credentials(const Lookup& at, const std::string& profile) {
  const std::string line = text_of(section_in(at.profiles.all, profile), "credential_process");
  if (line.empty()) return std::nullopt;
  auto words = words_of(line);
  if (!words || words->empty()) {
    throw Error(Errc::usage, "a credential_process is no command", "profile " + profile,
                "close its quotes; it is read as a shell reads words, and started without one");
  }
  const std::string program = words->front();
  const Finished finished = at.context.runner().run({.argv = std::move(*words)}, at.context.stop());
  if (!finished.ok()) {
    const std::string said(trimmed(finished.err));
    throw_process_failed(
        program, profile,
        "exit code " + std::to_string(finished.exit_code) + (said.empty() ? "" : ": " + without_keys(said)));
  }
  return credentials_printed(finished, program, profile);
}

}  // namespace daypack::detail::aws_session
