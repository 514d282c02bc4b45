// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/elf/inspect.hpp>
#include <daypack/impl/checks/binaries.ipp>
#include <daypack/policy.hpp>
#include <daypack/python.hpp>
#include <daypack/tree.hpp>
#include <daypack/walk/glob.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace daypack::detail {

// Modules that their packages import only if they load, seen in wheels of 2026-11: numba tries one threading layer
// after the other (its manual, "The Threading Layers").
inline constexpr std::array<std::string_view, 1> optional_modules{"**/numba/np/ufunc/*pool.*"};

// Names of extension modules, as CPython's finder reads them (importlib.machinery.EXTENSION_SUFFIXES; PEP 3149, PEP
// 384).
class ExtensionNames {
 public:
  ExtensionNames(const Tree& tree, const TargetFacts& target) : tree_(tree), arch_(target.arch) {
    const Python python = target.runtime->python;
    tag_ =
        "cpython-" + std::to_string(python.major) + std::to_string(python.minor) + (python < Python{3, 8} ? "m" : "");
    for (const std::string_view pattern : optional_modules) optional_.emplace_back(pattern);
  }

  // What a tag in the name is for, when the target's Python does not take it: "CPython 3.11", "musl"; empty when it
  // does, or when the name has none.
  std::string fault_of(std::string_view path) const {
    const std::string_view tag = tag_of(path);
    if (tag.empty() || tag == "abi3" || tag == tag_ || tag == tag_ + '-' + platform()) return {};
    if (tag.starts_with("cpython-")) {
      const std::string_view version = tag.substr(8, tag.find('-', 8) - 8);
      if (version != std::string_view(tag_).substr(8)) return "CPython " + python_words(version);
      return std::string(tag.substr(8 + version.size() + 1));
    }
    if (tag.starts_with("pypy")) return "PyPy";
    return tag == "abi3t" ? "free-threaded Pythons" : std::string();
  }

  // Whether an import of the same module finds something else than this file.
  bool has_variant(std::string_view path) const {
    const std::string stem(module_stem(path));
    for (const std::string& ending :
         {"." + tag_ + '-' + platform() + ".so", "." + tag_ + ".so", std::string(".abi3.so"), std::string(".so"),
          std::string(".py"), std::string(".pyc")}) {
      if (stem + ending != path && tree_.find(stem + ending)) return true;
    }
    return false;
  }

  // Whether it is a module that an import of its name loads.
  bool is_imported(const Entry& entry, const elf::Facts& facts) const {
    if (!entry.path.ends_with(".so") || !fault_of(entry.path).empty()) return false;
    const std::string_view stem = module_stem(entry.path);
    return std::ranges::find(facts.modules, stem.substr(stem.rfind('/') + 1)) != facts.modules.end();
  }

  bool is_optional(std::string_view path) const {
    return std::ranges::any_of(optional_, [&](const Glob& glob) { return glob.matches(path); });
  }

 private:
  std::string platform() const { return std::string(machine_of(arch_)) + "-linux-gnu"; }

  // "cpython-312-x86_64-linux-gnu" of "pkg/_a.cpython-312-x86_64-linux-gnu.so"; empty when it is no such name.
  static std::string_view tag_of(std::string_view path) {
    if (!path.ends_with(".so")) return {};
    path.remove_suffix(3);
    const std::size_t dot = path.find('.', path.rfind('/') + 1);
    return dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }

  // "3.11" of "311", "3.7" of "37m".
  static std::string python_words(std::string_view digits) {
    return digits.size() < 2 ? std::string(digits)
                             : std::string(digits.substr(0, 1)).append(".").append(digits.substr(1));
  }

  const Tree& tree_;
  Arch arch_;
  std::string tag_;
  std::vector<Glob> optional_;
};

}  // namespace daypack::detail
