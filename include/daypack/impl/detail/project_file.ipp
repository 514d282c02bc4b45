// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/requirement_lines.hpp>
#include <daypack/detail/requirement_parser.hpp>
#include <daypack/detail/text.hpp>
#include <daypack/error.hpp>
#include <daypack/impl/detail/requirement_places.ipp>
#include <daypack/impl/detail/toml_reader.ipp>
#include <daypack/requirements.hpp>
#include <daypack/wheel/name.hpp>
#include <daypack/wheel/version.hpp>

#include <algorithm>
#include <boost/filesystem/path.hpp>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace daypack::detail {

// A name that somebody chose and that is not there.
[[noreturn]] inline void fail_no_such_part(const std::string& source, const std::string& what, const std::string& name,
                                           const std::vector<std::string>& there) {
  throw Error(Errc::not_found, "there is no such " + what, name + " (" + source + ')',
              there.empty() ? "the file has none" : "it has " + listed(there));
}

// Both have to hold.
inline std::string joint_marker(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a + b;
  return '(' + a + ") and (" + b + ')';
}

// The dependencies of a pyproject.toml: [project] (PEP 621) and [dependency-groups] (PEP 735), by
// https://packaging.python.org/en/latest/specifications/pyproject-toml/ and .../dependency-groups/ (2026-11-01), with
// the places that [tool.uv.sources] gives (https://docs.astral.sh/uv/concepts/projects/dependencies/, 2026-11-20).
class ProjectReader {
 public:
  ProjectReader(Requirements& to, const Parts& parts, std::string source)
      : to_(to),
        parts_(parts),
        in_(std::move(source), "cannot read a project",
            "it is TOML (https://toml.io) as https://packaging.python.org/en/latest/specifications/pyproject-toml/ "
            "says") {}

  void read(std::string_view text) {
    text_ = text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
    const toml::table file = in_.parse(text);
    if (const toml::node* lock = file.get("lock-version"))
      in_.fail(lock->source(), "a lock", "a project", "a lock is named pylock.toml or pylock.NAME.toml");
    if (!parts_.package.empty())
      throw Error(Errc::usage, "a project is chosen in a uv.lock", parts_.package + " (" + in_.source() + ')',
                  "name the pyproject.toml of that project");
    take_settings(file);
    groups_ = lists_of(in_.table_of(file, "dependency-groups"), "dependency group");
    if (legacy_group_ != nullptr) groups_.try_emplace("dev", List{"dev", legacy_group_});
    const toml::table* project = in_.table_of(file, "project");
    if (project != nullptr) {
      name_ = normalised_name(in_.text_of(*project, "name"));
      extras_ = lists_of(in_.table_of(*project, "optional-dependencies"), "extra");
    }
    if (parts_.project && (project != nullptr || parts_.groups.empty())) take_project(file, project);
    for (const std::string& extra : parts_.extras) take_extra(normalised_name(extra), extra, "", project);
    for (const std::string& group : parts_.groups) take_group(normalised_name(group), group);
  }

 private:
  struct List {
    std::string written = {};
    const toml::node* node = nullptr;
  };
  using Lists = std::map<std::string, List>;

  Lists lists_of(const toml::table* table, const std::string& what) const {
    Lists lists;
    if (table == nullptr) return lists;
    for (const auto& [key, node] : *table) {
      const std::string written(key.str());
      const auto [at, fresh] = lists.emplace(normalised_name(written), List{written, &node});
      if (!fresh) in_.fail(key.source(), what + ' ' + written, "another name: it is the same as " + at->second.written);
    }
    return lists;
  }

  static std::vector<std::string> names_of(const Lists& lists) {
    std::vector<std::string> names;
    for (const auto& [name, list] : lists) names.push_back(list.written);
    return names;
  }

  // Errors for what a build backend would have to tell.
  void refuse_dynamic(const toml::table& project, const std::string& key) const {
    for (const std::string& dynamic : in_.texts_of(project, "dynamic")) {
      if (dynamic != key) continue;
      in_.fail(project.get("dynamic")->source(), key + " that the build backend makes up", key + " in the file",
               "lock the project and name its lock, or `uv export --format requirements.txt`");
    }
  }

  void take_project(const toml::table& file, const toml::table* project) {
    if (project == nullptr) {
      const toml::table* tool = in_.table_of(file, "tool");
      in_.fail(file.source(), "no [project]", "[project] with dependencies",
               tool != nullptr && tool->contains("poetry")
                   ? "`poetry export` writes a requirements.txt of [tool.poetry]"
                   : "for a dependency group, name it");
    }
    refuse_dynamic(*project, "dependencies");
    if (const toml::node* python = project->get("requires-python")) take_python(*project, *python);
    const toml::node* dependencies = project->get("dependencies");
    if (dependencies == nullptr) return;
    for (const toml::node& item : array_of(*dependencies, "dependencies")) take_item(item, "");
  }

