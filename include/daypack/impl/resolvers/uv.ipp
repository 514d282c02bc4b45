// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/error.hpp>
#include <daypack/impl/detail/project_settings.ipp>
#include <daypack/impl/detail/requirement_parser.ipp>
#include <daypack/impl/resolvers/uv_session.ipp>
#include <daypack/impl/wheel/build_tool.ipp>  // add_last_lines
#include <daypack/resolvers/uv.hpp>

#include <utility>

namespace daypack {

namespace detail {

// The newest version of a requirement, "numpy!=2.4.6", that has a wheel for the target; empty when none has.
inline std::string newest_with_wheel(UvSession& session, const std::string& requirement) {
  const UvAnswer answer = session.newest(requirement + '\n', {}, {"--no-deps"});
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

// uv speaks of ranges that nobody has written, "numpy>=2.4.1,<=2.4.6": the requirement as it stands in the file, or the
// name of a dependency.
inline std::string as_required(const std::string& range, const Requirements& requirements) {
  const std::string name = name_in(range);
  const auto item = std::ranges::find(requirements.items, name, &Requirement::name);
  if (item == requirements.items.end()) return range.find("==") == std::string::npos ? name : range;
  return std::string(trimmed(std::string_view(item->text).substr(0, item->text.find(';'))));
}

// What uv says has no wheel for the target; nothing when its words are about something else.
inline std::optional<Wheelless> wheelless_of(const std::string& words, UvSession& session,
                                             const Requirements& requirements, const SupportedTags& tags) {
  std::string range = session.excluded_in(words);
  if (const auto found = wheelless_in(words); range.empty() && !found.empty()) range = found.front();
  if (range.empty()) return {};
  for (const std::string& requirement : {as_required(range, requirements), range}) {
    Wheelless missing{requirement, session.wheels_of(requirement)};
    if (loads_any(tags, missing.wheels)) continue;
    missing.newest = newest_with_wheel(session, name_in(range));
    missing.wanted_by = dependent_in(words, name_in(range));
    return missing;
  }
  return {};
}

// Tells of the failure, with the lines of the requirements that it is about.
inline Fault uv_fault_of(const std::string& words, UvSession& session, const Requirements& requirements,
                         const TargetFacts& target, const std::string& exclude_newer) {
  if (const auto missing = wheelless_of(words, session, requirements, SupportedTags(target)))
    return misfit_fault(*missing, requirements, target);
  Fault fault = uv_fault(words);
  if (fault.code != Errc::unresolvable && fault.code != Errc::not_found) return fault;
  static constexpr std::string_view none = "there are no versions of ";
  if (const auto name = line_behind(words, none); !name.empty() && !exclude_newer.empty())
    fault = too_new_fault(std::string(name.substr(0, name.find(' '))), exclude_newer);
  if (has(words, "there is no version of ")) {
    const std::string name = name_in(fault.subject), newest = newest_with_wheel(session, name);
    if (!newest.empty()) fault.hint = "take " + name + "==" + newest + ", the newest that there is for the target";
  }
  add_places(fault, requirements);
  return fault;
}

}  // namespace detail

DAYPACK_DECL Resolution Uv::resolve(const Requirements& requirements, const Context& context) const {
  Uv uv = *this;
  if (const std::string project = detail::uv_project_folder(requirements); !project.empty())
    uv.arguments.insert(uv.arguments.begin(), {"--project", project});
  detail::UvSession session(uv, requirements.options, context);
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
  if (!answer.resolution)
    throw Error(detail::uv_fault_of(answer.words, session, requirements, context.target(), exclude_newer));
  return *std::move(answer.resolution);
}

DAYPACK_DECL std::string detail::newest_by_uv(const std::string& requirement, const BuildSettings& settings,
                                              const Context& context) try {
  UvSession session(Uv{.exclude_newer = settings.exclude_newer}, settings.options, context);
  return newest_with_wheel(session, requirement);
} catch (const Error& error) {
  if (error.code() == Errc::cancelled) throw;
  return {};
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
