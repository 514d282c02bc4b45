// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <sys/wait.h>
#include <daypack/detail/module_names.hpp>
#include <daypack/elf/inspect.hpp>
#include <daypack/finding.hpp>
#include <daypack/impl/detail/module_paths.ipp>
#include <daypack/impl/stages/verify_modules.ipp>
#include <daypack/ledger.hpp>
#include <daypack/rules/preinstalled.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Why an import of a rehearsal failed, and whether that says anything of the target.
namespace daypack::detail {

// How a task of a rehearsal ended.
struct RehearsedOutcome {
  int status = 0;  // of waitpid
  bool late = false;
  std::uint64_t memory = 0;  // bytes
  std::chrono::microseconds time{};
  bool reported = false;
  std::string missing = {};            // the module that was not found
  std::string place = {};              // "/var/task/app.py:3"
  std::vector<std::string> said = {};  // the exceptions, the outermost first
  std::string log = {};                // standard error
};

// Words of an exception that say that this machine, not the package, is why it failed: those of glibc's loader
// (dl-load.c), of CPython's import, of Xlib. Beside them what is known to fail so; *: seen on 2026-11-22 with
// Python 3.12 under Linux.
struct NotRehearsed {
  std::string_view words = {};
  std::string_view needs = {};
};

inline constexpr std::array<NotRehearsed, 26> not_rehearsed{{
    {"libGL.so.1: cannot open", "a display"},    // opencv-python
    {"libEGL.so.1: cannot open", "a display"},   // PyQt6, PySide6
    {"libX11.so.6: cannot open", "a display"},   // vtk
    {"libXext.so.6: cannot open", "a display"},  // opencv-python before 4.3, as the next two
    {"libSM.so.6: cannot open", "a display"},
    {"libXrender.so.1: cannot open", "a display"},
    {"libxcb.so.1: cannot open", "a display"},              // PyQt5
    {"libxkbcommon.so.0: cannot open", "a display"},        // PySide6
    {"No module named '_tkinter'", "a display"},            // a Python that was built without Tk
    {"No module named 'tkinter'", "a display"},             // Debian, Lambda's images
    {"KeyError: 'DISPLAY'", "a display"},                   // mouseinfo 0.1.3 *, pyautogui
    {"DisplayNameError: ", "a display"},                    // python-xlib 0.33 *
    {"failed to acquire X connection", "a display"},        // pynput 1.7.7 *
    {"no display name and no $DISPLAY", "a display"},       // _tkinter.TclError, tkinter of CPython
    {"libcuda.so.1: cannot open", "a GPU"},                 // cupy, tensorrt: the library comes with the driver
    {"libnvidia-ml.so.1: cannot open", "a GPU"},            // the same
    {"Network is unreachable", "a network"},                // ENETUNREACH
    {"Temporary failure in name resolution", "a network"},  // EAI_AGAIN of getaddrinfo
    {"No module named 'winreg'", "Windows"},                // CPython, as the next four *
    {"No module named 'msvcrt'", "Windows"},
    {"No module named '_winapi'", "Windows"},
    {"No module named 'winsound'", "Windows"},
    {"cannot import name 'WinDLL' from 'ctypes'", "Windows"},
    {"No module named 'win32api'", "Windows"},   // pywin32
    {"No module named 'pythoncom'", "Windows"},  // pywin32
    {"No module named 'objc'", "macOS"},         // pyobjc
}};

// The library that the dynamic loader did not find; empty when it does not say so (glibc's dl-load.c).
inline std::string missing_library(const std::vector<std::string>& said) {
  for (const std::string& text : said) {
    const std::size_t end = text.find(": cannot open shared object file");
    if (end == std::string::npos) continue;
    const std::size_t begin = text.rfind(' ', end);
    return text.substr(begin == std::string::npos ? 0 : begin + 1, end - (begin == std::string::npos ? 0 : begin + 1));
  }
  return {};
}

// "a.b" of "cannot import name 'b' from 'a'"; empty for other words.
inline std::string missing_name(const std::vector<std::string>& said) {
  static constexpr std::string_view begins = "cannot import name '", middle = "' from '";
  for (const std::string& text : said) {
    const std::size_t at = text.find(begins);
    const std::size_t from = at == std::string::npos ? at : text.find(middle, at);
    if (from == std::string::npos) continue;
    const std::size_t package = from + middle.size(), name = at + begins.size();
    return text.substr(package, text.find('\'', package) - package) + '.' + text.substr(name, from - name);
  }
  return {};
}

// Knows what the package lost, and what its libraries need.
class RehearsalCauses {
 public:
  RehearsalCauses(const std::vector<RehearsedZip>& zips, const TargetFacts& target) : zips_(zips), target_(target) {}

  // Of a task that has failed: an error, or a note when it says nothing of the target.
  Finding finding_of(const RehearsedTask& task, const RehearsedOutcome& outcome,
                     std::chrono::milliseconds patience) const {
    Finding finding{.check = "rehearsal", .severity = Severity::error, .subject = subject_of(task)};
    if (outcome.late) {
      finding.message = "is not imported within " + std::to_string(patience.count() / 1000) + " s";
      finding.hint = "give it more time with --timeout, or find out what it waits for";
    } else if (WIFSIGNALED(outcome.status)) {
      finding.message = std::string("crashes: ended by signal ") + std::to_string(WTERMSIG(outcome.status)) + " (" +
                        ::strsignal(WTERMSIG(outcome.status)) + ')';
      finding.hint = "one of its extension modules does not fit this machine, or is damaged";
    } else if (outcome.said.empty()) {
      finding.message = "ends the process: exit code " + std::to_string(WEXITSTATUS(outcome.status));
    } else {
      explain_exception(finding, task, outcome);
    }
    return finding;
  }