  void take_python(const toml::table& project, const toml::node& node) {
    const std::string specifier = in_.text_of(project, "requires-python");
    try {
      Specifiers::parse(specifier);
    } catch (const Error&) {
      in_.fail(node.source(), '"' + specifier + '"', "versions of Python such as \">=3.11\"");
    }
    to_.pythons.push_back({specifier, in_.source(), static_cast<int>(node.source().begin.line)});
  }

  const toml::array& array_of(const toml::node& node, const std::string& what) const {
    if (!node.is_array()) in_.fail(node.source(), "another type for " + what, "an array of requirements");
    return *node.as_array();
  }

  void take_extra(const std::string& name, const std::string& written, const std::string& marker,
                  const toml::table* project) {
    if (project != nullptr) refuse_dynamic(*project, "optional-dependencies");
    const auto list = extras_.find(name);
    if (list == extras_.end()) fail_no_such_part(in_.source(), "extra", written, names_of(extras_));
    // Extras may name each other, in circles too. Markers only grow on the way, so the open ones are looked for by
    // name.
    if (std::find(open_.begin(), open_.end(), name) != open_.end() || !taken_.emplace(name, marker).second) return;
    open_.push_back(name);
    for (const toml::node& item : array_of(*list->second.node, written)) take_item(item, marker);
    open_.pop_back();
  }

  void take_group(const std::string& name, const std::string& written) {
    const auto list = groups_.find(name);
    if (list == groups_.end()) fail_no_such_part(in_.source(), "dependency group", written, names_of(groups_));
    if (!taken_groups_.insert(name).second) return;
    open_groups_.push_back(name);
    for (const toml::node& item : array_of(*list->second.node, written)) {
      if (const toml::table* include = item.as_table()) {
        take_included(*include);
      } else {
        take_item(item, "");
      }
    }
    if (name == "dev" && legacy_group_ != nullptr && legacy_group_ != list->second.node) {
      for (const toml::node& item : array_of(*legacy_group_, "dev-dependencies")) take_item(item, "");
    }
    open_groups_.pop_back();
  }

  void take_included(const toml::table& include) {
    const toml::node* node = include.get("include-group");
    if (node == nullptr || include.size() != 1)
      in_.fail(include.source(), "a table of another kind", "{include-group = \"...\"} or a requirement");
    const std::string written = in_.text_of(include, "include-group"), name = normalised_name(written);
    if (std::find(open_groups_.begin(), open_groups_.end(), name) != open_groups_.end())
      in_.fail(node->source(), "a group that includes itself, " + written, "groups without a circle");
    if (!groups_.contains(name)) {
      in_.fail(node->source(), "no dependency group " + written,
               groups_.empty() ? "a group of this file" : "one of " + listed(names_of(groups_)));
    }
    take_group(name, written);
  }

