// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/joined_path.hpp>
#include <daypack/detail/json_text.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/stages/layout_handler.ipp>
#include <daypack/stages/layout.hpp>
#include <daypack/walk/glob.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <vector>

namespace daypack {

namespace detail {

inline bool matches_one_of(std::span<const std::string_view> globs, std::string_view path) {
  return std::ranges::any_of(globs, [&](std::string_view glob) { return Glob(glob).matches(path); });
}

inline std::string globs_listed(std::span<const std::string_view> names) {
  return listed(names, " or ", [](std::string_view one) {
    while (one.starts_with('/')) one.remove_prefix(1);
    return one;
  });
}

inline void refuse_links(const Tree& tree, const BackendPolicy& backend) {
  if (backend.keeps_symlinks) return;
  std::vector<Fault> faults;
  for (const Entry& entry : tree) {
    if (entry.mode != Mode::symlink) continue;
    faults.push_back({.code = Errc::unsafe_path,
                      .message = "a symbolic link, which " + std::string(backend.title) + " does not keep",
                      .subject = entry.path,
                      .hint = "put the file itself there"});
  }
  throw_collected(std::move(faults), "there are symbolic links");
}

// An HTTP function of the v1 programming model, for any method, with a key (the service's default). The worker wants
// the binding to have the name of the function's parameter.
inline std::string http_function_json(const Tree& tree, const Handler& handler) {
  const Blob source = read_content(*tree.find(handler.module.front() + ".py"));
  JsonText json;
  json.open_object();
  json.line().member("scriptFile", "../" + handler.module.front() + ".py");
  json.line().member("entryPoint", handler.function);
  json.line().key("bindings").open_array();
  json.line()
      .open_object()
      .member("type", "httpTrigger")
      .member("direction", "in")
      .member("name", first_parameter(source.text(), handler.function));
  json.member("authLevel", "function").close_object();
  json.line().open_object().member("type", "http").member("direction", "out").member("name", "$return").close_object();
  json.line().close_array();
  json.line().close_object();
  return json.take() + '\n';
}

// A file of settings as the host of Azure reads it: comments and final commas are no fault.
inline boost::json::object settings_in(std::string_view text, const std::string& path) {
  boost::system::error_code error;
  boost::json::parse_options options;
  options.allow_comments = options.allow_trailing_commas = true;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  if (!error && value.is_object()) return std::move(value.as_object());
  const std::string name(last_component(path));
  throw Error(Errc::syntax, "a " + name + " is no JSON object", path + (error ? " (" + error.message() + ")" : ""));
}

// A host.json of one's own: the host ends with an error where the schema's version is missing or not "2.0", but takes
// {} (Azure/azure-functions-host, HostJsonFileConfigurationSource.cs and its tests, 2026-11-21).
inline void check_own_settings(const Entry& entry, const GeneratedFile& generated) {
  if (!entry.path.ends_with(".json")) return;
  const boost::json::object own = settings_in(read_content(entry).text(), entry.path);
  const boost::json::object wanted = settings_in(generated.text, entry.path);
  const boost::json::value* const expected = wanted.if_contains("version");
  const boost::json::value* const got = own.if_contains("version");
  if (own.empty() || !expected || (got && *got == *expected)) return;
  throw Error(Errc::syntax, "a " + entry.path + " has another version",
              entry.path + " (got " + (got ? boost::json::serialize(*got) : "none") + ", expected " +
                  boost::json::serialize(*expected) + ")",
              "leave the file out to get the usual one");
}

// What a function.json says of its script.
class FunctionJson {
 public:
  explicit FunctionJson(const Entry& entry) : path_(entry.path) {
    const boost::json::object value = settings_in(read_content(entry).text(), path_);
    script_ = text_of(value, "scriptFile", "__init__.py");
    function_ = text_of(value, "entryPoint", "main");
  }

  // The script's path in the package; empty when it leads out of it.
  std::string script() const { return joined_path(std::string(folder_above(path_)) + '/' + script_).value_or(""); }
  const std::string& function() const { return function_; }

