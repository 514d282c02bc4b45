// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/rules/sources.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace daypack {

namespace detail {

// CUDA sources (*.cu, *.cuh) are none of them: they are compiled while a program runs, and thinc 8.3 reads its own when
// it is imported (thinc/backends/_custom_kernels.py), so `import spacy` failed without; 2026-11.
inline constexpr std::array<std::string_view, 9> source_endings{".c",   ".c.in", ".cc",     ".cpp",   ".cpp.in",
                                                                ".cxx", ".pyx",  ".pyx.in", ".pyx.tp"};
// What others include or cimport.
inline constexpr std::array<std::string_view, 11> header_endings{".h",   ".h.in", ".hh",  ".hpp",    ".hxx",   ".inl",
                                                                 ".ipp", ".pxd",  ".pxi", ".pxi.in", ".pxd.in"};

// Distributions that read their own C files while they run. Seen in wheels of 2026-11: cffi 2.1 (cffi/recompiler.py
// reads _cffi_include.h), Cython 3, mypy 1.19 (mypyc), numba 0.68 (numba/pycc, CUDA headers), pybind11 3.
// Others compile by what their documentation says.
inline constexpr std::array<std::string_view, 22> compiling{
    "brian2",  "cffi",       "cppyy-cling", "cupy",     "cython",  "dace",     "jax",    "llvmlite",
    "mypy",    "nanobind",   "numba",       "pybind11", "pycuda",  "pyopencl", "pystan", "pytensor",
    "pythran", "tensorflow", "torch",       "triton",   "ziglang", "httpstan"};

// Of them, those that compile against the headers of others.
inline constexpr std::array<std::string_view, 9> compiling_others{
    "brian2", "cython", "mypy", "nanobind", "pybind11", "pytensor", "pythran", "torch", "cppyy-cling"};

template <std::size_t N>
bool ends_with_one_of(std::string_view path, const std::array<std::string_view, N>& endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return path.ends_with(ending); });
}

inline bool compiles(const Distribution& distribution) {
  const std::string& name = distribution.name;
  return std::ranges::find(compiling, name) != compiling.end() || name.starts_with("cupy-") ||
         name.starts_with("nvidia-");
}

inline bool compiles_others(const Distribution& distribution) {
  return std::ranges::find(compiling_others, distribution.name) != compiling_others.end();
}

// *.po is the source of the *.mo beside it; without one it is what a program reads.
inline bool is_translation_source(const Tree& tree, std::string_view path) {
  if (path.ends_with(".pot")) return path.find("/locale/") != std::string_view::npos;
  return tree.find(std::string(path.substr(0, path.size() - 2)) + "mo") != nullptr;
}

}  // namespace detail

DAYPACK_DECL Matcher rules::Sources::matcher(const Tree& tree, const TargetFacts*) {
  const auto distributions = tree.distributions();
  const bool headers_stay = std::ranges::any_of(
      distributions, [](const auto& distribution) { return detail::compiles_others(*distribution); });
  return {.removes = [tree, headers_stay](const Entry& entry) {
    if (!entry.origin || detail::compiles(*entry.origin)) return false;
    const std::string_view path = entry.path;
    if (path.ends_with(".po") || path.ends_with(".pot")) return detail::is_translation_source(tree, path);
    if (detail::ends_with_one_of(path, detail::header_endings)) return !headers_stay;
    return detail::ends_with_one_of(path, detail::source_endings) &&
           !(headers_stay && path.find("/include/") != std::string_view::npos);
  }};
}

}  // namespace daypack
