// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <array>
#include <cstring>
#include <string_view>

// Code that reads its own source when it runs, seen by its text. A comment that says so counts too: it costs the bytes
// of a source that could have gone.
namespace daypack::detail {

// All sources are looked through: memmem() skips by the length of the words, find() stops at each of their first letters.
inline bool has_words(std::string_view source, std::string_view words) {
  return ::memmem(source.data(), source.size(), words.data(), words.size()) != nullptr;
}

// Why this source has to stay; empty when nothing asks for it.
// - torch.jit.script compiles the source of what it decorates, mostly at import: "OSError: Can't get source for
//   <function f>. TorchScript requires source access" (torch/_sources.py, 2026-11-22).
// - numba's cache=True goes by the date of the source's file: "RuntimeError: cannot cache function 'f': no locator
//   available for file 'm.py'" at import (numba 0.68.1, tried on 2026-11-22).
inline std::string_view reader_of_itself(std::string_view source) {
  if (has_words(source, "jit.script")) return "torch.jit.script reads this source";
  if (has_words(source, "cache=True") && has_words(source, "jit")) return "numba's cache=True asks for this source";
  return {};
}

// The function of the standard library by which it reads sources of any module; empty when it does not.
inline std::string_view reader_of_others(std::string_view source) {
  static constexpr std::array<std::string_view, 4> functions = {"inspect.getsource", "inspect.findsource",
                                                                "inspect.getcomments", "dill.source"};
  for (const std::string_view function : functions) {
    if (has_words(source, function)) return function;
  }
  return {};
}

}  // namespace daypack::detail