  // The requirement with the place of each of its bytes, as far as the file has it in one line and as it is.
  LogicalLine line_of(const std::string& text, const toml::source_position& at) const {
    LogicalLine line{.text = text};
    Place place{static_cast<int>(at.line), static_cast<int>(at.column)};
    std::size_t begin = 0;
    for (int i = 1; i < place.line; ++i) begin = text_.find('\n', begin) + 1;
    for (int i = 1; i < place.column && begin < text_.size(); ++i)
      begin += std::max<std::size_t>(1, utf8_length(text_.substr(begin)));
    const bool literal = begin < text_.size() && text_.substr(begin + 1).starts_with(text);
    if (literal) ++place.column;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t length = std::max<std::size_t>(1, utf8_length(rest));
      line.places.insert(line.places.end(), length, place);
      if (literal) ++place.column;
      rest.remove_prefix(length);
    }
    line.places.push_back(place);
    return line;
  }

  Requirement requirement_at(const toml::node& node) const {
    const auto text = node.value_exact<std::string>();
    if (!text) in_.fail(node.source(), "something else among the requirements", "a requirement as a text");
    const LogicalLine line = line_of(*text, node.source().begin);
    Requirement item;
    try {
      item = parse_requirement(*text);
    } catch (const Misread& misread) {
      throw_misread(misread, line, in_.source());
    }
    item.file = in_.source();
    item.line = static_cast<int>(node.source().begin.line);
    return item;
  }

  void take_item(const toml::node& node, const std::string& marker) {
    Requirement item = requirement_at(node);
    if (!marker.empty()) {
      item.text = std::string(trimmed(std::string_view(item.text).substr(0, item.text.find(';'))));
      item.marker = joint_marker(marker, item.marker);
      item.text += " ; " + item.marker;
    }
    if (item.name == name_ && !name_.empty() && item.url.empty()) return take_own_extras(item);
    apply_source(item);
    make_absolute(item, in_.source(), {item.line, static_cast<int>(node.source().begin.column)});
    to_.items.push_back(std::move(item));
  }

  // A project that requires itself means its extras: all = ["this[fast,small]"].
  void take_own_extras(const Requirement& item) {
    for (const std::string& extra : item.extras) take_extra(extra, extra, item.marker, nullptr);
  }

  // [tool.uv] (https://docs.astral.sh/uv/reference/settings/, 2026-11-20). uv reads it itself when it resolves, in the
  // project's folder; what a requirements file can say is told to every resolver.
  void take_settings(const toml::table& file) {
    Project project{.file = in_.source()};
    const toml::table* tool = in_.table_of(file, "tool");
    const toml::table* uv = tool == nullptr ? nullptr : in_.table_of(*tool, "uv");
    if (uv != nullptr) {
      if (!in_.optional_value<bool>(*uv, "no-sources", "true or false").value_or(false)) find_sources(*uv);
      project.settings = text_of_settings(*uv);
      for (const std::string_view key :
           {"dependency-metadata", "exclude-dependencies", "exclude-newer", "exclude-newer-package", "extra-index-url",
            "find-links", "index", "index-strategy", "index-url", "no-index", "override-dependencies", "resolution"}) {
        if (uv->contains(key)) project.uv_settings.emplace_back(key);
      }
      take_constraints(*uv);
      const std::string prerelease = in_.text_of(*uv, "prerelease");
      if (prerelease == "allow") to_.options.emplace_back("--pre");
      if (prerelease == "disallow") to_.options.emplace_back("--only-final :all:");
      if (const toml::node* all = uv->get("no-binary"); all != nullptr && all->value_or(false))
        to_.options.emplace_back("--no-binary :all:");
      const auto built = in_.texts_of(*uv, "no-binary-package");
      if (!built.empty()) to_.options.push_back("--no-binary " + listed(built, ","));
      legacy_group_ = uv->get("dev-dependencies");
    }
    to_.projects.push_back(std::move(project));
  }

  // Equal settings give equal text, wherever comments and blanks stand.
  static std::string text_of_settings(const toml::table& uv) {
    std::ostringstream text;
    text << toml::toml_formatter(uv);
    return text.str();
  }

  void take_constraints(const toml::table& uv) {
    const toml::node* constraints = uv.get("constraint-dependencies");
    if (constraints == nullptr) return;
    for (const toml::node& node : array_of(*constraints, "constraint-dependencies"))
      to_.constraints.push_back(requirement_at(node));
  }

  void find_sources(const toml::table& uv) {
    const toml::table* table = in_.table_of(uv, "sources");
    if (table == nullptr) return;
    for (const auto& [name, node] : *table) sources_.emplace(normalised_name(name.str()), &node);
  }

  // The sources that are followed, with the keys that may stand beside them.
  static const std::map<std::string, std::vector<std::string_view>>& source_kinds() {
    static const std::map<std::string, std::vector<std::string_view>> kinds{
        {"path", {"path", "editable"}},
        {"url", {"url", "subdirectory"}},
        {"git", {"git", "rev", "tag", "branch", "subdirectory"}}};
    return kinds;
  }

  // Where uv would take it from. Only what a requirement can say is followed.
  void apply_source(Requirement& item) const {
    const auto found = sources_.find(item.name);
    if (found == sources_.end() || !item.url.empty()) return;
    const toml::node& node = *found->second;
    const toml::table* table = node.as_table();
    std::string kind;
    if (table != nullptr) {
      for (const auto& [one, others] : source_kinds()) {
        const bool plain = std::all_of(table->begin(), table->end(), [&known = others](const auto& field) {
          return std::find(known.begin(), known.end(), field.first.str()) != known.end();
        });
        if (plain && table->contains(one)) kind = one;
      }
    }
    if (kind.empty()) {
      in_.fail(node.source(), "another source of " + item.name,
               "path, url or git in [tool.uv.sources], without index, workspace or marker",
               "lock the project (uv lock) and name its uv.lock instead of pyproject.toml");
    }
    item.url = in_.text_of(*table, kind);
    item.text += " from " + item.url;
    if (kind == "path") {
      const auto folder = boost::filesystem::absolute(boost::filesystem::path(in_.source()).parent_path());
      item.url = boost::filesystem::absolute(item.url, folder).lexically_normal().string();
      return;
    }
    if (kind == "git") item.url = "git+" + item.url;
    for (const char* key : {"rev", "tag", "branch"}) {
      if (const std::string at = in_.text_of(*table, key); !at.empty()) item.url += '@' + at;
    }
    if (const std::string below = in_.text_of(*table, "subdirectory"); !below.empty())
      item.url += "#subdirectory=" + below;
  }

  Requirements& to_;
  const Parts& parts_;
  TomlReader in_;
  std::string_view text_ = {};
  std::string name_ = {};
  Lists extras_ = {};
  Lists groups_ = {};
  std::map<std::string, const toml::node*> sources_ = {};
  const toml::node* legacy_group_ = nullptr;  // [tool.uv] dev-dependencies, which is the group dev
  std::vector<std::string> open_ = {};
  std::vector<std::string> open_groups_ = {};
  std::set<std::pair<std::string, std::string>> taken_ = {};  // extras with their markers
  std::set<std::string> taken_groups_ = {};
};

}  // namespace daypack::detail