 private:
  static std::string subject_of(const RehearsedTask& task) {
    std::string subject = task.kind == RehearsedTask::Kind::metadata ? "the metadata of " + task.name
                          : task.more.empty()                        ? task.name
                                                                     : "the handler " + task.name + '.' + task.more;
    return subject + (task.distribution.empty() || task.distribution == task.name ? "" : " of " + task.distribution);
  }

  void explain_exception(Finding& finding, const RehearsedTask& task, const RehearsedOutcome& outcome) const {
    finding.message = outcome.said.front() + (outcome.place.empty() ? "" : " (" + outcome.place + ')');
    if (task.kind == RehearsedTask::Kind::metadata) return;
    const std::string own = excuse(outcome);
    if (!own.empty()) {
      finding.severity = Severity::note;
      finding.message = "not rehearsed: it needs " + own + ": " + finding.message;
    } else if (const std::string library = missing_library(outcome.said); !library.empty()) {
      finding.message = "needs the library " + library + needed_by(library) + ": " + finding.message;
      finding.hint = "put the library into lib/ of the package, or take a wheel that brings it";
    } else if (const std::string module = outcome.missing.empty() ? missing_name(outcome.said) : outcome.missing;
               !module.empty()) {
      explain_missing(finding, module, !outcome.missing.empty());
    } else if (finding.message.find("Read-only file system") != std::string::npos ||
               finding.message.find("PermissionError") != std::string::npos) {
      finding.hint = "the package is read-only when it runs: it may write below /tmp alone";
    }
  }

  // What this machine lacks and the target may have; empty when the package itself is to blame.
  std::string excuse(const RehearsedOutcome& outcome) const {
    for (const NotRehearsed& known : not_rehearsed) {
      for (const std::string& text : outcome.said) {
        if (text.find(known.words) != std::string::npos) return std::string(known.needs);
      }
    }
    const std::string& missing = outcome.missing;
    const std::string_view standard = std::string_view(missing).substr(missing.starts_with('_') ? 1 : 0);
    if (is_standard_module(standard, target_.runtime->python))
      return "the module " + missing + ", which the Python here was built without";
    const std::string top = missing.substr(0, missing.find('.'));
    const LedgerLine* const line = missing.empty() ? nullptr : removed(missing);
    if (!is_preinstalled(top) || (line && line->rule != rules::Preinstalled::name)) return {};
    return top + ", which is of the runtime and not here";
  }

  // Modules are called as their distributions, but for one.
  bool is_preinstalled(std::string_view module) const {
    const auto has = [&](const auto& packages) {
      return std::ranges::any_of(packages, [&](const Preinstalled& one) {
        std::string name(one.name == "python-dateutil" ? "dateutil" : one.name);
        std::ranges::replace(name, '-', '_');
        return name == module;
      });
    };
    return has(target_.backend->preinstalled) || has(target_.runtime->preinstalled);
  }

  // A line of a ledger for a module, or for one below it.
  const LedgerLine* removed(const std::string& module) const {
    const LedgerLine* below = nullptr;
    for (const RehearsedZip& zip : zips_) {
      for (const LedgerLine& line : zip.manifest->ledger) {
        if (line.change != Change::removed) continue;
        std::string_view path = line.path;
        const std::string_view folder = target_.packages_folder();
        if (!folder.empty() && path.starts_with(folder)) path.remove_prefix(folder.size() + 1);
        const std::string name = module_of(path);
        if (name == module) return &line;
        if (!below && name.starts_with(module + '.')) below = &line;
      }
    }
    return below;
  }

  void explain_missing(Finding& finding, const std::string& module, bool sure) const {
    if (const LedgerLine* line = removed(module)) {
      finding.message = module + " is missing, which the rule " + line->rule + " removed" +
                        (line->distribution.empty() ? "" : " from " + line->distribution) + ": " + finding.message;
      finding.hint = "keep it: --include '" + line->path + "'";
    } else if (sure) {
      finding.message = module + " is missing, which no distribution of the package has: " + finding.message;
      finding.hint = "require the distribution that has it; a module that nobody imports there may fail with --allow";
    }
  }

  // ", which a.so and b.so need": up to three files.
  std::string needed_by(const std::string& library) const {
    std::vector<std::string> files;
    for (const RehearsedZip& zip : zips_) {
      for (const zip::Member& member : zip.reader.members()) {
        if (member.name.find(".so") == std::string_view::npos || member.symlink()) continue;
        const auto facts = elf::inspect(zip.reader.inflate(member).bytes);
        if (facts && std::ranges::find(facts->needed, library) != facts->needed.end()) files.emplace_back(member.name);
      }
    }
    if (files.empty()) return {};
    static constexpr std::size_t shown = 3;
    const std::size_t more = files.size() > shown ? files.size() - shown : 0;
    files.resize(std::min(files.size(), shown));
    return " (NEEDED of " + listed(files) + (more > 0 ? " and " + std::to_string(more) + " more" : "") + ')';
  }

  const std::vector<RehearsedZip>& zips_;
  const TargetFacts& target_;
};

}  // namespace daypack::detail
