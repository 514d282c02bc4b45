// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/checks/foreign.hpp>
#include <daypack/impl/checks/binaries.ipp>
#include <daypack/impl/checks/fitting_version.ipp>
#include <daypack/impl/checks/grouped.ipp>

#include <set>

namespace daypack {

namespace detail {

// A module that Python imports, by the ending of its name on any system.
inline bool is_extension_name(std::string_view path) { return path.ends_with(".pyd") || path.ends_with(".so"); }

inline bool is_wheel_of_other_system(const Entry& entry) {
  if (!is_platform_wheel(entry)) return false;
  const std::string_view file = entry.origin->file;
  const std::string_view platform = file.substr(file.rfind('-') + 1);
  return platform.find("linux") == std::string_view::npos;
}

inline Severity foreign_severity(const Entry& entry, const std::set<std::string_view>& loadable) {
  if (is_wheel_of_other_system(entry)) return Severity::error;
  if (is_extension_name(entry.path))
    return loadable.contains(module_stem(entry.path)) ? Severity::warning : Severity::error;
  return entry.path.ends_with(".exe") ? Severity::note : Severity::warning;
}

inline std::string foreign_hint(const Entry& entry, Severity severity, FittingVersions& fitting) {
  if (severity != Severity::error) return "nothing loads it on Linux: leave it out to save its bytes";
  if (std::string words = fitting.words_for(entry); !words.empty()) return words;
  return entry.origin ? "take the wheel of " + entry.origin->name +
                            " for Linux (manylinux): do not vendor from a folder that was installed on another system"
                      : "bring the library for Linux instead";
}

}  // namespace detail

DAYPACK_DECL std::vector<Finding> checks::Foreign::operator()(const Tree& tree, const Context& context) const {
  const auto kinds = detail::binary_kinds(tree, context);
  std::set<std::string_view> loadable;  // modules that Linux has something for
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const std::string_view path = tree.entries()[i].path;
    if (kinds[i] == detail::BinaryKind::elf || path.ends_with(".py") || path.ends_with(".pyc"))
      loadable.insert(detail::module_stem(path));
  }
  detail::GroupedFindings grouped{std::string(name)};
  detail::FittingVersions fitting(context);
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    if (kinds[i] != detail::BinaryKind::mach_o && kinds[i] != detail::BinaryKind::pe) continue;
    const Entry& entry = tree.entries()[i];
    const Severity severity = detail::foreign_severity(entry, loadable);
    const bool mac = kinds[i] == detail::BinaryKind::mach_o;
    grouped.add(entry, severity, mac ? "machine code for macOS (Mach-O)" : "machine code for Windows (PE)",
                detail::foreign_hint(entry, severity, fitting));
  }
  return grouped.findings();
}

}  // namespace daypack
