// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/text.hpp>
#include <daypack/report/trace.hpp>

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace daypack {

namespace detail {

// A no-break space, with which Lambda's runtime indents what it logs (awslambdaric 4.2.2, bootstrap.py).
inline constexpr std::string_view no_break_space = "\u00a0";

// How far a line is indented: the blanks themselves, and the bars of exception groups (PEP 654).
inline std::string_view indent_of(std::string_view line) {
  std::size_t end = 0;
  for (;;) {
    if (line.substr(end).starts_with(' ') || line.substr(end).starts_with("| ")) {
      ++end;
    } else if (line.substr(end).starts_with(no_break_space)) {
      end += no_break_space.size();
    } else {
      return line.substr(0, end);
    }
  }
}

// The blanks that Python puts before a line of source more than before its frame: two.
inline std::string_view deeper(std::string_view indent) {
  return indent.ends_with(no_break_space) ? "\u00a0\u00a0" : "  ";
}

// `File "/var/task/app.py", line 3, in handler`, indented.
struct TraceFrame {
  std::string_view indent;
  std::string_view file;
  std::size_t line;
};

inline std::optional<TraceFrame> frame_of(std::string_view line) {
  constexpr std::string_view begin = "File \"", between = "\", line ";
  const std::string_view indent = indent_of(line);
  line.remove_prefix(indent.size());
  const std::size_t end = line.find(between);
  if (indent.empty() || !line.starts_with(begin) || end == std::string_view::npos) return {};
  const std::string_view number = line.substr(end + between.size());
  std::size_t at = 0;
  if (std::from_chars(number.data(), number.data() + number.size(), at).ec != std::errc() || at == 0) return {};
  return TraceFrame{indent, line.substr(begin.size(), end - begin.size()), at};
}

// The lines of a package's sources, each file inflated once.
class SourceLines {
 public:
  explicit SourceLines(const zip::Reader& sources) : sources_(sources) {}

  // Without its indent; nothing when there is no such line.
  std::optional<std::string_view> find(const TraceFrame& frame) {
    if (!frame.file.starts_with('/')) return {};
    const auto [file, fresh] = files_.try_emplace(std::string(frame.file));
    if (fresh) {
      if (const zip::Member* member = sources_.find(frame.file.substr(1))) file->second = sources_.inflate(*member);
    }
    std::string_view rest = file->second.text();
    for (std::size_t line = 1; line < frame.line && !rest.empty(); ++line)
      rest.remove_prefix(std::min(rest.find('\n'), rest.size() - 1) + 1);
    if (rest.empty()) return {};
    return trimmed(rest.substr(0, rest.find('\n')));
  }

 private:
  const zip::Reader& sources_;
  std::map<std::string, Blob> files_;
};

// One text with its lines, whatever ends them.
class Tracing {
 public:
  explicit Tracing(const zip::Reader& sources) : lines_(sources) {}

  void add(std::string_view text) {
    while (!text.empty()) {
      const std::size_t end = text.find_first_of("\r\n");
      const std::string_view line = text.substr(0, end);
      const std::string_view ending =
          end == std::string_view::npos ? "" : text.substr(end, text.substr(end).starts_with("\r\n") ? 2 : 1);
      text.remove_prefix(line.size() + ending.size());
      if (add_answer(line, ending)) continue;
      traced_.text.append(line).append(ending);
      add_source(line, ending, text);
    }
  }

  Traced result() && { return std::move(traced_); }

 private:
  // Below a frame, unless it stands there: a line that is indented deeper.
  void add_source(std::string_view line, std::string_view ending, std::string_view next) {
    const auto frame = frame_of(line);
    if (!frame) return;
    ++traced_.frames;
    if (indent_of(next).size() > frame->indent.size()) return void(++traced_.found);
    const auto source = lines_.find(*frame);
    if (!source) return;
    ++traced_.found;
    if (source->empty()) return;
    if (ending.empty()) traced_.text += '\n';
    traced_.text.append(frame->indent).append(deeper(frame->indent)).append(*source).append(ending);
  }

  // {"errorMessage": "no", "errorType": "ValueError", "stackTrace": ["  File ..., line 3, in handler\n"]}
  bool add_answer(std::string_view line, std::string_view ending) {
    if (!trimmed(line).starts_with('{')) return false;
    boost::system::error_code error;
    const boost::json::value document = boost::json::parse({line.data(), line.size()}, error);
    const auto* object = error ? nullptr : document.if_object();
    const auto* stack = object ? object->if_contains("stackTrace") : nullptr;
    if (!stack || !stack->is_array()) return false;
    std::string text = "Traceback (most recent call last):\n";
    for (const boost::json::value& frame : stack->get_array()) {
      if (!frame.is_string()) return false;
      text.append(frame.get_string());
      if (!text.ends_with('\n')) text += '\n';
    }
    const auto word = [&](const char* key) {
      const auto* value = object->if_contains(key);
      return value && value->is_string() ? std::string(value->get_string()) : std::string();
    };
    add(text + word("errorType") + ": " + word("errorMessage"));
    traced_.text += ending;
    return true;
  }

  SourceLines lines_;
  Traced traced_;
};

}  // namespace detail

DAYPACK_DECL Traced traced(std::string_view log, const zip::Reader& sources) {
  detail::Tracing tracing(sources);
  tracing.add(log);
  return std::move(tracing).result();
}

}  // namespace daypack
