// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/detail/requirement_parser.ipp>
#include <daypack/impl/resolvers/uv_session.ipp>
#include <daypack/impl/wheel/build_tool.ipp>  // add_last_lines
#include <daypack/resolvers/uv.hpp>

#include <utility>

namespace daypack {

namespace detail {

// The newest version that has a wheel for the target; empty when none has.
inline std::string newest_with_wheel(UvSession& session, const std::string& name) {
  const UvAnswer answer = session.newest(name + '\n', {}, {"--no-deps"});
  const bool found = answer.resolution && !answer.resolution->packages.empty();
  return found && !answer.resolution->packages.front().wheels.empty() ? answer.resolution->packages.front().version
                                                                      : "";
}

// uv builds what it is allowed to by name. What is required by its place alone is asked for its name first.
inline void name_source(UvSession& session, Requirement& item) {
  const std::string_view place = std::string_view(item.url).substr(0, item.url.find_first_of("?#"));
  if (item.url.empty() || !item.name.empty() || place.ends_with(".whl")) return;
  Requirements alone;
  alone.items.push_back({.text = item.text, .url = item.url, .editable = item.editable});
  const UvAnswer answer = session.ask({.input = alone.text(), .arguments = {"--no-deps"}, .builds = true});
  if (answer.resolution && answer.resolution->packages.size() == 1) {
    item.name = answer.resolution->packages.front().name;
    return;
  }
  if (const Fault fault = uv_fault(answer.words);
      fault.code == Errc::network || has(answer.words, "Distribution not found at: "))
    throw Error(fault);
  Fault fault{.code = Errc::tool_failed,
              .message = "a source does not tell which distribution it is",
              .subject = redacted(named_with_place(item)),
              .hint =
                  "it has to be a Python project whose build works here (pyproject.toml or setup.py); the end of uv's "
                  "words is below"};
  add_last_lines(fault, answer.words);
  throw Error(std::move(fault));
}

// Tells of the failure, with the lines of the requirements that it is about.
inline Fault uv_fault_of(const std::string& words, UvSession& session, const Requirements& requirements,
                         const TargetFacts& target) {
  std::string wheelless = session.excluded_in(words);
  if (const auto found = wheelless_in(words); wheelless.empty() && !found.empty()) wheelless = found.front();
  if (!wheelless.empty()) {
    const auto wheels = session.wheels_of(wheelless);
    const std::string name = wheelless.substr(0, wheelless.find_first_of("=<>!~["));
    return misfit_fault(wheelless, requirements, target, wheels, newest_with_wheel(session, name));
  }
  Fault fault = uv_fault(words);
  if (fault.code != Errc::unresolvable && fault.code != Errc::not_found) return fault;
  for (const auto* list : {&requirements.items, &requirements.constraints}) {
    for (const Requirement& item : *list) {
      if (item.name.empty() || !mentions(fault.subject, item.name) || fault.causes.size() == 10) continue;
      fault.causes.push_back(
          {.message = item.file.empty() ? "asked for" : place_of(item), .subject = redacted(item.text)});
    }
  }
  return fault;
}

}  // namespace detail

DAYPACK_DECL Resolution Uv::resolve(const Requirements& requirements, const Context& context) const {
  detail::UvSession session(*this, requirements.options, context);
  Requirements plain = requirements;
  plain.options.clear();
  for (Requirement& item : plain.items) {
    item.hashes.clear();           // uv does not look at them here; Resolve does
    item.config_settings.clear();  // uv 0.13.8 does not know them in a file
    name_source(session, item);
    if (!item.name.empty() && !item.url.empty()) session.allow_build(item.name);
  }
  for (Requirement& item : plain.constraints) item.hashes.clear();
  detail::UvAnswer answer = session.newest(plain.text(), plain.constraints_text());
  if (!answer.resolution) throw Error(detail::uv_fault_of(answer.words, session, requirements, context.target()));
  return *std::move(answer.resolution);
}

DAYPACK_DECL std::string Uv::version(const Context& context) {
  const Finished finished = detail::UvProgram(context.runner(), context.stop()).run({.argv = {"--version"}});
  return finished.out.substr(0, finished.out.find('\n'));
}

DAYPACK_DECL std::string Uv::identity() const {
  std::string identity = "uv";
  if (!exclude_newer.empty()) identity += " --exclude-newer " + exclude_newer;
  for (const std::string& argument : arguments) identity += ' ' + argument;
  return identity;
}

}  // namespace daypack