 private:
  std::string text_of(const boost::json::object& object, std::string_view key, std::string_view otherwise) const {
    const boost::json::value* found = object.if_contains(key);
    if (!found) return std::string(otherwise);
    if (!found->is_string())
      throw Error(Errc::syntax, "a function.json has a value of another type",
                  path_ + " (expected a text for " + std::string(key) + ")");
    return std::string(found->as_string());
  }

  std::string path_, script_, function_;
};

// One function of the v1 model: its script is there as a source, and has the function.
inline void check_function_json(const Tree& tree, const Entry& entry, const BackendPolicy& backend) {
  const FunctionJson json(entry);
  const std::string script = json.script();
  const Entry* found = script.empty() ? nullptr : tree.find(script);
  if (!found || !script.ends_with(".py")) {
    throw Error(Errc::not_found, "the script of a function is not in the package as a source",
                entry.path + " (expected " + (script.empty() ? "a path inside the package" : script) + ")",
                "name a .py file of the package in scriptFile");
  }
  if (!matches_one_of(backend.entry_sources, script)) {
    throw Error(Errc::usage, "the script of a function would not stay a source",
                entry.path + " (got " + script + ", expected one of " + globs_listed(backend.entry_sources) + ")",
                "call it __init__.py, or put it at the root");
  }
  check_function(*found, json.function(), entry.path);
}

inline std::vector<const Entry*> entry_files_of(const Tree& tree, const BackendPolicy& backend) {
  std::vector<const Entry*> found;
  for (const Entry& entry : tree) {
    if (matches_one_of(backend.entry_files, entry.path)) found.push_back(&entry);
  }
  return found;
}

// What the backend wants and the tree does not have, and what the handler becomes.
inline std::vector<Entry> generated_entries(const Tree& tree, const BackendPolicy& backend, const Handler& handler) {
  std::vector<Entry> entries;
  for (const GeneratedFile& file : backend.generated) {
    const Entry* const own = tree.find(file.path);
    if (own) check_own_settings(*own, file);
    if (!own) entries.push_back(text_entry(std::string(file.path), std::string(file.text)));
  }
  if (backend.handler.form == HandlerForm::http_function && !handler.function.empty())
    entries.push_back(text_entry(handler.function + "/function.json", http_function_json(tree, handler)));
  return entries;
}

inline void check_entry_files(const Tree& tree, const Context& context) {
  const BackendPolicy& backend = *context.target().backend;
  if (backend.entry_files.empty()) return;
  const std::vector<const Entry*> found = entry_files_of(tree, backend);
  if (found.empty()) {
    context.warn("entry point", "there is nothing that " + std::string(backend.title) + " starts with (expected " +
                                    globs_listed(backend.entry_files) + ")");
  }
  std::vector<Fault> faults;
  for (const Entry* entry : found) {
    if (!entry->path.ends_with("/function.json")) continue;
    try {
      check_function_json(tree, *entry, backend);
    } catch (const Error& error) {
      faults.push_back(error.fault());
    }
  }
  throw_collected(std::move(faults), "functions are not as they should be");
}

}  // namespace detail

DAYPACK_DECL Tree Layout::operator()(const Tree& tree, Context& context) const {
  const BackendPolicy& backend = *context.target().backend;
  detail::refuse_links(tree, backend);
  detail::Handler parsed;
  if (!handler.empty()) {
    parsed = detail::handler_of(handler, backend);
    if (backend.handler.form == HandlerForm::http_function && !detail::entry_files_of(tree, backend).empty()) {
      throw Error(Errc::usage, "the package names its functions itself",
                  detail::entry_files_of(tree, backend).front()->path + " (beside the handler " + handler + ")",
                  "leave the handler out");
    }
    detail::check_handler(tree, parsed, context);
  }
  const Tree complete = tree.merge(Tree::of(detail::generated_entries(tree, backend, parsed)));
  detail::check_entry_files(complete, context);
  return complete;
}

}  // namespace daypack
